// S6: one look, one decision, one deletion. The world changes between the calls of a pruning, and
// never are fewer than N good ones left by what hikae does.
#include "upkeep/images.h"
#include "upkeep/prune.h"
#include "upkeep/small_cloud.h"

namespace hikae::upkeep {
namespace {

class FreshLookTest : public testing::UpkeepTest {
 protected:
  FreshLookTest() {
    for (int day = 1; day <= 5; ++day)
      cloud.add_image("ami-" + std::to_string(day), "i-1", "2026-02-0" + std::to_string(day));
    keep("2");
  }

  void keep(std::string_view generations) {
    cloud.tags["i-1"] = Array{testing::SmallCloud::tag(kGenerationTag, generations)};
  }

  /// Somebody acts right after the first image was deregistered.
  void after_the_first_deletion(std::function<void()> act) {
    cloud.meddler = [this, act, done = false](const aws::Request& request) mutable {
      if (request.operation != "DeleteSnapshot" || done) return;
      done = true;
      act();
    };
  }

  Value pruned() {
    const auto report = answer_of(
        [&](aws::Done done) { prune(context, {.instance = InstanceId("i-1")}, std::move(done)); });
    EXPECT_TRUE(report.has_value());
    return report.value_or(Value());
  }

  static std::string outcome_of(const Value& report, std::string_view id) {
    for (const auto& row : list_at(report, "Images"))
      if (text_at(row, "ImageId") == id) return str(text_at(row, "Outcome"));
    return "not listed";
  }
};

TEST_F(FreshLookTest, ImagesRemovedByHandMeanwhileDoNotLeaveFewerThanN) {
  after_the_first_deletion([this] {
    cloud.remove_image("ami-5");
    cloud.remove_image("ami-4");
  });
  const auto report = pruned();
  EXPECT_EQ(cloud.image_ids(), "ami-2 ami-3");
  EXPECT_EQ(outcome_of(report, "ami-5"), "gone");
  EXPECT_EQ(outcome_of(report, "ami-3"), "kept");
  EXPECT_EQ(int_at(report, "GoodAfter"), 2);
  EXPECT_EQ(cloud.snapshot_ids(), "snap-2 snap-3 snap-4 snap-5") << "kept by hand, perhaps";
}

TEST_F(FreshLookTest, AnImageThatGoesOutOfServiceMeanwhileIsNotCountedAnyMore) {
  after_the_first_deletion([this] { cloud.image("ami-5").as_object()["State"] = "invalid"; });
  (void)pruned();
  EXPECT_EQ(cloud.image_ids(), "ami-3 ami-4 ami-5");
}

TEST_F(FreshLookTest, AHoldPutOnMeanwhileHolds) {
  after_the_first_deletion(
      [this] { testing::SmallCloud::set_tag(cloud.image("ami-2"), kHoldTag, "audit"); });
  (void)pruned();
  EXPECT_EQ(cloud.image_ids(), "ami-2 ami-4 ami-5");
}

TEST_F(FreshLookTest, AHoldOfTheInstanceMeanwhileHoldsAll) {
  after_the_first_deletion(
      [this] { cloud.tags["i-1"].push_back(testing::SmallCloud::tag(kHoldTag, "audit")); });
  const auto report = pruned();
  EXPECT_EQ(cloud.image_ids(), "ami-2 ami-3 ami-4 ami-5");
  EXPECT_EQ(outcome_of(report, "ami-3"), "kept");
}

TEST_F(FreshLookTest, AGenerationTagThatIsRaisedOrSpoiltMeanwhileHolds) {
  after_the_first_deletion([this] { keep("4"); });
  (void)pruned();
  EXPECT_EQ(cloud.image_ids(), "ami-2 ami-3 ami-4 ami-5");
  cloud.meddler = {};
  keep("1");
  after_the_first_deletion([this] { keep("none"); });
  (void)pruned();
  EXPECT_EQ(cloud.image_ids(), "ami-3 ami-4 ami-5");
}

TEST_F(FreshLookTest, ARefusedDeletionIsNotRepeatedWithoutALook) {
  keep("4");
  cloud.fail_next("DeregisterImage", "RequestLimitExceeded");
  cloud.meddler = [this](const aws::Request& request) {
    if (request.operation == "DeregisterImage") cloud.remove_image("ami-5");
  };
  (void)pruned();
  EXPECT_EQ(cloud.image_ids(), "ami-1 ami-2 ami-3 ami-4");
  EXPECT_EQ(cloud.mutations(), std::vector<std::string>{"DeregisterImage ami-1"});
}

TEST_F(FreshLookTest, DirectlyBeforeEachDeletionImagesAndTagsAreRead) {
  (void)pruned();
  for (std::size_t i = 0; i < cloud.calls.size(); ++i) {
    if (!cloud.calls[i].starts_with("DeregisterImage")) continue;
    EXPECT_EQ(cloud.calls.at(i - 1), "DescribeTags");
    EXPECT_EQ(cloud.calls.at(i - 2), "DescribeSnapshots");
    EXPECT_EQ(cloud.calls.at(i - 3), "DescribeImages");
  }
  EXPECT_EQ(cloud.image_ids(), "ami-4 ami-5");
}

TEST_F(FreshLookTest, WhereALookFailsNothingMoreIsDeleted) {
  after_the_first_deletion([this] { cloud.fail_next("DescribeTags", "UnauthorizedOperation", 9); });
  const auto report = pruned();
  EXPECT_EQ(cloud.image_ids(), "ami-2 ami-3 ami-4 ami-5");
  EXPECT_EQ(outcome_of(report, "ami-1"), "deleted");
  EXPECT_EQ(outcome_of(report, "ami-2"), "skipped");
  EXPECT_EQ(outcome_of(report, "ami-3"), "skipped");
  EXPECT_EQ(list_at(report, "Errors").size(), 1u);
  EXPECT_EQ(int_at(report, "GoodAfter"), 4);
}

TEST_F(FreshLookTest, ALostAnswerOfADeletionThatWasDoneCountsAsDeletedWithItsSnapshots) {
  keep("4");
  cloud.fail_next("DeregisterImage", "RequestTimeout");
  cloud.meddler = [this](const aws::Request& request) {
    if (request.operation == "DeregisterImage") cloud.remove_image("ami-1");
  };
  const auto report = pruned();
  EXPECT_EQ(outcome_of(report, "ami-1"), "deleted");
  EXPECT_EQ(cloud.snapshot_ids(), "snap-2 snap-3 snap-4 snap-5");
}

TEST_F(FreshLookTest, S8SnapshotsThatWereNotBornWithTheImageStay) {
  keep("4");
  cloud.snapshot("snap-1").as_object()["Description"] = "Created by CreateImage(i-1) for ami-0";
  const auto report = pruned();
  EXPECT_EQ(cloud.image_ids(), "ami-2 ami-3 ami-4 ami-5");
  EXPECT_NE(cloud.snapshot_ids().find("snap-1"), std::string::npos);
  const auto& row = list_at(report, "Images").at(4);
  EXPECT_EQ(text_at(list_at(row, "Snapshots").at(0), "Detail"), "it was not made for this image");
}

TEST_F(FreshLookTest, S8SharedAndHeldSnapshotsStay) {
  keep("3");
  cloud.permissions["snap-1"] = Array{Object{{"UserId", "999999999999"}}};
  testing::SmallCloud::set_tag(cloud.snapshot("snap-2"), kHoldTag, "audit");
  const auto report = pruned();
  EXPECT_EQ(cloud.image_ids(), "ami-3 ami-4 ami-5");
  EXPECT_EQ(cloud.snapshot_ids(), "snap-1 snap-2 snap-3 snap-4 snap-5");
  EXPECT_TRUE(list_at(report, "Errors").empty());
}

TEST_F(FreshLookTest, P31TwoPruningsOfOneInstanceComeOneAfterTheOther) {
  context.turns = std::make_shared<Turns>();
  keep("1");
  int answers = 0;
  const auto done = [&](const Result<Value>& report) {
    ++answers;
    EXPECT_TRUE(list_at(*report, "Errors").empty());
    EXPECT_EQ(cloud.image_ids(), "ami-5");
    if (answers == 1) cloud.calls.clear();
  };
  prune(context, {.instance = InstanceId("i-1")}, done);
  prune(context, {.instance = InstanceId("i-1"), .keep = retention::Rule{.daily = 1}}, done);
  time.run_while_busy([&] { return answers == 2; }, time.now() + hours(1));
  EXPECT_EQ(answers, 2);
  EXPECT_EQ(cloud.calls.at(0), "DescribeImages") << "the second begins when the first has ended";
  EXPECT_TRUE(cloud.mutations().empty());
}

TEST_F(FreshLookTest, PruningsOfTwoInstancesDoNotWaitForEachOther) {
  context.turns = std::make_shared<Turns>();
  int answers = 0;
  prune(context, {.instance = InstanceId("i-1")}, [&](const Result<Value>&) { ++answers; });
  prune(context, {.instance = InstanceId("i-2")}, [&](const Result<Value>&) { ++answers; });
  EXPECT_EQ(cloud.calls, (std::vector<std::string>{"DescribeImages", "DescribeImages"}));
  time.run_while_busy([&] { return answers == 2; }, time.now() + hours(1));
  EXPECT_EQ(answers, 2);
}

}  // namespace
}  // namespace hikae::upkeep
