// S8: what a half-done deletion left behind is finished by the next pruning, and nothing else is.
#include "upkeep/leftovers.h"

#include "upkeep/prune.h"
#include "upkeep/small_cloud.h"

namespace hikae::upkeep {
namespace {

class LeftoversTest : public testing::UpkeepTest {
 protected:
  LeftoversTest() {
    cloud.tags["i-1"] = Array{testing::SmallCloud::tag(kGenerationTag, "1")};
    cloud.add_image("ami-3", "i-1", "2026-02-28");
  }

  Value pruned(PruneRequest request = {.instance = InstanceId("i-1")}) {
    const auto report =
        answer_of([&](aws::Done done) { prune(context, request, std::move(done)); });
    EXPECT_TRUE(report.has_value());
    return report.value_or(Value());
  }

  void left(const std::string& snapshot, const std::string& image = "ami-0",
            const std::string& instance = "i-1", const std::string& began = "2026-01-01") {
    cloud.add_snapshot(snapshot, image, instance, began);
  }
};

TEST_F(LeftoversTest, P29SnapshotsOfAHalfDoneDeletionAreFoundAndFinished) {
  cloud.add_image("ami-1", "i-1", "2026-02-26");
  cloud.fail_next("DeleteSnapshot", "UnauthorizedOperation");
  const auto first = pruned();
  EXPECT_EQ(text_at(list_at(first, "Images").at(1), "Outcome"), "partly");
  EXPECT_EQ(list_at(first, "Errors").size(), 1u);
  EXPECT_EQ(cloud.snapshot_ids(), "snap-3 snap-1");
  const auto second = pruned();
  ASSERT_EQ(list_at(second, "Leftovers").size(), 1u);
  EXPECT_EQ(text_at(list_at(second, "Leftovers")[0], "Outcome"), "deleted");
  EXPECT_EQ(cloud.snapshot_ids(), "snap-3");
}

TEST_F(LeftoversTest, APruningThatDiedAfterDeregisteringIsCompletedByTheNext) {
  cloud.add_image("ami-1", "i-1", "2026-02-26");
  cloud.add_image("ami-2", "i-1", "2026-02-27");
  cloud.remove_image("ami-1");  // all that the one that died had done
  (void)pruned();
  EXPECT_EQ(cloud.image_ids(), "ami-3");
  EXPECT_EQ(cloud.snapshot_ids(), "snap-3");
}

// The image was deregistered by hand: its snapshots may be all there is of the last good backup.
TEST_F(LeftoversTest, SnapshotsOfAnImageThatWasAmongTheNewestStay) {
  cloud.tags["i-1"] = Array{testing::SmallCloud::tag(kGenerationTag, "2")};
  cloud.add_image("ami-1", "i-1", "2026-02-25");
  cloud.add_image("ami-2", "i-1", "2026-02-26");
  cloud.remove_image("ami-3");
  const auto report = pruned();
  EXPECT_EQ(cloud.snapshot_ids(), "snap-3 snap-1 snap-2");
  ASSERT_EQ(list_at(report, "Leftovers").size(), 1u);
  EXPECT_EQ(text_at(list_at(report, "Leftovers")[0], "Outcome"), "kept");
  EXPECT_EQ(text_at(list_at(report, "Leftovers")[0], "Detail"),
            "its image is gone, but would be kept if it were there");
}

TEST_F(LeftoversTest, WithoutAGoodImageAllSnapshotsStay) {
  cloud.remove_image("ami-3");
  (void)pruned();
  EXPECT_EQ(cloud.snapshot_ids(), "snap-3");
}

TEST_F(LeftoversTest, AreHikaesOwnByTheTagsOfTheirBirthAndEc2sDescription) {
  left("snap-own");
  left("snap-other-instance", "ami-0", "i-2");
  testing::SmallCloud::set_tag(cloud.snapshots.back(), kSourceInstanceTag, "i-1");
  left("snap-no-run");
  testing::SmallCloud::set_tag(cloud.snapshots.back(), kRunTag, std::nullopt);
  left("snap-elsewhere");
  testing::SmallCloud::set_tag(cloud.snapshots.back(), kInstallationTag, "osaka");
  cloud.article = true;
  left("snap-article");
  (void)pruned();
  EXPECT_EQ(cloud.snapshot_ids(),
            "snap-3 snap-other-instance snap-no-run snap-elsewhere snap-article");
}

TEST_F(LeftoversTest, OfTheArticleAreFoundByItsOwnEvent) {
  left("snap-own");
  cloud.article = true;
  left("snap-article");
  cloud.add_image("ami-8", "i-1", "2026-02-21");
  (void)pruned({.instance = InstanceId("i-1"),
                .owner = {Maker::Article},
                .server_name = "web",
                .generations = "1"});
  EXPECT_EQ(cloud.snapshot_ids(), "snap-3 snap-own snap-8");
}

TEST_F(LeftoversTest, ThatMayNotBeOursStay) {
  left("snap-young", "ami-x", "i-1", "2026-03-01");  // began ten minutes ago
  left("snap-other", "ami-x", "i-10");
  left("snap-copy", "ami-x");
  cloud.snapshots.back().as_object()["VolumeId"] = "vol-ffffffff";
  left("snap-untagged", "ami-x");
  cloud.snapshots.back().as_object()["Tags"] = Array{};
  left("snap-held", "ami-x");
  testing::SmallCloud::set_tag(cloud.snapshots.back(), kHoldTag, "yes");
  left("snap-living", "ami-3");
  EXPECT_TRUE(list_at(pruned(), "Leftovers").empty());
  EXPECT_TRUE(cloud.mutations().empty());
}

TEST_F(LeftoversTest, ThatArePendingAreTakenOnceTheyAreADayOld) {
  left("snap-stuck", "ami-0", "i-1", "2026-02-27");
  cloud.snapshots.back().as_object()["State"] = "pending";
  left("snap-under-way", "ami-0", "i-1", "2026-03-01");
  cloud.snapshots.back().as_object()["State"] = "pending";
  (void)pruned();
  EXPECT_EQ(cloud.snapshot_ids(), "snap-3 snap-under-way");
}

TEST_F(LeftoversTest, OfAnInstanceThatKeepsEverythingStay) {
  left("snap-left");
  cloud.tags["i-1"] = Array{testing::SmallCloud::tag(kGenerationTag, "0")};
  (void)pruned();
  cloud.tags["i-1"] = Array{testing::SmallCloud::tag(kGenerationTag, "1"),
                            testing::SmallCloud::tag(kHoldTag, "audit")};
  (void)pruned();
  EXPECT_EQ(cloud.snapshot_ids(), "snap-3 snap-left");
}

TEST_F(LeftoversTest, ThatAnotherImageUsesStay) {
  left("snap-left");
  cloud.images.push_back(
      Object{{"ImageId", "ami-user"},
             {"BlockDeviceMappings", Array{Object{{"Ebs", Object{{"SnapshotId", "snap-left"}}}}}}});
  EXPECT_TRUE(list_at(pruned(), "Leftovers").empty());
  EXPECT_EQ(cloud.snapshot_ids(), "snap-3 snap-left");
}

TEST_F(LeftoversTest, ThatAreSharedStay) {
  left("snap-left");
  cloud.permissions["snap-left"] = Array{Object{{"UserId", "999999999999"}}};
  const auto report = pruned();
  EXPECT_EQ(text_at(list_at(report, "Leftovers").at(0), "Detail"),
            "it is shared with 999999999999");
  EXPECT_EQ(cloud.snapshot_ids(), "snap-3 snap-left");
}

}  // namespace
}  // namespace hikae::upkeep
