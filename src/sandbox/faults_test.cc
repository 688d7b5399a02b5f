#include "sandbox/world_fixture.h"

namespace hikae::sandbox {
namespace {

class FaultsTest : public WorldTest {
 protected:
  void SetUp() override {
    WorldTest::SetUp();
    load();
  }
  std::string stop_web() {
    return code_of("StopInstances", R"({"InstanceIds": ["i-00000000000000001"]})");
  }
  std::string start_asleep() {
    return code_of("StartInstances", R"({"InstanceIds": ["i-00000000000000003"]})");
  }
  std::string image_web(std::string_view name) {
    return code_of("CreateImage", R"({"InstanceId": "i-00000000000000001", "NoReboot": true,
                                      "Name": ")" +
                                      str(name) + R"("})");
  }
};

TEST_F(FaultsTest, AThrottledCallIsNotExecutedAndMayBeSentAgain) {
  faults(R"([{"action": "throttle", "operation": "StopInstances", "times": 2}])");
  const auto answer = ec2("StopInstances", R"({"InstanceIds": ["i-00000000000000001"]})");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::Throttled);
  EXPECT_EQ(answer.error().code, "RequestLimitExceeded");
  EXPECT_EQ(stop_web(), "RequestLimitExceeded");
  EXPECT_EQ(power(kWeb), "running");
  EXPECT_EQ(stop_web(), "ok");
  EXPECT_EQ(sandbox_->counters().at("ec2:StopInstances"), 3);
}

TEST_F(FaultsTest, AnErrorSkipsAndCounts) {
  faults(R"([{"action": "error", "operation": "CreateImage", "code": "UnauthorizedOperation",
              "skip": 1, "times": 1}])");
  EXPECT_EQ(image_web("one"), "ok");
  const auto answer = ec2("CreateImage", R"({"InstanceId": "i-00000000000000001", "Name": "two"})");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().text(),
            "UnauthorizedOperation: You are not authorized to perform this operation.");
  EXPECT_EQ(answer.error().kind, ErrorKind::Denied);
  EXPECT_EQ(image_web("three"), "ok");
}

TEST_F(FaultsTest, ARuleMayBeAboutOneMachineByIdOrName) {
  faults(R"([{"action": "error", "operation": "*", "code": "InternalError", "instance": "web-*"},
             {"action": "error", "operation": "*", "code": "AuthFailure",
              "instance": "i-00000000000000003"}])");
  EXPECT_EQ(stop_web(), "ok");
  EXPECT_EQ(code_of("StopInstances", R"({"InstanceIds": ["i-00000000000000002"]})"),
            "InternalError");
  EXPECT_EQ(start_asleep(), "AuthFailure");
}

TEST_F(FaultsTest, ARuleFindsTheMachineBehindAnImage) {
  const auto image = make_image(kDb, "night");
  faults(R"([{"action": "unavailable", "operation": "DescribeImages", "instance": "web-db"}])");
  EXPECT_EQ(code_of("DescribeImages", R"({"ImageIds": [")" + image + R"("]})"), "Unavailable");
  EXPECT_EQ(code_of("DescribeImages", "{}"), "ok");
}

TEST_F(FaultsTest, DryRunSeesPermissionsOnly) {
  faults(R"([{"action": "error", "operation": "CreateImage", "code": "ResourceLimitExceeded",
              "times": 1},
             {"action": "error", "operation": "StopInstances", "code": "UnauthorizedOperation"},
             {"action": "no_capacity", "times": 1}])");
  EXPECT_EQ(code_of("CreateImage", R"({"InstanceId": "i-00000000000000001", "Name": "one",
                                       "DryRun": true})"),
            "DryRunOperation");
  EXPECT_EQ(code_of("StopInstances", R"({"InstanceIds": ["i-00000000000000001"], "DryRun": true})"),
            "UnauthorizedOperation");
  EXPECT_EQ(
      code_of("StartInstances", R"({"InstanceIds": ["i-00000000000000003"], "DryRun": true})"),
      "DryRunOperation");
  EXPECT_EQ(image_web("one"), "ResourceLimitExceeded");
  EXPECT_EQ(start_asleep(), "InsufficientInstanceCapacity");
}

TEST_F(FaultsTest, ALostReplyWasExecuted) {
  faults(R"([{"action": "lost_reply", "operation": "CreateImage", "times": 1}])");
  const auto before = time_.now();
  const auto answer = ec2("CreateImage", R"({"InstanceId": "i-00000000000000001", "Name": "one"})");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::Timeout);
  EXPECT_GE(time_.now() - before, seconds(20));
  EXPECT_EQ(sandbox_->images(kHere).size(), 1U);
  EXPECT_EQ(image_web("one"), "InvalidAMIName.Duplicate");
}

TEST_F(FaultsTest, ARefusedCallLosesNoReply) {
  faults(R"([{"action": "lost_reply", "operation": "CreateImage", "times": 1}])");
  EXPECT_EQ(image_web("x"), "InvalidAMIName.Malformed");
  EXPECT_EQ(image_web("fine"), "RequestTimeout");
}

TEST_F(FaultsTest, UnavailableIsNotExecuted) {
  faults(R"([{"action": "unavailable", "operation": "StopInstances", "times": 1}])");
  const auto answer = ec2("StopInstances", R"({"InstanceIds": ["i-00000000000000001"]})");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::Unavailable);
  EXPECT_EQ(power(kWeb), "running");
}

TEST_F(FaultsTest, AnOutageLastsFromItsFirstFiring) {
  faults(R"([{"action": "unavailable", "operation": "CreateImage", "for": "9h"}])");
  wait(hours(10));
  EXPECT_EQ(image_web("one"), "Unavailable");
  wait(hours(8));
  EXPECT_EQ(image_web("one"), "Unavailable");
  wait(hours(1));
  EXPECT_EQ(image_web("one"), "ok");
}

TEST_F(FaultsTest, StaleReadsShowTheWorldOfBefore) {
  faults(R"([{"action": "stale_reads", "delay": 60}])");
  wait(minutes(2));
  EXPECT_EQ(stop_web(), "ok");
  const std::string running =
      R"({"Filters": [{"Name": "instance-state-name", "Values": ["running"]}]})";
  EXPECT_EQ(instance_ids(running), "01 02");
  wait(seconds(65));
  EXPECT_EQ(instance_ids(running), "02");
}

TEST_F(FaultsTest, WhatIsYoungerThanAStaleReadIsNotFound) {
  faults(R"([{"action": "stale_reads", "operations": ["Describe*", "CreateTags"], "delay": 150}])");
  wait(minutes(5));
  const auto image = make_image(kWeb, "night");
  const auto by_id = R"({"ImageIds": [")" + image + R"("]})";
  const auto tag = R"({"Resources": [")" + image + R"("], "Tags": [{"Key": "A", "Value": "1"}]})";
  EXPECT_EQ(code_of("DescribeImages", by_id), "InvalidAMIID.NotFound");
  EXPECT_EQ(ids(ec2("DescribeImages", R"({"Owners": ["self"]})"), "Images", "ImageId"), "");
  EXPECT_EQ(code_of("CreateTags", tag), "InvalidAMIID.NotFound");
  EXPECT_EQ(image_web("night"), "InvalidAMIName.Duplicate");
  wait(seconds(151));
  EXPECT_EQ(code_of("DescribeImages", by_id), "ok");
  EXPECT_EQ(code_of("CreateTags", tag), "ok");
}

TEST_F(FaultsTest, WhatWasDeletedIsStillThereForAStaleRead) {
  faults(R"([{"action": "stale_reads", "delay": 30}])");
  const auto image = make_image(kWeb, "night");
  wait(minutes(10));
  ASSERT_EQ(code_of("DeregisterImage", R"({"ImageId": ")" + image + R"("})"), "ok");
  const auto by_id = R"({"ImageIds": [")" + image + R"("]})";
  EXPECT_EQ(code_of("DescribeImages", by_id), "ok");
  wait(seconds(31));
  EXPECT_EQ(code_of("DescribeImages", by_id), "InvalidAMIID.NotFound");
}

TEST_F(FaultsTest, LateSnapshotsBeginLaterAndTheImageWaitsForThem) {
  faults(R"([{"action": "late_snapshots", "delay": 900}])");
  const auto image = make_image(kWeb, "night");
  wait(seconds(890));
  EXPECT_TRUE(sandbox_->snapshots(kHere).empty());
  EXPECT_EQ(state_of_image(image), "pending");
  wait(seconds(20));
  EXPECT_EQ(sandbox_->snapshots(kHere).size(), 2U);
  wait(minutes(5));
  EXPECT_EQ(state_of_image(image), "available");
}

TEST_F(FaultsTest, AnImageEndsFailedWithAReason) {
  faults(R"([{"action": "image_fails", "delay": 60, "times": 1}])");
  const auto image = make_image(kWeb, "night");
  wait(seconds(61));
  EXPECT_EQ(state_of_image(image), "failed");
  EXPECT_EQ(text_of(*find_path(this->image(image), {"StateReason", "Code"})),
            "Server.InternalError");
  EXPECT_EQ(text_at(sandbox_->snapshots(kHere)[0], "State"), "error");
  EXPECT_EQ(image_web("night"), "InvalidAMIName.Duplicate");
  EXPECT_EQ(code_of("DeregisterImage", R"({"ImageId": ")" + image + R"("})"), "ok");
}

TEST_F(FaultsTest, AnImageHangs) {
  faults(R"([{"action": "image_hangs"}])");
  const auto image = make_image(kWeb, "night");
  wait(hours(24));
  EXPECT_EQ(state_of_image(image), "pending");
  EXPECT_EQ(sandbox_->running_transitions(), 0U);
}

TEST_F(FaultsTest, CapacityIsRefusedTwiceThenGranted) {
  faults(R"([{"action": "no_capacity", "times": 2, "instance": "asleep"}])");
  EXPECT_EQ(start_asleep(), "InsufficientInstanceCapacity");
  EXPECT_EQ(start_asleep(), "InsufficientInstanceCapacity");
  EXPECT_EQ(power(kAsleep), "stopped");
  EXPECT_EQ(start_asleep(), "ok");
}

TEST_F(FaultsTest, StartingWhatRunsNeedsNoCapacity) {
  faults(R"([{"action": "no_capacity", "times": 1}])");
  EXPECT_EQ(code_of("StartInstances", R"({"InstanceIds": ["i-00000000000000001"]})"), "ok");
  EXPECT_EQ(start_asleep(), "InsufficientInstanceCapacity");
}

TEST_F(FaultsTest, AFailedStartGoesBackToStopped) {
  faults(R"([{"action": "start_fails", "times": 1}])");
  EXPECT_EQ(start_asleep(), "ok");
  EXPECT_EQ(power(kAsleep), "pending");
  wait(seconds(21));
  EXPECT_EQ(power(kAsleep), "stopped");
  EXPECT_EQ(start_asleep(), "ok");
  wait(seconds(21));
  EXPECT_EQ(power(kAsleep), "running");
}

TEST_F(FaultsTest, ASlowStopIsHurriedByForce) {
  faults(R"([{"action": "slow", "operation": "StopInstances", "delay": 900}])");
  EXPECT_EQ(stop_web(), "ok");
  wait(seconds(600));
  EXPECT_EQ(power(kWeb), "stopping");
  EXPECT_EQ(code_of("StopInstances", R"({"InstanceIds": ["i-00000000000000001"], "Force": true})"),
            "ok");
  wait(seconds(41));
  EXPECT_EQ(power(kWeb), "stopped");
  EXPECT_EQ(sandbox_->running_transitions(), 0U);
}

TEST_F(FaultsTest, ASlowStopEndsByItself) {
  faults(R"([{"action": "slow", "operation": "StopInstances", "delay": 900}])");
  EXPECT_EQ(stop_web(), "ok");
  wait(seconds(939));
  EXPECT_EQ(power(kWeb), "stopping");
  wait(seconds(2));
  EXPECT_EQ(power(kWeb), "stopped");
}

TEST_F(FaultsTest, ASlowAnswerComesLater) {
  faults(R"([{"action": "slow", "operation": "DescribeTags", "delay": 120, "times": 1}])");
  const auto before = time_.now();
  EXPECT_EQ(code_of("DescribeTags", "{}"), "ok");
  EXPECT_GE(time_.now() - before, seconds(120));
}

TEST_F(FaultsTest, ProbabilityIsDrawnFromTheSeed) {
  faults(R"([{"action": "throttle", "probability": 0.3}])");
  int throttled = 0;
  for (int i = 0; i < 200; ++i) throttled += code_of("DescribeTags", "{}") != "ok" ? 1 : 0;
  EXPECT_GT(throttled, 35);
  EXPECT_LT(throttled, 85);
}

TEST_F(FaultsTest, NewRulesReplaceTheOldOnes) {
  faults(R"([{"action": "throttle"}])");
  EXPECT_EQ(stop_web(), "RequestLimitExceeded");
  sandbox_->set_faults({});
  EXPECT_EQ(stop_web(), "ok");
}

struct BadRules {
  std::string_view rules;
  std::string_view message;
};

TEST(FaultRules, BadOnesAreRefusedWithPlaceAndFix) {
  constexpr std::array kBad{
      BadRules{R"("x")", "faults: the file must be a list of rules"},
      BadRules{R"([1])", "faults[0]: this is an integer; write a map"},
      BadRules{R"([{}])", "faults[0].action: is missing; write one of: throttle"},
      BadRules{R"([{"action": "throtle"}])", "faults[0].action: \"throtle\" is no fault"},
      BadRules{R"([{"action": "throttle"}, {"action": "error"}])",
               "faults[1].operation: is missing; error needs one"},
      BadRules{R"([{"action": "slow", "operation": "StopInstances"}])",
               "faults[0].delay: is missing; slow needs the seconds"},
      BadRules{R"([{"action": "throttle", "operation": "CreatImage"}])",
               "faults[0].operation: \"CreatImage\" is no operation"},
      BadRules{R"([{"action": "throttle", "code": "X"}])", "faults[0].code: does not go with"},
      BadRules{R"([{"action": "throttle", "times": -1}])", "faults[0].times: is -1"},
      BadRules{R"([{"action": "throttle", "times": "two"}])", "faults[0].times: is a string"},
      BadRules{R"([{"action": "throttle", "probability": 30}])", "faults[0].probability: is no"},
      BadRules{R"([{"action": "throttle", "tmes": 1}])", "faults[0].tmes: is not known here"},
      BadRules{R"([{"action": "stale_reads", "delay": "soon"}])", "faults[0].delay: is no durat"},
  };
  for (const auto& bad : kBad) {
    const auto read = read_faults(*text::parse_json(bad.rules));
    ASSERT_FALSE(read) << bad.rules;
    EXPECT_TRUE(read.error().message.starts_with(bad.message)) << read.error().message;
  }
}

TEST(FaultRules, DurationsAreSecondsOrUnits) {
  const auto read = read_faults(*text::parse_json(
      R"({"faults": [{"action": "stale_reads", "delay": 1.5}, {"action": "stale_reads",
          "delay": "15m", "for": "PT2H"}]})"));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ((*read)[0].delay, Duration{1500});
  EXPECT_EQ((*read)[1].delay, minutes(15));
  EXPECT_EQ((*read)[1].lasts, hours(2));
}

}  // namespace
}  // namespace hikae::sandbox
