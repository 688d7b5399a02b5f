// S7: what another tool, another installation, another account or a person made is foreign. It
// neither counts nor goes, and the report says of it why.
#include "upkeep/ours.h"

#include "upkeep/prune.h"
#include "upkeep/small_cloud.h"

namespace hikae::upkeep {
namespace {

class OursTest : public testing::UpkeepTest {
 protected:
  OursTest() {
    cloud.add_image("ami-1", "i-1", "2026-02-26");
    cloud.add_image("ami-2", "i-1", "2026-02-27");
    cloud.add_image("ami-3", "i-1", "2026-02-28");
    cloud.tags["i-1"] = Array{testing::SmallCloud::tag(kGenerationTag, "2")};
  }

  Value pruned(PruneRequest request = {.instance = InstanceId("i-1")}) {
    const auto report =
        answer_of([&](aws::Done done) { prune(context, request, std::move(done)); });
    EXPECT_TRUE(report.has_value());
    return report.value_or(Value());
  }

  /// ami-3, the newest, is no longer ours: so two are left, which is what is to be kept.
  void expect_foreign(const std::string& why,
                      PruneRequest request = {.instance = InstanceId("i-1")}) {
    const auto report = pruned(std::move(request));
    EXPECT_TRUE(cloud.mutations().empty()) << cloud.mutations().front();
    EXPECT_EQ(int_at(report, "GoodBefore"), 2);
    EXPECT_EQ(int_at(report, "Foreign"), 1);
    const auto& row = list_at(report, "Images").at(0);
    EXPECT_TRUE(is_true_at(row, "Foreign"));
    EXPECT_EQ(text_at(row, "Outcome"), "kept");
    EXPECT_EQ(text_at(row, "Reason"), "foreign: " + why);
  }
};

TEST_F(OursTest, ATaggedImageOfAnotherToolNeitherCountsNorGoes) {
  auto& image = cloud.image("ami-3");
  image.as_object()["Tags"] = Array{testing::SmallCloud::tag(kAutoBackupTag, "true")};
  image.as_object()["Name"] = "web-before-upgrade";
  expect_foreign("hikae did not make it (no tag hikae:run)");
}

TEST_F(OursTest, CopiedTagsWithoutOurNameAreNotEnough) {
  cloud.image("ami-3").as_object()["Name"] = "web-before-upgrade";
  expect_foreign("its name is not hikae/i-1/run-3, which hikae would have given it");
}

TEST_F(OursTest, OurNameWithTheTagsOfAnotherRunIsNotEnough) {
  testing::SmallCloud::set_tag(cloud.image("ami-3"), kRunTag, "run-2");
  expect_foreign("its name is not hikae/i-1/run-2, which hikae would have given it");
}

TEST_F(OursTest, AnImageWhoseTagNamesAnotherInstanceThanEc2IsForeign) {
  testing::SmallCloud::set_tag(cloud.image("ami-3"), kSourceInstanceTag, "i-2");
  expect_foreign("its tag hikae:source-instance says \"i-2\", EC2 says \"i-1\"");
}

TEST_F(OursTest, ARunThatIsNoIdIsForeign) {
  testing::SmallCloud::set_tag(cloud.image("ami-3"), kRunTag, "a/../b");
  expect_foreign("hikae did not make it (no tag hikae:run)");
}

TEST_F(OursTest, AnImageOfAnotherAccountIsForeign) {
  cloud.image("ami-3").as_object()["OwnerId"] = "999999999999";
  expect_foreign("it belongs to the account 999999999999");
}

TEST_F(OursTest, AnImageOfAnotherInstallationIsForeign) {
  testing::SmallCloud::set_tag(cloud.image("ami-3"), kInstallationTag, "osaka");
  expect_foreign("another hikae made it (hikae:installation is osaka)");
}

TEST_F(OursTest, ImagesFromBeforeTheInstallationTagStayOurs) {
  for (const auto* id : {"ami-1", "ami-2"})
    testing::SmallCloud::set_tag(cloud.image(id), kInstallationTag, "tokyo");
  const auto report = pruned({.instance = InstanceId("i-1"), .owner = {Maker::Hikae, "tokyo"}});
  EXPECT_EQ(int_at(report, "Foreign"), 0);
  EXPECT_EQ(int_at(report, "GoodBefore"), 3);
  EXPECT_EQ(cloud.image_ids(), "ami-2 ami-3");
}

TEST_F(OursTest, AnEmptyInstallationTagIsNone) {
  testing::SmallCloud::set_tag(cloud.image("ami-3"), kInstallationTag, "");
  const auto report = pruned({.instance = InstanceId("i-1"), .owner = {Maker::Hikae, "tokyo"}});
  EXPECT_EQ(int_at(report, "Foreign"), 0);
}

TEST_F(OursTest, TwoInstallationsKeepTheirGenerationsEach) {
  for (const auto* id : {"ami-1", "ami-3"})
    testing::SmallCloud::set_tag(cloud.image(id), kInstallationTag, "tokyo");
  testing::SmallCloud::set_tag(cloud.image("ami-2"), kInstallationTag, "osaka");
  cloud.tags["i-1"] = Array{testing::SmallCloud::tag(kGenerationTag, "1")};
  (void)pruned({.instance = InstanceId("i-1"), .owner = {Maker::Hikae, "tokyo"}});
  EXPECT_EQ(cloud.image_ids(), "ami-2 ami-3");
  const auto report = pruned({.instance = InstanceId("i-1"), .owner = {Maker::Hikae, "osaka"}});
  EXPECT_EQ(int_at(report, "GoodBefore"), 1);
  EXPECT_EQ(cloud.image_ids(), "ami-2 ami-3");
}

TEST_F(OursTest, WithoutAnIdOfItsOwnNobodyTakesWhatBearsOne) {
  testing::SmallCloud::set_tag(cloud.image("ami-3"), kInstallationTag, "tokyo");
  expect_foreign("another hikae made it (hikae:installation is tokyo)");
}

TEST_F(OursTest, AnImageWithoutTheTagIsNotEvenListed) {
  testing::SmallCloud::set_tag(cloud.image("ami-3"), kAutoBackupTag, "True");
  EXPECT_EQ(list_at(pruned(), "Images").size(), 2u);
  EXPECT_TRUE(cloud.mutations().empty());
  cloud.ignores_filters = true;
  expect_foreign("it has no tag AutoBackup=true");
}

TEST_F(OursTest, AnImageWithoutADateIsLeftAlone) {
  cloud.image("ami-1").as_object().erase("CreationDate");
  const auto report = pruned();
  EXPECT_TRUE(cloud.mutations().empty());
  EXPECT_EQ(text_at(list_at(report, "Images").at(2), "Reason"),
            "foreign: EC2 does not say when it was made");
}

TEST_F(OursTest, WhereEc2DoesNotNameTheInstanceATagIsNoProof) {
  auto& image = cloud.image("ami-3");
  image.as_object().erase("SourceInstanceId");
  cloud.snapshot("snap-3").as_object()["Description"] = "copied";
  cloud.ignores_filters = true;
  expect_foreign("EC2 does not say of which instance it was made");
}

TEST_F(OursTest, TheArticlesEventMeansTheArticlesImagesOnly) {
  cloud.article = true;
  cloud.add_image("ami-7", "i-1", "2026-02-20");
  cloud.add_image("ami-8", "i-1", "2026-02-21");
  const PruneRequest of_article{.instance = InstanceId("i-1"),
                                .owner = {Maker::Article},
                                .server_name = "web",
                                .generations = "1"};
  const auto report = pruned(of_article);
  EXPECT_EQ(cloud.image_ids(), "ami-1 ami-2 ami-3 ami-8");
  EXPECT_EQ(int_at(report, "Foreign"), 3);
  EXPECT_EQ(text_at(list_at(report, "Images").at(0), "Reason"),
            "foreign: hikae-backup made it, not the article's document");
}

TEST_F(OursTest, HikaesOwnEventLeavesTheArticlesImages) {
  cloud.article = true;
  cloud.add_image("ami-7", "i-1", "2026-02-20");
  const auto report = pruned();
  EXPECT_EQ(cloud.image_ids(), "ami-2 ami-3 ami-7");
  EXPECT_EQ(int_at(report, "Foreign"), 1);
}

TEST_F(OursTest, S5AnImageWithoutAllItsSnapshotsDoesNotCount) {
  cloud.snapshot("snap-3").as_object()["State"] = "error";
  auto report = pruned();
  EXPECT_EQ(int_at(report, "GoodBefore"), 2);
  EXPECT_EQ(text_at(list_at(report, "Images").at(0), "Reason"),
            "its snapshot snap-3 is error, so it does not count as a generation");
  testing::SmallCloud::drop(cloud.snapshots, "SnapshotId", "snap-3");
  report = pruned();
  EXPECT_EQ(int_at(report, "GoodBefore"), 2);
  EXPECT_EQ(text_at(list_at(report, "Images").at(0), "Reason"),
            "its snapshot snap-3 is not there, so it does not count as a generation");
  EXPECT_TRUE(cloud.mutations().empty());
}

}  // namespace
}  // namespace hikae::upkeep
