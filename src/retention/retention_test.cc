#include "retention/retention.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace hikae::retention {
namespace {

const InstanceId kServer{"i-1"};
const WallTime kNow = *parse_iso("2026-03-01T00:00:00Z");

Image good(std::string id, std::string_view created) {
  return {.id = ImageId(std::move(id)),
          .name = "web",
          .state = "available",
          .created = *parse_iso(created),
          .source = kServer,
          .ours = Ours::Yes,
          .protection = ""};
}

Image with_state(Image image, std::string state) {
  image.state = std::move(state);
  return image;
}

/// The verdicts as letters, in the order of the images: K(eep), D(elete).
std::string letters(const Plan& plan) {
  std::string out;
  for (const auto& d : plan.decisions) out += d.verdict == Verdict::Keep ? 'K' : 'D';
  return out;
}

std::string decide_letters(std::vector<Image> images, Rule rule) {
  return letters(decide(kServer, images, rule, kNow));
}

TEST(Retention, KeepsTheNewestAndDeletesTheRestWithReasons) {
  const std::vector<Image> images{good("ami-1", "2026-02-01"), good("ami-3", "2026-02-03"),
                                  good("ami-2", "2026-02-02")};
  const auto plan = decide(kServer, images, Rule{.last = 2}, kNow);
  EXPECT_EQ(letters(plan), "DKK");
  EXPECT_EQ(plan.decisions[0].reason, "number 3 from the newest; the rule keeps the newest 2");
  EXPECT_EQ(plan.decisions[1].reason, "generation 1 of 2");
  EXPECT_EQ(plan.decisions[2].reason, "generation 2 of 2");
  EXPECT_EQ(plan.good_before, 3);
  EXPECT_EQ(plan.good_after, 2);
}

TEST(Retention, P26PendingAndFailedImagesAreNoGenerations) {
  EXPECT_EQ(decide_letters({with_state(good("ami-4", "2026-02-04"), "pending"),
                            good("ami-3", "2026-02-03"), good("ami-2", "2026-02-02")},
                           {.last = 1}),
            "KKD");
  EXPECT_EQ(decide_letters(
                {with_state(good("ami-4", "2026-02-04"), "failed"), good("ami-3", "2026-02-03")},
                {.last = 1}),
            "KK");
}

TEST(Retention, ADoubtfulImageIsKeptAndCountsForNothing) {
  auto doubtful = good("ami-3", "2026-02-03");
  doubtful.doubt = "its snapshots did not begin in time";
  EXPECT_EQ(decide_letters({doubtful, good("ami-2", "2026-02-02"), good("ami-1", "2026-02-01")},
                           {.last = 1}),
            "KKD");
}

TEST(Retention, AFailedImageGoesOnceANewerGoodOneExists) {
  const std::vector<Image> images{good("ami-3", "2026-02-03"),
                                  with_state(good("ami-2", "2026-02-02"), "failed")};
  const auto plan = decide(kServer, images, Rule{.last = 5}, kNow);
  EXPECT_EQ(letters(plan), "KD");
  EXPECT_EQ(plan.decisions[1].reason, "ended failed, and a newer good one exists");
  EXPECT_EQ(plan.good_after, 1);
}

TEST(Retention, AFailedForeignImageStays) {
  auto foreign = with_state(good("ami-2", "2026-02-02"), "failed");
  foreign.ours = Ours::No;
  EXPECT_EQ(decide_letters({good("ami-3", "2026-02-03"), foreign}, {.last = 1}), "KK");
}

TEST(Retention, ForeignAndOtherInstancesImagesStayAndDoNotCount) {
  auto foreign = good("ami-4", "2026-02-04");
  foreign.ours = Ours::No;
  auto other = good("ami-5", "2026-02-05");
  other.source = InstanceId("i-2");
  auto unknown = good("ami-6", "2026-02-06");
  unknown.source = InstanceId();
  const std::vector<Image> images{foreign, other, unknown, good("ami-1", "2026-02-01")};
  const auto plan = decide(kServer, images, Rule{.last = 1}, kNow);
  EXPECT_EQ(letters(plan), "KKKK");
  EXPECT_EQ(plan.good_before, 1);
  EXPECT_EQ(plan.decisions[1].reason, "it was made of another instance (i-2)");
}

TEST(Retention, AnImageFromTheFutureDoesNotPushOutARealOne) {
  const std::vector<Image> images{good("ami-9", "2027-01-01"), good("ami-1", "2026-02-01")};
  const auto plan = decide(kServer, images, Rule{.last = 1}, kNow);
  EXPECT_EQ(letters(plan), "KK");
  EXPECT_EQ(plan.good_before, 1);
}

TEST(Retention, AnEmptyRuleKeepsEverything) {
  const std::vector<Image> images{good("ami-2", "2026-02-02"),
                                  with_state(good("ami-1", "2026-02-01"), "failed")};
  EXPECT_EQ(letters(decide(kServer, images, Rule{}, kNow)), "KK");
  const auto plan = decide(kServer, images, std::nullopt, kNow, "the tag is invalid");
  EXPECT_EQ(letters(plan), "KK");
  EXPECT_EQ(plan.decisions[0].reason, "the tag is invalid");
}

TEST(Retention, TheNewestGoodOneStaysUnderAnyRule) {
  const auto plan =
      decide(kServer, std::vector<Image>{good("ami-1", "2020-01-01")}, Rule{.daily = 1}, kNow);
  EXPECT_EQ(plan.decisions[0].reason, "the newest good one, daily 1 of 1");
}

TEST(Retention, AProtectedImageStaysAndSaysWhy) {
  auto held = good("ami-1", "2026-02-01");
  held.protection = "on hold";
  const std::vector<Image> images{held, good("ami-2", "2026-02-02"), good("ami-3", "2026-02-03")};
  const auto plan = decide(kServer, images, Rule{.last = 1}, kNow);
  EXPECT_EQ(letters(plan), "KDK");
  EXPECT_TRUE(plan.decisions[0].reason.starts_with("on hold (else it would go: "));
  EXPECT_EQ(plan.good_after, 2);
}

TEST(Retention, P34EqualDatesAreOrderedById) {
  const std::vector<Image> images{good("ami-a", "2026-02-01"), good("ami-b", "2026-02-01")};
  EXPECT_EQ(decide_letters(images, {.last = 1}), "DK");
  EXPECT_EQ(decide_letters({images[1], images[0]}, {.last = 1}), "KD");
}

TEST(Retention, WithinDaysIsCountedFromTheNewestGoodOne) {
  EXPECT_EQ(decide_letters({good("ami-3", "2025-06-10"), good("ami-2", "2025-06-03"),
                            good("ami-1", "2025-06-02")},
                           {.within_days = 7}),
            "KKD");
}

TEST(Retention, DailyKeepsTheNewestOfEachDayThatHasAny) {
  EXPECT_EQ(decide_letters({good("ami-5", "2026-02-10T20:00Z"), good("ami-4", "2026-02-10T08:00Z"),
                            good("ami-3", "2026-02-07T08:00Z"), good("ami-2", "2026-02-01T08:00Z"),
                            good("ami-1", "2026-01-31T08:00Z")},
                           {.daily = 3}),
            "KDKKD");
}

TEST(Retention, DaysFollowTheGivenClock) {
  // 15:30 UTC on the 9th is already the 10th in Tokyo.
  const std::vector<Image> images{good("ami-2", "2026-02-10T02:00Z"),
                                  good("ami-1", "2026-02-09T15:30Z")};
  EXPECT_EQ(decide_letters(images, {.daily = 2}), "KK");
  EXPECT_EQ(decide_letters(images, {.daily = 2, .utc_offset = minutes(540)}), "KD");
}

TEST(Retention, WeeksBeginOnMonday) {
  // 2026-02-08 is a Sunday.
  EXPECT_EQ(decide_letters({good("ami-3", "2026-02-09"), good("ami-2", "2026-02-08"),
                            good("ami-1", "2026-02-02")},
                           {.weekly = 2}),
            "KKD");
}

TEST(Retention, MonthsAndYearsKeepTheirNewest) {
  const std::vector<Image> images{good("ami-5", "2026-02-01"), good("ami-4", "2026-01-31"),
                                  good("ami-3", "2026-01-01"), good("ami-2", "2025-12-31"),
                                  good("ami-1", "2024-12-31")};
  EXPECT_EQ(decide_letters(images, {.monthly = 3}), "KKDKD");
  EXPECT_EQ(decide_letters(images, {.yearly = 3}), "KDDKK");
}

TEST(Retention, PartsOfARuleAddUp) {
  const std::vector<Image> images{good("ami-3", "2026-02-03T10:00Z"),
                                  good("ami-2", "2026-02-03T09:00Z"), good("ami-1", "2026-02-01")};
  const auto plan = decide(kServer, images, Rule{.last = 2, .daily = 2}, kNow);
  EXPECT_EQ(letters(plan), "KKK");
  EXPECT_EQ(plan.decisions[0].reason, "generation 1 of 2, daily 1 of 2");
}

TEST(Retention, EachReasonIsToldApartFromAllOthers) {
  const auto image = [](std::string id) { return good(std::move(id), "2026-02-01"); };
  auto foreign = image("ami-01"), unmarked = image("ami-02"), unknown = image("ami-03"),
       other = image("ami-04"), future = good("ami-05", "2027-01-01"), doubtful = image("ami-06"),
       held = image("ami-07");
  foreign.ours = unmarked.ours = Ours::No;
  foreign.not_ours = "it belongs to the account 999999999999";
  unknown.source = InstanceId();
  other.source = InstanceId("i-2");
  doubtful.doubt = "its snapshot snap-1 is pending";
  held.protection = "it is on hold (tag hikae:hold)";
  const std::vector<Image> images{foreign,
                                  unmarked,
                                  unknown,
                                  other,
                                  future,
                                  doubtful,
                                  held,
                                  with_state(image("ami-08"), "pending"),
                                  with_state(image("ami-09"), "failed"),
                                  with_state(image("ami-10"), ""),
                                  image("ami-11"),
                                  good("ami-12", "2026-02-02"),
                                  good("ami-13", "2026-02-03")};
  const auto plan = decide(kServer, images, Rule{.last = 2}, kNow);
  const std::vector<std::string> expected{
      "foreign: it belongs to the account 999999999999",
      "foreign: hikae did not make it",
      "its source instance is not known",
      "it was made of another instance (i-2)",
      "dated in the future (2027-01-01T00:00:00Z)",
      "its snapshot snap-1 is pending, so it does not count as a generation",
      "it is on hold (tag hikae:hold) (else it would go: number 4 from the newest; the rule keeps "
      "the newest 2)",
      "pending, so it does not count as a generation",
      "ended failed, and a newer good one exists",
      "of unknown state, so it does not count as a generation",
      "number 3 from the newest; the rule keeps the newest 2",
      "generation 2 of 2",
      "generation 1 of 2"};
  ASSERT_EQ(plan.decisions.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i)
    EXPECT_EQ(plan.decisions[i].reason, expected[i]) << images[i].id.text();
  EXPECT_EQ(letters(plan), "KKKKKKKKDKDKK");
}

TEST(Retention, AProtectedImageWithinTheRuleIsKeptByTheRule) {
  auto held = good("ami-1", "2026-02-01");
  held.protection = "on hold";
  const auto plan = decide(kServer, std::vector<Image>{held}, Rule{.last = 1}, kNow);
  EXPECT_EQ(plan.decisions[0].reason, "generation 1 of 1");
}

TEST(Retention, NothingToDecideIsNothing) {
  const auto plan = decide(kServer, {}, Rule{.last = 1}, kNow);
  EXPECT_TRUE(plan.decisions.empty());
  EXPECT_EQ(plan.good_after, 0);
}

}  // namespace
}  // namespace hikae::retention
