#include <filesystem>

#include "sandbox/world_fixture.h"
#include "store/database.h"

namespace hikae::sandbox {
namespace {

class RestartTest : public WorldTest {
 protected:
  void SetUp() override {
    path_ = testing::TempDir() + "hikae-sandbox-" +
            testing::UnitTest::GetInstance()->current_test_info()->name() + ".db";
    remove_files();
    reopen();
    load();
  }
  void TearDown() override {
    sandbox_.reset();
    remove_files();
  }
  void reopen() { open({.path = path_}); }
  void remove_files() const {
    for (const auto* end : {"", "-wal", "-shm"}) std::filesystem::remove(path_ + end);
  }
  std::string world() const {
    return text::to_canonical_json(Array{sandbox_->instances(kHere), sandbox_->images(kHere),
                                         sandbox_->snapshots(kHere), sandbox_->volumes(kHere)});
  }

  std::string path_;
};

TEST_F(RestartTest, TheWorldIsTheSameAfterAReopening) {
  make_image(kWeb, "night");
  wait(seconds(100));
  const auto before = world();
  reopen();
  EXPECT_EQ(world(), before);
}

TEST_F(RestartTest, ARunningStopEndsWhenItIsDue) {
  ASSERT_TRUE(ec2("StopInstances", R"({"InstanceIds": ["i-00000000000000001"]})"));
  reopen();
  EXPECT_EQ(power(kWeb), "stopping");
  wait(seconds(41));
  EXPECT_EQ(power(kWeb), "stopped");
}

TEST_F(RestartTest, WhatFellDueMeanwhileIsDatedWhenItWasDue) {
  ASSERT_TRUE(ec2("StopInstances", R"({"InstanceIds": ["i-00000000000000001"]})"));
  const auto image = make_image(kDb, "night");
  sandbox_.reset();
  wait(hours(5));
  reopen();
  time_.drain();
  EXPECT_EQ(power(kWeb), "stopped");
  EXPECT_EQ(state_of_image(image), "available");
  const auto& log = sandbox_->changes(kHere);
  ASSERT_EQ(log.front().what, "stopping");
  for (const auto& change : log) EXPECT_LE(change.at, log.front().at + minutes(8)) << change.what;
  EXPECT_EQ(sandbox_->running_transitions(), 0U);
}

TEST_F(RestartTest, AnImageUnderWayIsFinishedAfterAReopeningAtEachMinute) {
  const auto image = make_image(kWeb, "night");
  for (int minute = 0; minute < 9; ++minute) {
    wait(minutes(1));
    reopen();
  }
  EXPECT_EQ(state_of_image(image), "available");
  EXPECT_EQ(sandbox_->snapshots(kHere).size(), 2U);
  EXPECT_EQ(text_at(sandbox_->snapshots(kHere)[0], "State"), "completed");
}

TEST_F(RestartTest, NamesInUseAndTheLogSurvive) {
  make_image(kWeb, "night");
  const auto changes = sandbox_->changes(kHere).size();
  reopen();
  EXPECT_EQ(sandbox_->changes(kHere).size(), changes);
  EXPECT_EQ(code_of("CreateImage", R"({"InstanceId": "i-00000000000000002", "Name": "night"})"),
            "InvalidAMIName.Duplicate");
}

TEST_F(RestartTest, DeletedRowsStayDeleted) {
  ASSERT_TRUE(ec2("TerminateInstances", R"({"InstanceIds": ["i-00000000000000001"]})"));
  wait(hours(2));
  reopen();
  EXPECT_EQ(instance_ids("{}"), "02 03");
}

TEST_F(RestartTest, AForeignDatabaseIsRefusedAndLeftAlone) {
  sandbox_.reset();
  remove_files();
  {
    auto other = store::Database::open(path_, store::Sync::Normal);
    ASSERT_TRUE(other);
    ASSERT_TRUE((*other)->execute("CREATE TABLE mine(x)"));
  }
  const auto opened = Sandbox::open({.path = path_}, time_, time_, entropy_);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::Invalid);
}

TEST_F(RestartTest, AnAnswerUnderWayOutlivesTheSandbox) {
  bool has_answer = false;
  sandbox_->call({kHere, "ec2", "DescribeTags", Object{}, ""},
                 [&](Result<Value>) { has_answer = true; });
  sandbox_.reset();
  wait(seconds(1));
  EXPECT_TRUE(has_answer);
}

}  // namespace
}  // namespace hikae::sandbox
