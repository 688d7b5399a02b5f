// Goal: over 100,000 random histories the promises hold whatever the rule. Method: a seeded
// generator that likes edges (equal dates, the future, foreign look-alikes, failing nights); each
// promise is stated here again, in other words than the code's.
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "base/entropy.h"
#include "retention/retention.h"

namespace hikae::retention {
namespace {

constexpr int kHistories = 100'000;
const InstanceId kMine{"i-mine"};
const WallTime kTonight = wall_ms(1'800'000'000'000);

struct History {
  std::vector<Image> images;
  Rule rule;
};

int small(SeededEntropy& entropy, int bound) { return static_cast<int>(below(entropy, bound)); }

Image random_image(SeededEntropy& entropy, int number) {
  static constexpr std::string_view kStates[] = {"available", "available", "available",
                                                 "available", "pending",   "failed",
                                                 "error",     "disabled",  ""};
  Image image;
  image.id = ImageId("ami-" + std::to_string(number));
  image.state = kStates[below(entropy, std::size(kStates))];
  image.created = kTonight - hours(small(entropy, 24 * 40)) + hours(small(entropy, 12));
  image.source = small(entropy, 10) == 0 ? InstanceId("i-other") : kMine;
  if (small(entropy, 20) == 0) image.source = InstanceId();
  image.ours = small(entropy, 8) == 0 ? Ours::No : Ours::Yes;
  if (small(entropy, 12) == 0) image.protection = "on hold";
  return image;
}

History random_history(SeededEntropy& entropy) {
  History history;
  const int count = small(entropy, 14);
  for (int i = 0; i < count; ++i) history.images.push_back(random_image(entropy, i));
  auto& rule = history.rule;
  if (small(entropy, 2)) rule.last = small(entropy, 6);
  if (small(entropy, 3) == 0) rule.within_days = small(entropy, 20);
  if (small(entropy, 3) == 0) rule.daily = small(entropy, 5);
  if (small(entropy, 4) == 0) rule.weekly = small(entropy, 4);
  if (small(entropy, 4) == 0) rule.monthly = small(entropy, 3);
  if (small(entropy, 5) == 0) rule.yearly = small(entropy, 2);
  rule.utc_offset = hours(small(entropy, 25) - 12);
  return history;
}

bool counts(const Image& image) {
  return image.ours == Ours::Yes && image.source == kMine && image.state == "available" &&
         image.created <= kTonight;
}

bool newer(const Image& a, const Image& b) {
  return a.created != b.created ? a.created > b.created : a.id > b.id;
}

/// The first promise that the plan breaks; empty where it keeps all.
std::string broken_promise(const History& history, const Plan& plan) {
  const auto& images = history.images;
  if (plan.decisions.size() != images.size()) return "a decision for each image";
  int good = 0, kept = 0;
  for (std::size_t i = 0; i < images.size(); ++i) {
    const auto& decision = plan.decisions[i];
    const bool deleted = decision.verdict == Verdict::Delete;
    if (decision.reason.empty()) return "every decision has a reason";
    if (decision.good != counts(images[i])) return "good means good";
    if (counts(images[i])) ++good;
    if (counts(images[i]) && !deleted) ++kept;
    if (!deleted) continue;
    if (history.rule.empty()) return "an empty rule keeps everything";
    if (images[i].ours == Ours::No || images[i].source != kMine) return "only ours";
    if (!images[i].protection.empty()) return "what is protected stays";
    if (images[i].created > kTonight) return "what is dated in the future stays";
    const bool failed = images[i].state == "failed" || images[i].state == "error";
    if (!counts(images[i]) && !failed) return "pending and unknown states stay";
    const auto newer_good = std::ranges::count_if(
        images, [&](const Image& other) { return counts(other) && newer(other, images[i]); });
    if (newer_good == 0) return "the newest good one stays, and what has no newer good one";
    if (counts(images[i]) && newer_good < history.rule.last) return "the newest N stay";
  }
  if (kept < std::min(good, std::max(1, history.rule.last))) return "never fewer than N";
  if (plan.good_before != good || plan.good_after != kept) return "the counts are right";
  return {};
}

TEST(RetentionProperties, HoldOverAHundredThousandHistories) {
  SeededEntropy entropy(20260101);
  std::size_t deleted = 0;
  for (int n = 0; n < kHistories; ++n) {
    const auto history = random_history(entropy);
    const auto plan = decide(kMine, history.images, history.rule, kTonight);
    const auto broken = broken_promise(history, plan);
    ASSERT_EQ(broken, "") << "history " << n;
    for (const auto& decision : plan.decisions) deleted += decision.verdict == Verdict::Delete;
  }
  EXPECT_GT(deleted, 50'000u) << "the generator must make histories in which something goes";
}

TEST(RetentionProperties, TheOrderOfTheInputDoesNotMatter) {
  SeededEntropy entropy(7);
  for (int n = 0; n < 2'000; ++n) {
    auto history = random_history(entropy);
    auto turned = history.images;
    std::ranges::reverse(turned);
    auto plan = decide(kMine, history.images, history.rule, kTonight);
    const auto turned_plan = decide(kMine, turned, history.rule, kTonight);
    std::ranges::reverse(plan.decisions);
    ASSERT_EQ(plan.decisions, turned_plan.decisions) << "history " << n;
  }
}

TEST(RetentionProperties, ASecondPassFindsNothingMoreToDelete) {
  SeededEntropy entropy(11);
  for (int n = 0; n < 5'000; ++n) {
    const auto history = random_history(entropy);
    const auto plan = decide(kMine, history.images, history.rule, kTonight);
    std::vector<Image> left;
    for (std::size_t i = 0; i < history.images.size(); ++i)
      if (plan.decisions[i].verdict == Verdict::Keep) left.push_back(history.images[i]);
    for (const auto& decision : decide(kMine, left, history.rule, kTonight).decisions)
      ASSERT_EQ(decision.verdict, Verdict::Keep) << "history " << n << ": " << decision.reason;
  }
}

}  // namespace
}  // namespace hikae::retention
