#include <filesystem>

#include "sandbox/world_fixture.h"

namespace hikae::sandbox {
namespace {

class AttributesTest : public WorldTest {
 protected:
  void SetUp() override {
    WorldTest::SetUp();
    load();
  }

  /// What DescribeInstanceAttribute answers, without the id, as JSON; or the error's code.
  std::string attribute(std::string_view id, std::string_view name) {
    auto answer = ec2("DescribeInstanceAttribute",
                      R"({"InstanceId": ")" + str(id) + R"(", "Attribute": ")" + str(name) + "\"}");
    if (!answer) return answer.error().code;
    answer->get_object().erase("InstanceId");
    return text::to_canonical_json(*answer);
  }
  std::string modify(std::string_view id, const std::string& what) {
    return code_of("ModifyInstanceAttribute",
                   R"({"InstanceId": ")" + str(id) + "\", " + what + "}");
  }
  std::string reset(std::string_view id, std::string_view name) {
    return code_of("ResetInstanceAttribute",
                   R"({"InstanceId": ")" + str(id) + R"(", "Attribute": ")" + str(name) + "\"}");
  }
  std::string terminate(std::string_view id) {
    return code_of("TerminateInstances", R"({"InstanceIds": [")" + str(id) + "\"]}");
  }
};

TEST_F(AttributesTest, EachAttributeOfTheModelIsAnswered) {
  EXPECT_EQ(attribute(kAsleep, "instanceType"), R"({"InstanceType":{"Value":"t3.medium"}})");
  EXPECT_EQ(attribute(kAsleep, "kernel"), R"({"KernelId":{}})");
  EXPECT_EQ(attribute(kAsleep, "ramdisk"), R"({"RamdiskId":{}})");
  EXPECT_EQ(attribute(kAsleep, "userData"), R"({"UserData":{}})");
  EXPECT_EQ(attribute(kAsleep, "disableApiTermination"),
            R"({"DisableApiTermination":{"Value":false}})");
  EXPECT_EQ(attribute(kAsleep, "disableApiStop"), R"({"DisableApiStop":{"Value":false}})");
  EXPECT_EQ(attribute(kAsleep, "instanceInitiatedShutdownBehavior"),
            R"({"InstanceInitiatedShutdownBehavior":{"Value":"stop"}})");
  EXPECT_EQ(attribute(kAsleep, "rootDeviceName"), R"({"RootDeviceName":{"Value":"/dev/xvda"}})");
  EXPECT_EQ(attribute(kAsleep, "productCodes"), R"({"ProductCodes":[]})");
  EXPECT_EQ(attribute(kAsleep, "sourceDestCheck"), R"({"SourceDestCheck":{"Value":true}})");
  EXPECT_EQ(attribute(kAsleep, "ebsOptimized"), R"({"EbsOptimized":{"Value":false}})");
  EXPECT_EQ(attribute(kAsleep, "sriovNetSupport"), R"({"SriovNetSupport":{}})");
  EXPECT_EQ(attribute(kAsleep, "enaSupport"), R"({"EnaSupport":{"Value":true}})");
  EXPECT_EQ(attribute(kAsleep, "enclaveOptions"), R"({"EnclaveOptions":{"Enabled":false}})");
  EXPECT_NE(attribute(kAsleep, "groupSet").find(R"("GroupName":"default")"), std::string::npos);
  EXPECT_NE(attribute(kAsleep, "blockDeviceMapping").find("/dev/xvda"), std::string::npos);
}

TEST_F(AttributesTest, WrongNamesAndIdsHaveTheirErrors) {
  EXPECT_EQ(attribute(kAsleep, "colour"), "InvalidParameterValue");
  EXPECT_EQ(attribute("i-123", "kernel"), "InvalidInstanceID.Malformed");
  EXPECT_EQ(attribute("i-0000000000000000f", "kernel"), "InvalidInstanceID.NotFound");
  EXPECT_EQ(code_of("DescribeInstanceAttribute", "{}"), "MissingParameter");
  EXPECT_EQ(modify(kAsleep, R"("Attribute": "rootDeviceName", "Value": "/dev/sda1")"),
            "InvalidParameterValue");
}

TEST_F(AttributesTest, AProtectedMachineIsNotTerminatedUntilItIsFreed) {
  EXPECT_EQ(modify(kWeb, R"("DisableApiTermination": {"Value": true})"), "ok");
  EXPECT_EQ(terminate(kWeb), "OperationNotPermitted");
  EXPECT_EQ(power(kWeb), "running");
  EXPECT_EQ(modify(kWeb, R"("Attribute": "disableApiTermination", "Value": "false")"), "ok");
  EXPECT_EQ(terminate(kWeb), "ok");
}

TEST_F(AttributesTest, AMachineThatKeepsItsPowerIsNotStoppedUntilItIsFreed) {
  EXPECT_EQ(modify(kWeb, R"("DisableApiStop": {"Value": true})"), "ok");
  EXPECT_EQ(code_of("StopInstances", R"({"InstanceIds": ["i-00000000000000001"]})"),
            "OperationNotPermitted");
  EXPECT_EQ(modify(kWeb, R"("DisableApiStop": {"Value": false})"), "ok");
  EXPECT_EQ(code_of("StopInstances", R"({"InstanceIds": ["i-00000000000000001"]})"), "ok");
}

TEST_F(AttributesTest, WhatNeedsAStoppedMachineIsRefusedOnARunningOne) {
  for (const auto* what :
       {R"("InstanceType": {"Value": "m5.large"})", R"("UserData": {"Value": "aGk="})",
        R"("EbsOptimized": {"Value": true})", R"("EnaSupport": {"Value": false})",
        R"("SriovNetSupport": {"Value": "simple"})", R"("Kernel": {"Value": "aki-00000001"})",
        R"("Ramdisk": {"Value": "ari-00000001"})"}) {
    EXPECT_EQ(modify(kWeb, what), "IncorrectInstanceState") << what;
    EXPECT_EQ(modify(kAsleep, what), "ok") << what;
  }
  EXPECT_EQ(attribute(kAsleep, "instanceType"), R"({"InstanceType":{"Value":"m5.large"}})");
  EXPECT_EQ(attribute(kAsleep, "userData"), R"({"UserData":{"Value":"aGk="}})");
  EXPECT_EQ(attribute(kAsleep, "enaSupport"), R"({"EnaSupport":{"Value":false}})");
  EXPECT_EQ(attribute(kAsleep, "kernel"), R"({"KernelId":{"Value":"aki-00000001"}})");
}

TEST_F(AttributesTest, ValuesAreChecked) {
  EXPECT_EQ(modify(kAsleep, R"("InstanceType": {"Value": "m5.huge"})"),
            "InvalidInstanceAttributeValue");
  EXPECT_EQ(modify(kAsleep, R"("InstanceType": {"Value": "t4g.small"})"), "InvalidParameterValue");
  EXPECT_EQ(modify(kAsleep, R"("UserData": {"Value": "no base64!"})"), "InvalidUserData.Malformed");
  EXPECT_EQ(modify(kAsleep, R"("InstanceInitiatedShutdownBehavior": {"Value": "explode"})"),
            "InvalidInstanceAttributeValue");
  EXPECT_EQ(modify(kAsleep, R"("SriovNetSupport": {"Value": "double"})"),
            "InvalidInstanceAttributeValue");
  EXPECT_EQ(modify(kAsleep, R"("Attribute": "disableApiStop", "Value": "yes")"),
            "InvalidParameterValue");
  EXPECT_EQ(modify(kAsleep, R"("Kernel": {"Value": "vmlinuz"})"), "InvalidAKIID.Malformed");
  EXPECT_EQ(modify(kAsleep, R"("Groups": ["sg-00000001"])"), "InvalidGroup.NotFound");
}

TEST_F(AttributesTest, OneAttributeACall) {
  EXPECT_EQ(modify(kAsleep, R"("Value": "x")"), "InvalidParameterCombination");
  EXPECT_EQ(modify(kAsleep, R"("DisableApiStop": {"Value": true}, "Ramdisk": {"Value": "a"})"),
            "InvalidParameterCombination");
}

TEST_F(AttributesTest, ADiskSurvivesItsMachineIfItIsToldTo) {
  const std::string keep =
      R"("BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": {"DeleteOnTermination": false}}])";
  EXPECT_EQ(modify(kDb, keep), "ok");
  const auto volumes = [&] {
    return ids(ec2("DescribeVolumes", R"({"Filters": [{"Name": "attachment.instance-id",
                     "Values": ["i-00000000000000002"]},
                     {"Name": "attachment.delete-on-termination", "Values": ["false"]}]})"),
               "Volumes", "VolumeId");
  };
  const auto volume = volumes();
  EXPECT_FALSE(volume.empty());
  EXPECT_EQ(terminate(kDb), "ok");
  wait(minutes(10));
  EXPECT_EQ(code_of("DescribeVolumes", R"({"VolumeIds": [")" + volume + "\"]}"), "ok");
  EXPECT_EQ(modify(kWeb, R"("BlockDeviceMappings": [{"DeviceName": "/dev/none",
                            "Ebs": {"DeleteOnTermination": true}}])"),
            "InvalidInstanceAttributeValue");
}

TEST_F(AttributesTest, SecurityGroupsAndTheAddressCheckChangeWhileItRuns) {
  const auto made = ec2("CreateSecurityGroup", R"({"GroupName": "g", "Description": "d"})");
  ASSERT_TRUE(made);
  EXPECT_EQ(modify(kWeb, R"("Groups": [")" + str(text_at(*made, "GroupId")) + "\"]"), "ok");
  EXPECT_NE(attribute(kWeb, "groupSet").find(R"("GroupName":"g")"), std::string::npos);
  EXPECT_EQ(modify(kWeb, R"("SourceDestCheck": {"Value": false})"), "ok");
  EXPECT_EQ(attribute(kWeb, "sourceDestCheck"), R"({"SourceDestCheck":{"Value":false}})");
  EXPECT_EQ(reset(kWeb, "sourceDestCheck"), "ok");
  EXPECT_EQ(attribute(kWeb, "sourceDestCheck"), R"({"SourceDestCheck":{"Value":true}})");
  EXPECT_EQ(reset(kWeb, "kernel"), "IncorrectInstanceState");
  EXPECT_EQ(reset(kWeb, "instanceType"), "InvalidParameterValue");
}

TEST_F(AttributesTest, ADryRunChangesNothing) {
  EXPECT_EQ(modify(kWeb, R"("DisableApiStop": {"Value": true}, "DryRun": true)"),
            "DryRunOperation");
  EXPECT_EQ(attribute(kWeb, "disableApiStop"), R"({"DisableApiStop":{"Value":false}})");
}

TEST_F(AttributesTest, AttributesKeysAndProfilesSurviveARestart) {
  const auto path = testing::TempDir() + "hikae-attributes.db";
  const auto remove = [&] {
    for (const auto* end : {"", "-wal", "-shm"}) std::filesystem::remove(path + end);
  };
  remove();
  open({.path = path});
  load();
  ASSERT_EQ(modify(kAsleep, R"("DisableApiTermination": {"Value": true})"), "ok");
  ASSERT_EQ(modify(kAsleep, R"("EnaSupport": {"Value": false})"), "ok");
  ASSERT_EQ(code_of("CreateKeyPair", R"({"KeyName": "k", "KeyType": "ed25519"})"), "ok");
  ASSERT_EQ(code_of("AssociateIamInstanceProfile", R"({"InstanceId": "i-00000000000000003",
                                                       "IamInstanceProfile": {"Name": "p"}})"),
            "ok");
  const auto state = [&] {
    Array all;
    for (const auto* name :
         {"DescribeKeyPairs", "DescribeIamInstanceProfileAssociations", "DescribeInstances"}) {
      const auto answer = ec2(name, "{}");
      all.push_back(answer ? *answer : Value(answer.error().text()));
    }
    return text::to_canonical_json(all);
  };
  const auto before = state();
  open({.path = path});
  EXPECT_EQ(state(), before);
  EXPECT_EQ(terminate(kAsleep), "OperationNotPermitted");
  sandbox_.reset();
  remove();
}

}  // namespace
}  // namespace hikae::sandbox
