// RunInstances: images that nobody here has seen, disks, networks, protection.
#include <fmt/format.h>

#include "sandbox/world_fixture.h"

namespace hikae::sandbox {
namespace {

class LaunchTest : public WorldTest {
 protected:
  Value launch(std::string_view more = "") {
    const auto answer =
        ec2("RunInstances", R"({"ImageId": "ami-0abcdef1234567890", "MinCount": 1, "MaxCount": 1)" +
                                str(more) + "}");
    EXPECT_TRUE(answer) << answer.error().text();
    return answer ? list_at(*answer, "Instances")[0] : Value{};
  }
  std::string refused_launch(std::string_view more) {
    return code_of("RunInstances", R"({"ImageId": "ami-0abcdef1234567890", "MinCount": 1,
                                       "MaxCount": 1, )" +
                                       str(more) + "}");
  }
  std::string images_by_id(std::string_view id) {
    return ids(ec2("DescribeImages", R"({"ImageIds": [")" + str(id) + R"("]})"), "Images",
               "ImageId");
  }
  std::string disks_of(const Value& machine) {
    std::string joined;
    const auto answer =
        ec2("DescribeVolumes", R"({"Filters": [{"Name": "attachment.instance-id", "Values": [")" +
                                   str(text_at(machine, "InstanceId")) + R"("]}]})");
    for (const auto& row : list_at(*answer, "Volumes"))
      joined += fmt::format("{} {} {};", text_at(list_at(row, "Attachments")[0], "Device"),
                            int_at(row, "Size").value_or(0), text_at(row, "VolumeType"));
    return joined;
  }
};

TEST_F(LaunchTest, AnImageThatNobodyHasSeenIsSomebodysPublicImageFromThenOn) {
  EXPECT_EQ(images_by_id("ami-0abcdef1234567890"), "InvalidAMIID.NotFound");
  const auto machine = launch();
  EXPECT_EQ(text_at(machine, "ImageId"), "ami-0abcdef1234567890");
  EXPECT_EQ(disks_of(machine), "/dev/xvda 8 gp3;");
  EXPECT_EQ(images_by_id("ami-0abcdef1234567890"), "ami-0abcdef1234567890");
  EXPECT_EQ(ids(ec2("DescribeImages", R"({"Owners": ["self"]})"), "Images", "ImageId"), "");
}

TEST_F(LaunchTest, ADryRunLeavesNoImageBehind) {
  EXPECT_EQ(refused_launch(R"("DryRun": true)"), "DryRunOperation");
  EXPECT_EQ(images_by_id("ami-0abcdef1234567890"), "InvalidAMIID.NotFound");
}

TEST_F(LaunchTest, AMalformedImageIdIsRefused) {
  EXPECT_EQ(code_of("RunInstances", R"({"ImageId": "ami-xyz", "MinCount": 1, "MaxCount": 1})"),
            "InvalidAMIID.Malformed");
}

TEST_F(LaunchTest, AnImageOfOnesOwnNeverComesBackAsPublic) {
  load();
  const auto own = make_image(kWeb, "own");
  wait(hours(1));
  EXPECT_EQ(code_of("DeregisterImage", R"({"ImageId": ")" + own + R"("})"), "ok");
  const auto run = R"({"MinCount": 1, "MaxCount": 1, "ImageId": ")" + own + R"("})";
  EXPECT_EQ(code_of("RunInstances", run), "InvalidAMIID.Unavailable");
  wait(hours(24 * 30));
  EXPECT_EQ(code_of("RunInstances", run), "InvalidAMIID.NotFound");
  EXPECT_EQ(images_by_id(own), "InvalidAMIID.NotFound");
}

TEST_F(LaunchTest, AnImageWhoseIdAFleetGaveNeverComesBackEither) {
  load(R"({"instances": [{"id": "i-00000000000000001", "name": "web", "images": [
          {"id": "ami-00000000000000007", "name": "old", "age": "1d"}]}]})");
  EXPECT_EQ(code_of("DeregisterImage", R"({"ImageId": "ami-00000000000000007"})"), "ok");
  wait(hours(24 * 30));
  EXPECT_NE(code_of("RunInstances",
                    R"({"ImageId": "ami-00000000000000007", "MinCount": 1, "MaxCount": 1})"),
            "ok");
  EXPECT_EQ(images_by_id("ami-00000000000000007"), "InvalidAMIID.NotFound");
}

TEST_F(LaunchTest, MappingsChangeAndAddDisks) {
  const auto machine = launch(R"(, "BlockDeviceMappings": [
      {"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 30, "VolumeType": "io2", "Iops": 100}},
      {"DeviceName": "/dev/sdf", "Ebs": {"VolumeSize": 5}},
      {"DeviceName": "/dev/sdb", "VirtualName": "ephemeral0"}])");
  const auto disks = disks_of(machine);
  EXPECT_NE(disks.find("/dev/xvda 30 io2;"), std::string::npos) << disks;
  EXPECT_NE(disks.find("/dev/sdf 5 gp2;"), std::string::npos) << disks;
  EXPECT_EQ(disks.find("/dev/sdb"), std::string::npos) << disks;
  EXPECT_EQ(refused_launch(R"("BlockDeviceMappings": [
      {"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 7}}])"),
            "InvalidBlockDeviceMapping");
}

TEST_F(LaunchTest, AMachineShowsItsNetworkAsEc2Does) {
  const auto machine = launch(R"(, "Placement": {"AvailabilityZone": "ap-northeast-1c"})");
  EXPECT_TRUE(text_at(machine, "PrivateIpAddress").starts_with("172.31."))
      << text_at(machine, "PrivateIpAddress");
  EXPECT_EQ(text_at(list_at(machine, "SecurityGroups")[0], "GroupName"), "default");
  const auto& card = list_at(machine, "NetworkInterfaces")[0];
  EXPECT_EQ(text_at(card, "SubnetId"), text_at(machine, "SubnetId"));
  EXPECT_EQ(str(text_of(*find_path(machine, {"MetadataOptions", "HttpTokens"}))), "optional");
}

TEST_F(LaunchTest, ASubnetDecidesTheZone) {
  const auto first = launch(R"(, "Placement": {"AvailabilityZone": "ap-northeast-1b"})");
  const auto second = launch(R"(, "SubnetId": ")" + str(text_at(first, "SubnetId")) + R"(")");
  EXPECT_EQ(str(text_of(*find_path(second, {"Placement", "AvailabilityZone"}))), "ap-northeast-1b");
  EXPECT_EQ(refused_launch(R"("SubnetId": "subnet-00000001")"), "InvalidSubnetID.NotFound");
}

TEST_F(LaunchTest, AKeyPairAndGroupsMustBeThere) {
  EXPECT_EQ(refused_launch(R"("KeyName": "nobody")"), "InvalidKeyPair.NotFound");
  EXPECT_EQ(refused_launch(R"("SecurityGroupIds": ["sg-00000001"])"), "InvalidGroup.NotFound");
}

TEST_F(LaunchTest, AProtectedMachineIsNeitherStoppedNorTerminated) {
  const auto machine = launch(R"(, "DisableApiTermination": true, "DisableApiStop": true)");
  const auto it = R"({"InstanceIds": [")" + str(text_at(machine, "InstanceId")) + R"("]})";
  wait(hours(1));
  EXPECT_EQ(code_of("StopInstances", it), "OperationNotPermitted");
  EXPECT_EQ(code_of("TerminateInstances", it), "OperationNotPermitted");
}

TEST_F(LaunchTest, ACopyOfAnImageBecomesAvailableWithSnapshotsOfItsOwn) {
  load();
  const auto own = make_image(kWeb, "own");
  wait(hours(1));
  const auto order = R"({"SourceRegion": "ap-northeast-1", "Name": "copy", "ClientToken": "t",
                         "SourceImageId": ")" +
                     own + R"("})";
  const auto made = ec2("CopyImage", order);
  ASSERT_TRUE(made) << made.error().text();
  const auto copy = str(text_at(*made, "ImageId"));
  EXPECT_EQ(state_of_image(copy), "pending");
  EXPECT_EQ(str(text_at(*ec2("CopyImage", order), "ImageId")), copy);
  wait(hours(1));
  EXPECT_EQ(state_of_image(copy), "available");
  EXPECT_EQ(text_at(image(copy), "SourceImageId"), own);
  EXPECT_EQ(list_at(image(copy), "BlockDeviceMappings").size(), 2U);
}

TEST_F(LaunchTest, ASnapshotOfAVolumeIsCompletedLater) {
  const auto machine = launch();
  const auto& disk = list_at(machine, "BlockDeviceMappings")[0];
  const auto made =
      ec2("CreateSnapshot",
          R"({"VolumeId": ")" + str(text_of(*find_path(disk, {"Ebs", "VolumeId"}))) + R"("})");
  ASSERT_TRUE(made) << made.error().text();
  EXPECT_EQ(text_at(*made, "State"), "pending");
  wait(hours(1));
  EXPECT_EQ(text_at(sandbox_->snapshots(kHere)[0].get_object(), "State"), "completed");
}

TEST_F(LaunchTest, WrongSwitchesAreRefused) {
  for (const auto* what : {R"("InstanceInitiatedShutdownBehavior": "explode")",
                           R"("CreditSpecification": {"CpuCredits": "plenty"})",
                           R"("MetadataOptions": {"HttpTokens": "perhaps"})"})
    EXPECT_EQ(code_of("RunInstances", R"({"ImageId": "ami-0123456789abcdef0", "MinCount": 1,
                                          "MaxCount": 1, )" +
                                          std::string(what) + "}"),
              "InvalidParameterValue")
        << what;
}

}  // namespace
}  // namespace hikae::sandbox
