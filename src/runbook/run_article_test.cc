// The article's document, row by row of the acceptance table in docs/reference/hazards.md 10.1, on
// a toy EC2. The document must run as AWS would run it, faults included.
#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "runbook/run_driver_test.h"
#include "runbook/toy_ec2_test.h"
#include "text/json.h"

namespace hikae::runbook::testing {
namespace {

std::string article_document_text() {
  const auto* shared = std::getenv("HIKAE_SHARED");
  const std::string folder = shared ? shared : HIKAE_SOURCE_DIR "/../shared";
  std::ifstream file(folder + "/compat/backup-document.yaml");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

const std::string kTagSteps =
    "Get_InstanceTag_EC2SV1Name S, Get_InstanceTag_EC2BackupGen S, Get_EC2StopStartTag S";
const std::string kImageSteps =
    "Get_BackupEC2SV1_AMI S, Get_BackupEC2SV1_AMI_SnapshotId S, Get_BackupEC2SV1_AMITag S, "
    "Del_OldBackupEC2SV1_AMI S, CheckStopStartTag2 S";
const std::string kRestartSteps = "Run_EC2RestartSV1 S, Run_Restart_Quit S";

class Article : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto text = article_document_text();
    if (text.empty()) GTEST_SKIP() << "the article's files are not here (HIKAE_SHARED)";
    driver.add_document("SSM-Backup", text);
    driver.add_aws_documents();
    driver.cloud = [this](const Call& call, WallTime now) { return ec2(call, now); };
    ec2.instances["i-1"].tags = {
        {"Name", "web"}, {"EC2BackupGen", "3"}, {"BackupEC2StopStart", "false"}};
  }
  void wants_stop() { ec2.instances["i-1"].tags["BackupEC2StopStart"] = "true"; }
  void fails(const std::string& operation, int times = -1) {
    ec2.troubles[operation] = {"UnauthorizedOperation", times, ErrorKind::Denied};
  }
  void start() { run = driver.start("SSM-Backup", {{"InstanceId", Array{"i-1"}}}); }
  void play() {
    start();
    driver.play();
  }
  /// What was visited after the tag steps.
  std::string visited() {
    const auto all = driver.visited(run);
    EXPECT_TRUE(all.starts_with(kTagSteps + ", ")) << all;
    return all.substr(std::min(all.size(), kTagSteps.size() + 2));
  }
  std::string instance() { return ec2.state("i-1", driver.now()); }
  bool was_restarted() {
    return !driver.calls("StopInstances").empty() && !driver.calls("StartInstances").empty();
  }

  ToyEc2 ec2;
  RunDriver driver;
  std::string run;
};

TEST_F(Article, Row01NoStopAllGood) {
  play();
  EXPECT_EQ(visited(),
            "CheckStopStartTag1 S, " + kImageSteps + ", WaitForImageAvailable S, Run_Quit S");
  EXPECT_EQ(driver.status(run), "Success");
  EXPECT_TRUE(driver.calls("StopInstances").empty());
  EXPECT_EQ(ec2.images.at("ami-1").name, "web-2025-05-01_18.30.00");
}

TEST_F(Article, Row02StopAllGood) {
  wants_stop();
  play();
  EXPECT_EQ(visited(), "CheckStopStartTag1 S, Run_EC2StopSV1 S, " + kImageSteps +
                           ", Run_EC2StartSV1_1 S, WaitForImageAvailable S, Run_Quit S");
  EXPECT_EQ(driver.status(run), "Success");
  EXPECT_EQ(instance(), "running");
}

TEST_F(Article, Row03StopChildFails) {
  wants_stop();
  fails("StopInstances", 2);  // both steps of the child
  play();
  EXPECT_EQ(visited(), "CheckStopStartTag1 S, Run_EC2StopSV1 F, " + kRestartSteps);
  EXPECT_EQ(driver.status(run), "Failed");
  EXPECT_EQ(instance(), "running");
  EXPECT_TRUE(ec2.images.empty());
}

TEST_F(Article, Row04StopChildExceeds600Seconds) {
  wants_stop();
  ec2.stop_takes = minutes(11);
  play();
  EXPECT_EQ(visited(), "CheckStopStartTag1 S, Run_EC2StopSV1 T, " + kRestartSteps);
  EXPECT_EQ(driver.status(run), "TimedOut");
}

TEST_F(Article, Row04TheStopChildIsCancelledBeforeTheRestartBegins) {
  wants_stop();
  ec2.stop_takes = minutes(11);
  play();
  ASSERT_EQ(driver.child_runs().size(), 2);
  EXPECT_EQ(driver.status(driver.child_runs()[0]), "Cancelled");
  EXPECT_EQ(driver.visited(driver.child_runs()[0]), "stopInstances C");
  EXPECT_EQ(driver.status(driver.child_runs()[1]), "Success");
  EXPECT_EQ(instance(), "running");
}

TEST_F(Article, Row05CreateImageErrorWithoutStopTag) {
  fails("CreateImage");
  play();
  EXPECT_EQ(visited(), "CheckStopStartTag1 S, Get_BackupEC2SV1_AMI F, " + kRestartSteps);
  EXPECT_EQ(driver.status(run), "Failed");
  EXPECT_TRUE(was_restarted());
}

TEST_F(Article, Row06TheRestartFailsAndIsTriedAgainAfterAnHour) {
  fails("CreateImage");
  fails("StopInstances", 1);
  play();
  EXPECT_EQ(visited(),
            "CheckStopStartTag1 S, Get_BackupEC2SV1_AMI F, Run_EC2RestartSV1 F, "
            "Sleep_EC2Restart S, Run_Retry_EC2RestartSV1 S, Run_Retry_Quit S");
  EXPECT_EQ(driver.status(run), "Failed");
  EXPECT_EQ(instance(), "running");
  EXPECT_GT(driver.took(run), minutes(60));
}

TEST_F(Article, Row07TheRetryFailsToo) {
  fails("CreateImage");
  fails("StopInstances");
  play();
  EXPECT_EQ(visited(),
            "CheckStopStartTag1 S, Get_BackupEC2SV1_AMI F, Run_EC2RestartSV1 F, "
            "Sleep_EC2Restart S, Run_Retry_EC2RestartSV1 F");
  EXPECT_EQ(text_at(driver.step(run, "Run_Retry_Quit"), "StepStatus"), "Pending");
  EXPECT_EQ(driver.status(run), "Failed");
}

TEST_F(Article, Row08AfterTheStopTheSnapshotLookupFails) {
  wants_stop();
  fails("DescribeSnapshots");
  play();
  EXPECT_EQ(visited(),
            "CheckStopStartTag1 S, Run_EC2StopSV1 S, Get_BackupEC2SV1_AMI S, "
            "Get_BackupEC2SV1_AMI_SnapshotId F, Run_Quit S");
  EXPECT_EQ(driver.status(run), "Failed");
  EXPECT_EQ(instance(), "stopped");
}

TEST_F(Article, Row08AfterTheStopTheTaggingFails) {
  wants_stop();
  fails("CreateTags");
  play();
  EXPECT_EQ(visited(),
            "CheckStopStartTag1 S, Run_EC2StopSV1 S, Get_BackupEC2SV1_AMI S, "
            "Get_BackupEC2SV1_AMI_SnapshotId S, Get_BackupEC2SV1_AMITag F, Run_Quit S");
  EXPECT_EQ(driver.status(run), "Failed");
  EXPECT_EQ(instance(), "stopped");
}

TEST_F(Article, Row08AfterTheStopTheFunctionFailsThreeTimes) {
  wants_stop();
  fails("Invoke");
  play();
  EXPECT_EQ(visited(),
            "CheckStopStartTag1 S, Run_EC2StopSV1 S, Get_BackupEC2SV1_AMI S, "
            "Get_BackupEC2SV1_AMI_SnapshotId S, Get_BackupEC2SV1_AMITag S, "
            "Del_OldBackupEC2SV1_AMI F, Run_Quit S");
  EXPECT_EQ(driver.calls("Invoke").size(), 3);
  EXPECT_EQ(driver.status(run), "Failed");
  EXPECT_EQ(instance(), "stopped");
}

TEST_F(Article, Row08AnEmptyListOfSnapshotsFailsTheTagging) {
  wants_stop();
  ec2.has_snapshots = false;
  play();
  EXPECT_NE(visited().find("Get_BackupEC2SV1_AMITag F, Run_Quit S"), std::string::npos);
  EXPECT_EQ(driver.status(run), "Failed");
}

TEST_F(Article, Row09TheStartFails) {
  wants_stop();
  fails("StartInstances", 1);
  play();
  EXPECT_EQ(visited(), "CheckStopStartTag1 S, Run_EC2StopSV1 S, " + kImageSteps +
                           ", Run_EC2StartSV1_1 F, " + kRestartSteps);
  EXPECT_EQ(text_at(driver.step(run, "WaitForImageAvailable"), "StepStatus"), "Pending");
  EXPECT_EQ(driver.status(run), "Failed");
  EXPECT_EQ(instance(), "running");
}

TEST_F(Article, Row09TheStartExceeds600Seconds) {
  wants_stop();
  ec2.checks_take = minutes(12);
  play();
  EXPECT_EQ(visited(), "CheckStopStartTag1 S, Run_EC2StopSV1 S, " + kImageSteps +
                           ", Run_EC2StartSV1_1 T, " + kRestartSteps);
  EXPECT_EQ(driver.status(run), "TimedOut");
  EXPECT_EQ(instance(), "running");
}

TEST_F(Article, Row10TheImageIsNeverAvailable) {
  ec2.image_fails = true;
  play();
  EXPECT_EQ(visited(),
            "CheckStopStartTag1 S, " + kImageSteps + ", WaitForImageAvailable T, Run_Quit S");
  EXPECT_EQ(driver.status(run), "TimedOut");
  EXPECT_GE(driver.took(run), seconds(10800));
  EXPECT_EQ(instance(), "running");
}

TEST_F(Article, Row11ATagCallErrors) {
  fails("DescribeTags", 1);
  play();
  EXPECT_EQ(driver.visited(run), "Get_InstanceTag_EC2SV1Name F");
  EXPECT_EQ(driver.status(run), "Failed");
}

TEST_F(Article, Row12TheStopTagIsMissing) {
  ec2.instances["i-1"].tags.erase("BackupEC2StopStart");
  play();
  EXPECT_EQ(visited(),
            "CheckStopStartTag1 S, " + kImageSteps + ", WaitForImageAvailable S, Run_Quit S");
  EXPECT_EQ(driver.status(run), "Success");
  EXPECT_TRUE(driver.calls("StopInstances").empty());
}

TEST_F(Article, Row13TheNameTagIsMissing) {
  ec2.instances["i-1"].tags.erase("Name");
  play();
  EXPECT_EQ(visited(), "CheckStopStartTag1 S, Get_BackupEC2SV1_AMI F, " + kRestartSteps);
  EXPECT_EQ(driver.status(run), "Failed");
  EXPECT_TRUE(was_restarted());
}

TEST_F(Article, Row14TheGenerationsTagIsMissing) {
  ec2.instances["i-1"].tags.erase("EC2BackupGen");
  play();
  EXPECT_EQ(visited(),
            "CheckStopStartTag1 S, Get_BackupEC2SV1_AMI S, Get_BackupEC2SV1_AMI_SnapshotId S, "
            "Get_BackupEC2SV1_AMITag S, Del_OldBackupEC2SV1_AMI F, Run_Quit S");
  EXPECT_EQ(driver.status(run), "Failed");
  EXPECT_EQ(instance(), "running");
}

TEST_F(Article, Row14WithTheStopTagItStaysStopped) {
  wants_stop();
  ec2.instances["i-1"].tags.erase("EC2BackupGen");
  play();
  EXPECT_EQ(driver.status(run), "Failed");
  EXPECT_EQ(instance(), "stopped");
}

TEST_F(Article, Row15CancelledDuringAnyStep) {
  wants_stop();
  // Moments in the good run: the stop child, the start child, the wait for the image.
  for (const auto moment : {Duration{5}, seconds(10), seconds(70), minutes(4)}) {
    start();
    driver.play_for(moment);
    driver.signal(run, "cancel");
    driver.play_for(minutes(5));
    EXPECT_TRUE(driver.ended(run)) << moment.count();
    EXPECT_EQ(driver.status(run), "Cancelled") << moment.count();
    EXPECT_NE(driver.visited(run).find(" C"), std::string::npos) << driver.visited(run);
  }
}

TEST_F(Article, Row16RunQuitItselfFails) {
  fails("GetCallerIdentity");
  play();
  EXPECT_EQ(visited(),
            "CheckStopStartTag1 S, " + kImageSteps + ", WaitForImageAvailable S, Run_Quit F");
  EXPECT_EQ(driver.status(run), "Failed");
}

TEST_F(Article, TheStatusIsToldOnlyAtTheEnd) {
  fails("CreateImage");
  start();
  driver.play_for(minutes(1));
  EXPECT_EQ(driver.status(run), "InProgress");
  int told = 0;
  for (const auto& event : driver.events("EC2 Automation Execution Status-change Notification")) {
    const auto& detail = object_at(event, "detail");
    told += text_at(detail, "ExecutionId") == run && text_at(detail, "Status") == "Failed";
  }
  EXPECT_EQ(told, 0);
  driver.play();
  EXPECT_EQ(driver.status(run), "Failed");
}

TEST_F(Article, WithRestoredPowerNoFailureLeavesTheInstanceStopped) {
  wants_stop();
  for (const auto* operation : {"CreateImage", "DescribeSnapshots", "CreateTags", "Invoke"}) {
    ec2.troubles.clear();
    fails(operation);
    run = driver.start("SSM-Backup", {{"InstanceId", Array{"i-1"}}}, {{"Power", "restore"}});
    driver.play();
    EXPECT_EQ(instance(), "running") << operation;
    EXPECT_EQ(driver.status(run), "Failed") << operation;
  }
}

// One good run, cancelled at that moment; what became of it.
void expect_a_cancel_leaves_nothing_stopped(const std::string& text, Duration moment) {
  ToyEc2 ec2;
  ec2.instances["i-1"].tags = {
      {"Name", "web"}, {"EC2BackupGen", "3"}, {"BackupEC2StopStart", "true"}};
  RunDriver driver;
  driver.add_document("SSM-Backup", text);
  driver.add_aws_documents();
  driver.cloud = [&](const Call& call, WallTime now) { return ec2(call, now); };
  const auto run =
      driver.start("SSM-Backup", {{"InstanceId", Array{"i-1"}}}, {{"Power", "restore"}});
  driver.play_for(moment);
  const bool was_over = driver.ended(run);
  driver.signal(run, "cancel");
  driver.play();
  EXPECT_EQ(driver.status(run), was_over ? "Success" : "Cancelled") << moment.count();
  EXPECT_EQ(ec2.state("i-1", driver.now()), "running") << moment.count();
}

TEST(ArticleCancelled, AtAnyMomentItLeavesNothingStoppedWherePowerIsRestored) {
  const auto text = article_document_text();
  if (text.empty()) GTEST_SKIP() << "the article's files are not here (HIKAE_SHARED)";
  for (Duration moment{0}; moment < Duration{200}; moment += Duration{3})
    expect_a_cancel_leaves_nothing_stopped(text, moment);
  for (Duration moment{1007}; moment < minutes(30); moment += Duration{53'003})
    expect_a_cancel_leaves_nothing_stopped(text, moment);
}

}  // namespace
}  // namespace hikae::runbook::testing
