// Goal: over 100,000 random histories the promises hold whatever the rule. Method: a seeded
// generator that likes edges (equal dates, the future, foreign look-alikes, doubtful images, holds,
// failing nights); each promise is stated here again, in other words than the code's.
//
// The second half plays nights: between the decision and the deletion, and between two deletions,
// images vanish, fail, get doubtful, are put on hold, and look-alikes come. Who deletes looks anew
// before each; a judge that sees only the world before and after each deletion says whether it kept
// S5 to S8.
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <utility>
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
  if (small(entropy, 10) == 0) image.doubt = "its snapshots did not begin in time";
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
         image.created <= kTonight && image.doubt.empty();
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
    if (decision.foreign != (images[i].ours == Ours::No)) return "foreign is told as foreign";
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

/// What happens between two looks.
void meddle(SeededEntropy& entropy, std::vector<Image>& world, int& next_number) {
  if (world.empty()) return;
  auto& image = world[static_cast<std::size_t>(small(entropy, static_cast<int>(world.size())))];
  switch (small(entropy, 8)) {
    case 0: image.state = "failed"; break;
    case 1: image.doubt = "marked meanwhile"; break;
    case 2: image.protection = "on hold"; break;
    case 3: image.ours = Ours::No; break;
    case 4: world.push_back(random_image(entropy, next_number++)); break;
    case 5: world.erase(world.begin() + (&image - world.data())); break;
    default: break;
  }
}

/// Which promise the deletion of `gone` broke in a world that was `before`. Counts by hand: how
/// many usable copies there were, how many of them are newer, and nothing of the plan.
std::string judged(const std::vector<Image>& before, const Image& gone, const Rule& rule) {
  const auto usable = [](const Image& one) {
    const bool is_ours = one.ours != Ours::No && one.source.text() == "i-mine";
    return is_ours && one.state == "available" && one.doubt.empty() && !(one.created > kTonight);
  };
  if (gone.ours == Ours::No) return "S7: a foreign image was deleted";
  if (gone.source.text() != "i-mine") return "S7: an image of another machine was deleted";
  if (!gone.protection.empty()) return "a held image was deleted";
  if (gone.state != "available" && gone.state != "failed" && gone.state != "error")
    return "an image on its way was deleted";
  if (gone.state == "available" && !usable(gone)) return "S5: a doubtful image was deleted";
  long left = 0, newer_left = 0;
  for (const auto& one : before) {
    if (one.id == gone.id || !usable(one)) continue;
    ++left;
    newer_left += std::pair(one.created, one.id) > std::pair(gone.created, gone.id);
  }
  if (newer_left < 1) return "S6: the newest good one was deleted";
  if (usable(gone) && newer_left < rule.last) return "S6: one of the newest N was deleted";
  if (usable(gone) && left < rule.last) return "S6: fewer than N are left";
  if (rule.empty()) return "there was no rule";
  return {};
}

/// Looks, deletes the oldest that may go, and again, while others act; the first broken promise.
std::string play_night(SeededEntropy& entropy, std::vector<Image> world, const Rule& rule,
                       std::size_t& deleted) {
  int next_number = 1'000;
  for (int turn = 0; turn < 30; ++turn) {
    if (small(entropy, 2)) meddle(entropy, world, next_number);
    const auto plan = decide(kMine, world, rule, kTonight);
    std::optional<std::size_t> oldest;
    for (std::size_t i = 0; i < world.size(); ++i)
      if (plan.decisions[i].verdict == Verdict::Delete &&
          (!oldest || newer(world[*oldest], world[i])))
        oldest = i;
    if (!oldest) return {};
    const auto gone = world[*oldest];
    if (auto broken = judged(world, gone, rule); !broken.empty()) return broken;
    world.erase(world.begin() + static_cast<std::ptrdiff_t>(*oldest));
    ++deleted;
  }
  return "the night does not end";
}

TEST(RetentionProperties, HoldWhileOthersChangeTheWorldBetweenTwoDeletions) {
  SeededEntropy entropy(20260102);
  std::size_t deleted = 0;
  for (int n = 0; n < kHistories; ++n) {
    auto history = random_history(entropy);
    const auto broken = play_night(entropy, std::move(history.images), history.rule, deleted);
    ASSERT_EQ(broken, "") << "night " << n;
  }
  EXPECT_GT(deleted, 50'000u);
}

// The judge itself: a deletion of a list that is no longer true does break a promise. Without this
// a judge that finds nothing would prove nothing.
TEST(RetentionProperties, AListThatIsNotLookedAtAgainBreaksThePromises) {
  SeededEntropy entropy(20260103);
  int broken = 0;
  for (int n = 0; n < 20'000; ++n) {
    auto history = random_history(entropy);
    auto world = history.images;
    const auto plan = decide(kMine, history.images, history.rule, kTonight);
    int next_number = 1'000;
    for (std::size_t i = 0; i < history.images.size(); ++i) {
      if (plan.decisions[i].verdict == Verdict::Keep) continue;
      meddle(entropy, world, next_number);
      const auto at = std::ranges::find(world, history.images[i].id, &Image::id);
      if (at == world.end()) continue;
      broken += !judged(world, *at, history.rule).empty();
      world.erase(at);
    }
  }
  EXPECT_GT(broken, 100);
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
