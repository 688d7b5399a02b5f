#include "upkeep/prune.h"

#include <fmt/format.h>

#include "upkeep/images.h"
#include "upkeep/small_cloud.h"

namespace hikae::upkeep {
namespace {

class PruneTest : public testing::UpkeepTest {
 protected:
  Value prune_of(PruneRequest request = {.instance = InstanceId("i-1")}) {
    auto report = answer_of([&](aws::Done done) { prune(context, request, std::move(done)); });
    EXPECT_TRUE(report.has_value()) << report.error().text();
    return report.value_or(Value{});
  }

  void keep(std::string_view generations) {
    cloud.tags["i-1"] = Array{testing::SmallCloud::tag(kGenerationTag, generations)};
  }

  /// "ami-3 keep kept, ami-2 delete deleted"
  static std::string rows(const Value& report) {
    std::string out;
    for (const auto& image : list_at(report, "Images"))
      out.append(out.empty() ? "" : ", ")
          .append(text_at(image, "ImageId"))
          .append(" ")
          .append(text_at(image, "Outcome"));
    return out;
  }

  static std::size_t errors(const Value& report) { return list_at(report, "Errors").size(); }

  static void tag_with_plan(Value& resource, std::string_view plan) {
    resource.as_object()["Tags"].as_array().push_back(testing::SmallCloud::tag(kPlanTag, plan));
  }

  void add_image_of(std::string_view plan, const std::string& id, const std::string& created) {
    cloud.add_image(id, "i-1", created);
    tag_with_plan(cloud.images.back(), plan);
  }

  void three_images() {
    cloud.add_image("ami-1", "i-1", "2026-02-26");
    cloud.add_image("ami-2", "i-1", "2026-02-27");
    cloud.add_image("ami-3", "i-1", "2026-02-28");
  }
};

TEST_F(PruneTest, DeletesTheOldestFirstAndItsSnapshotAfterIt) {
  three_images();
  keep("1");
  const auto report = prune_of();
  EXPECT_EQ(cloud.mutations(),
            (std::vector<std::string>{"DeregisterImage ami-1", "DeleteSnapshot snap-1",
                                      "DeregisterImage ami-2", "DeleteSnapshot snap-2"}));
  EXPECT_EQ(rows(report), "ami-3 kept, ami-2 deleted, ami-1 deleted");
  EXPECT_EQ(int_at(report, "GoodBefore"), 3);
  EXPECT_EQ(int_at(report, "GoodAfter"), 1);
  EXPECT_EQ(text_at(report, "RuleSource"), "tag EC2BackupGen");
}

TEST_F(PruneTest, APlanCountsAndDeletesOnlyItsOwnImages) {
  for (const auto* day : {"1", "2", "3", "4", "5"})
    add_image_of("monthly", fmt::format("ami-{}", day), fmt::format("2026-02-0{}", day));
  add_image_of("daily", "ami-6", "2026-02-06");
  add_image_of("daily", "ami-7", "2026-02-07");
  const auto report = prune_of(
      {.instance = InstanceId("i-1"), .plan = "daily", .keep = retention::Rule{.last = 1}});
  EXPECT_EQ(
      rows(report),
      "ami-7 kept, ami-6 deleted, ami-5 kept, ami-4 kept, ami-3 kept, ami-2 kept, ami-1 kept");
  EXPECT_EQ(int_at(report, "GoodBefore"), 2);
  EXPECT_EQ(text_at(list_at(report, "Images")[2], "Reason"),
            "foreign: the plan monthly made it (tag hikae:plan)");
}

TEST_F(PruneTest, APruningWithoutAPlanDeletesNoPlansImages) {
  add_image_of("daily", "ami-1", "2026-02-01");
  add_image_of("daily", "ami-2", "2026-02-02");
  const auto report = prune_of({.instance = InstanceId("i-1"), .keep = retention::Rule{.last = 1}});
  EXPECT_EQ(rows(report), "ami-2 kept, ami-1 kept");
}

TEST_F(PruneTest, ImagesWithoutAPlanAreTheOnlyPlansAndNobodysAmongSeveral) {
  cloud.add_image("ami-1", "i-1", "2026-02-01");
  add_image_of("daily", "ami-2", "2026-02-02");
  const PruneRequest daily{.instance = InstanceId("i-1"),
                           .plan = "daily",
                           .keep = retention::Rule{.last = 1},
                           .dry_run = DryRun::Yes};
  EXPECT_EQ(rows(prune_of(daily)), "ami-2 kept, ami-1 planned");
  add_image_of("monthly", "ami-3", "2026-02-03");
  EXPECT_EQ(rows(prune_of(daily)), "ami-3 kept, ami-2 kept, ami-1 kept");
}

TEST_F(PruneTest, TheGenerationTagTakesNothingFromOneOfSeveralPlans) {
  for (const auto* day : {"1", "2", "3"})
    add_image_of("monthly", fmt::format("ami-{}", day), fmt::format("2026-02-0{}", day));
  add_image_of("daily", "ami-4", "2026-02-04");
  keep("1");
  EXPECT_EQ(
      rows(prune_of(
          {.instance = InstanceId("i-1"), .plan = "monthly", .keep = retention::Rule{.last = 2}})),
      "ami-4 kept, ami-3 kept, ami-2 kept, ami-1 deleted");
}

TEST_F(PruneTest, SnapshotsLeftBehindByAnotherPlanStay) {
  add_image_of("daily", "ami-9", "2026-02-28");
  cloud.add_snapshot("snap-old", "ami-gone", "i-1", "2026-01-01");
  tag_with_plan(cloud.snapshots.back(), "monthly");
  EXPECT_TRUE(list_at(prune_of({.instance = InstanceId("i-1"),
                                .plan = "daily",
                                .keep = retention::Rule{.last = 1}}),
                      "Leftovers")
                  .empty());
}

TEST_F(PruneTest, IsConvergent) {
  three_images();
  keep("1");
  (void)prune_of();
  cloud.calls.clear();
  EXPECT_EQ(rows(prune_of()), "ami-3 kept");
  EXPECT_TRUE(cloud.mutations().empty());
}

TEST_F(PruneTest, P26TheNewImageThatIsStillPendingDoesNotCount) {
  three_images();
  cloud.add_image("ami-4", "i-1", "2026-03-01", "web", "pending");
  keep("3");
  EXPECT_EQ(rows(prune_of()), "ami-4 kept, ami-3 kept, ami-2 kept, ami-1 kept");
}

TEST_F(PruneTest, P27AnInvalidTagKeepsEverythingAndWarns) {
  three_images();
  for (const auto* value : {"0", "-2", "", "three", "2.5"}) {
    keep(value);
    const auto report =
        prune_of({.instance = InstanceId("i-1"), .keep = retention::Rule{.last = 1}});
    EXPECT_EQ(list_at(report, "Warnings").size(), 1u) << value;
    EXPECT_EQ(text_at(report, "Rule"), "everything");
  }
  EXPECT_TRUE(cloud.mutations().empty());
}

TEST_F(PruneTest, WithoutATagThePlanHolds) {
  three_images();
  EXPECT_EQ(rows(prune_of({.instance = InstanceId("i-1"), .keep = retention::Rule{.last = 2}})),
            "ami-3 kept, ami-2 kept, ami-1 deleted");
}

TEST_F(PruneTest, P25ImagesOfOtherInstancesWithTheSameNameStay) {
  three_images();
  cloud.add_image("ami-7", "i-2", "2026-02-20");
  cloud.add_image("ami-8", "i-2", "2026-02-21", "web-db");
  keep("1");
  (void)prune_of();
  EXPECT_EQ(cloud.image_ids(), "ami-3 ami-7 ami-8");
}

TEST_F(PruneTest, P28PagesAreReadToTheEnd) {
  for (int i = 1; i <= 9; ++i)
    cloud.add_image("ami-" + std::to_string(i), "i-1", "2026-02-0" + std::to_string(i));
  cloud.page_size = 2;
  keep("1");
  (void)prune_of();
  EXPECT_EQ(cloud.image_ids(), "ami-9");
  EXPECT_EQ(cloud.snapshot_ids(), "snap-9");
}

TEST_F(PruneTest, P29OneFailingImageDoesNotStopTheRest) {
  three_images();
  keep("1");
  cloud.fail_next("DeregisterImage", "OperationNotPermitted", 1, "ami-1");
  const auto report = prune_of();
  EXPECT_EQ(rows(report), "ami-3 kept, ami-2 deleted, ami-1 failed");
  EXPECT_EQ(errors(report), 1u);
  EXPECT_EQ(int_at(report, "GoodAfter"), 2);
  EXPECT_EQ(cloud.snapshot_ids(), "snap-1 snap-3") << "a snapshot of an image that stays";
}

TEST_F(PruneTest, AnEndpointThatIgnoresFiltersLosesNothingOfOthers) {
  three_images();
  cloud.add_image("ami-7", "i-2", "2026-02-20");
  cloud.add_image("ami-8", "i-2", "2026-02-21");
  cloud.add_snapshot("snap-other", "ami-0", "i-2", "2026-01-01");
  cloud.ignores_filters = true;
  keep("1");
  (void)prune_of();
  EXPECT_EQ(cloud.image_ids(), "ami-3 ami-7 ami-8");
  EXPECT_NE(cloud.snapshot_ids().find("snap-other"), std::string::npos);
}

TEST_F(PruneTest, AnImageThatIsStillSeenAfterItsEndIsWaitedFor) {
  three_images();
  keep("2");
  cloud.lingers = 3;
  EXPECT_EQ(rows(prune_of()), "ami-3 kept, ami-2 kept, ami-1 deleted");
  EXPECT_EQ(cloud.snapshot_ids(), "snap-2 snap-3");
}

TEST_F(PruneTest, P30SnapshotsThatAnotherImageUsesStay) {
  three_images();
  cloud.images.push_back(
      Object{{"ImageId", "ami-user"},
             {"BlockDeviceMappings", Array{Object{{"Ebs", Object{{"SnapshotId", "snap-1"}}}}}}});
  keep("2");
  const auto report = prune_of();
  EXPECT_EQ(cloud.mutations(), std::vector<std::string>{"DeregisterImage ami-1"});
  const auto& image = list_at(report, "Images")[2];
  EXPECT_EQ(text_at(list_at(image, "Snapshots")[0], "Outcome"), "kept");
  EXPECT_EQ(errors(report), 0u);
}

TEST_F(PruneTest, P30SharedImagesAreSkipped) {
  three_images();
  cloud.permissions["ami-1"] = Array{Object{{"UserId", "999999999999"}}};
  keep("2");
  const auto report = prune_of();
  EXPECT_EQ(rows(report), "ami-3 kept, ami-2 kept, ami-1 skipped");
  EXPECT_EQ(text_at(list_at(report, "Images")[2], "Detail"), "it is shared with 999999999999");
  EXPECT_TRUE(cloud.mutations().empty());
}

TEST_F(PruneTest, P31WhatSomebodyElseJustDeletedCountsAsDeleted) {
  three_images();
  keep("2");
  cloud.fail_next("DeregisterImage", "InvalidAMIID.Unavailable");
  cloud.fail_next("DeleteSnapshot", "InvalidSnapshot.NotFound");
  const auto report = prune_of();
  EXPECT_EQ(rows(report), "ami-3 kept, ami-2 kept, ami-1 deleted");
  EXPECT_EQ(errors(report), 0u);
}

TEST_F(PruneTest, ALostReplyOfADeregistrationIsAskedAgainAndCountsAsDeleted) {
  three_images();
  keep("2");
  cloud.fail_next("DeregisterImage", "RequestTimeout");
  EXPECT_EQ(rows(prune_of()), "ami-3 kept, ami-2 kept, ami-1 deleted");
}

TEST_F(PruneTest, ThrottlingIsWaitedOut) {
  three_images();
  keep("2");
  cloud.fail_next("DescribeImages", "RequestLimitExceeded", 3);
  cloud.fail_next("DeleteSnapshot", "Throttling", 2);
  const auto begin = time.now();
  EXPECT_EQ(errors(prune_of()), 0u);
  EXPECT_EQ(cloud.image_ids(), "ami-2 ami-3");
  EXPECT_GE(time.now() - begin, seconds(3));
}

TEST_F(PruneTest, LastingThrottlingIsAnErrorAndNothingIsDeleted) {
  three_images();
  keep("1");
  cloud.fail_next("DescribeTags", "RequestLimitExceeded", 100);
  auto report = answer_of(
      [&](aws::Done done) { prune(context, {.instance = InstanceId("i-1")}, std::move(done)); });
  ASSERT_FALSE(report.has_value());
  EXPECT_EQ(report.error().code, "RequestLimitExceeded");
  EXPECT_TRUE(cloud.mutations().empty());
}

TEST_F(PruneTest, ADryRunGivesThePlanOnly) {
  three_images();
  cloud.permissions["ami-1"] = Array{Object{{"Group", "all"}}};
  keep("1");
  cloud.add_snapshot("snap-left", "ami-0", "i-1", "2026-01-01");
  const auto report = prune_of({.instance = InstanceId("i-1"), .dry_run = DryRun::Yes});
  EXPECT_EQ(rows(report), "ami-3 kept, ami-2 planned, ami-1 skipped");
  EXPECT_EQ(text_at(list_at(report, "Leftovers")[0], "Outcome"), "planned");
  EXPECT_TRUE(cloud.mutations().empty());
  EXPECT_TRUE(is_true_at(report, "DryRun"));
}

TEST_F(PruneTest, AnInstanceOnHoldKeepsEverything) {
  three_images();
  keep("1");
  cloud.tags["i-1"].push_back(testing::SmallCloud::tag(kHoldTag, "audit"));
  const auto report = prune_of();
  EXPECT_TRUE(cloud.mutations().empty());
  EXPECT_EQ(text_at(list_at(report, "Images")[2], "Reason"),
            "the instance is on hold (tag hikae:hold)");
}

TEST_F(PruneTest, HeldAndProtectedImagesStay) {
  three_images();
  cloud.images[0].as_object()["DeregistrationProtection"] = "enabled-without-cooldown";
  cloud.images[1].as_object()["Tags"].as_array().push_back(testing::SmallCloud::tag(kHoldTag, "x"));
  keep("1");
  const auto report = prune_of();
  EXPECT_TRUE(cloud.mutations().empty());
  EXPECT_EQ(int_at(report, "GoodAfter"), 3);
}

TEST_F(PruneTest, AFailedImageGoesWhenANewerGoodOneExists) {
  cloud.add_image("ami-1", "i-1", "2026-02-27", "web", "failed");
  cloud.add_image("ami-2", "i-1", "2026-02-28");
  keep("5");
  EXPECT_EQ(rows(prune_of()), "ami-2 kept, ami-1 deleted");
}

TEST_F(PruneTest, WhereEc2DoesNotTellTheSourceItsSnapshotsDo) {
  three_images();
  for (auto& image : cloud.images) {
    image.as_object().erase("SourceInstanceId");
    // A tag that lies does not move an image to another instance.
    testing::SmallCloud::set_tag(image, kSourceInstanceTag, "i-9");
  }
  cloud.unknown_filters = {"source-instance-id"};
  cloud.tags["i-9"] = Array{testing::SmallCloud::tag(kGenerationTag, "1")};
  const auto report = prune_of({.instance = InstanceId("i-9")});
  EXPECT_TRUE(cloud.mutations().empty());
  EXPECT_EQ(int_at(report, "GoodBefore"), 0);
}

TEST_F(PruneTest, AnImageMadeOfCopiedSnapshotsIsNotTheCopiedOnesInstance) {
  three_images();
  cloud.images[0].as_object().erase("SourceInstanceId");
  cloud.snapshots[0].as_object()["Description"] = "Created by CreateImage(i-1) for ami-0";
  cloud.ignores_filters = true;
  keep("2");
  const auto report = prune_of();
  EXPECT_EQ(int_at(report, "GoodBefore"), 2);
  EXPECT_TRUE(cloud.mutations().empty());
}

TEST_F(PruneTest, AnEndpointWithoutTheSourceFilterIsSearchedByOurTag) {
  three_images();
  cloud.unknown_filters = {"source-instance-id"};
  keep("1");
  (void)prune_of();
  EXPECT_EQ(cloud.image_ids(), "ami-3");
}

TEST(SnapshotDescriptions, AreReadStrictly) {
  EXPECT_EQ(origin_of("Created by CreateImage(i-0a1) for ami-0b2").instance, "i-0a1");
  EXPECT_EQ(origin_of("Created by CreateImage(i-0a1) for ami-0b2 from vol-1").image, "ami-0b2");
  EXPECT_EQ(origin_of("Created by CreateImage() for ami-1").instance, "");
  EXPECT_EQ(origin_of("created by CreateImage(i-1) for ami-1").instance, "");
  EXPECT_EQ(origin_of("Created by CreateImage(i-1) for x").instance, "");
  EXPECT_EQ(origin_of("").image, "");
}

}  // namespace
}  // namespace hikae::upkeep
