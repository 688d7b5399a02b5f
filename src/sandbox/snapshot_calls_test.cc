// CreateSnapshots, CopySnapshot, RegisterImage, and who may use snapshots and images.
#include <fmt/format.h>

#include "sandbox/world_fixture.h"

namespace hikae::sandbox {
namespace {

class SnapshotCallsTest : public WorldTest {
 protected:
  void SetUp() override {
    WorldTest::SetUp();
    load();
  }
  Result<Value> create_all(std::string_view more = "") {
    return ec2(
        "CreateSnapshots",
        R"({"InstanceSpecification": {"InstanceId": "i-00000000000000001")" + str(more) + "}}");
  }
  /// A completed snapshot of web's first disk.
  std::string completed() {
    const auto made = create_all();
    EXPECT_TRUE(made) << made.error().text();
    wait(minutes(4));
    return str(text_at(list_at(*made, "Snapshots")[0], "SnapshotId"));
  }
  Value snapshot(std::string_view id) {
    for (auto& row : sandbox_->snapshots(kHere))
      if (text_at(row, "SnapshotId") == id) return row;
    return {};
  }
  std::string copy(std::string_view id, std::string_view more = "") {
    const auto made =
        ec2("CopySnapshot",
            fmt::format(R"({{"SourceRegion": "ap-northeast-1", "SourceSnapshotId": "{}"{}}})", id,
                        more));
    return made ? str(text_at(*made, "SnapshotId")) : made.error().code;
  }
  std::string change(std::string_view id, std::string_view more) {
    return code_of("ModifySnapshotAttribute",
                   fmt::format(R"({{"SnapshotId": "{}", {}}})", id, more));
  }
  std::string shared_with(std::string_view id) {
    const auto seen =
        ec2("DescribeSnapshotAttribute",
            fmt::format(R"({{"SnapshotId": "{}", "Attribute": "createVolumePermission"}})", id));
    EXPECT_TRUE(seen) << seen.error().text();
    std::string joined;
    for (const auto& item : list_at(*seen, "CreateVolumePermissions"))
      joined += str(text_at(item, "Group")) + str(text_at(item, "UserId")) + ";";
    return joined;
  }
  /// RegisterImage of `disks`, with what every working image needs.
  std::string enlist(std::string_view name, std::string_view disks, std::string_view more = "") {
    const auto made =
        ec2("RegisterImage",
            fmt::format(R"({{"Name": "{}", "RootDeviceName": "/dev/xvda", "EnaSupport": true,
                         "VirtualizationType": "hvm", "BlockDeviceMappings": [{}]{}}})",
                        name, disks, more));
    return made ? str(text_at(*made, "ImageId")) : made.error().code;
  }
  static std::string disk(std::string_view device, std::string_view snapshot,
                          std::string_view more = "") {
    return fmt::format(R"({{"DeviceName": "{}", "Ebs": {{"SnapshotId": "{}"{}}}}})", device,
                       snapshot, more);
  }
};

TEST_F(SnapshotCallsTest, AllDisksAreTakenAtOneInstant) {
  const auto made = ec2("CreateSnapshots", R"({"Description": "all", "CopyTagsFromSource": "volume",
      "InstanceSpecification": {"InstanceId": "i-00000000000000001"}, "TagSpecifications": [
      {"ResourceType": "snapshot", "Tags": [{"Key": "a", "Value": "b"}]}]})");
  ASSERT_TRUE(made) << made.error().text();
  const auto& rows = list_at(*made, "Snapshots");
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(text_at(rows[0], "StartTime"), text_at(rows[1], "StartTime"));
  EXPECT_EQ(text_at(rows[0], "Description"), "all");
  EXPECT_EQ(text_at(rows[0], "State"), "pending");
  EXPECT_EQ(text_at(list_at(rows[0], "Tags")[0], "Key"), "a");
  wait(minutes(4));
  EXPECT_EQ(text_at(snapshot(text_at(rows[1], "SnapshotId")), "State"), "completed");
}

TEST_F(SnapshotCallsTest, TheBootVolumeAndOthersCanBeLeftOut) {
  EXPECT_EQ(list_at(*create_all(R"(, "ExcludeBootVolume": true)"), "Snapshots").size(), 1U);
  std::string data;
  for (const auto& row : sandbox_->volumes(kHere))
    for (const auto& one : list_at(row, "Attachments"))
      if (text_at(one, "InstanceId") == kWeb) data = str(text_at(row, "VolumeId"));
  const auto without = R"(, "ExcludeDataVolumeIds": [")" + data + R"("])";
  EXPECT_EQ(list_at(*create_all(without), "Snapshots").size(), 1U);
  const auto neither = create_all(R"(, "ExcludeBootVolume": true)" + without);
  ASSERT_FALSE(neither);
  EXPECT_EQ(neither.error().code, "InvalidParameterCombination");
}

TEST_F(SnapshotCallsTest, WhatHasNoDisksIsRefused) {
  EXPECT_EQ(code_of("CreateSnapshots", "{}"), "MissingParameter");
  EXPECT_EQ(code_of("CreateSnapshots",
                    R"({"InstanceSpecification": {"InstanceId": "i-0000000000000000f"}})"),
            "InvalidInstanceID.NotFound");
  EXPECT_EQ(code_of("CreateSnapshots", R"({"DryRun": true,
                    "InstanceSpecification": {"InstanceId": "i-00000000000000001"}})"),
            "DryRunOperation");
}

TEST_F(SnapshotCallsTest, ACopyIsASnapshotOfItsOwn) {
  const auto id = completed();
  const auto made = copy(id, R"(, "Encrypted": true, "TagSpecifications": [
      {"ResourceType": "snapshot", "Tags": [{"Key": "k", "Value": "v"}]}])");
  auto row = snapshot(made);
  EXPECT_EQ(text_at(row, "State"), "pending");
  EXPECT_TRUE(is_true_at(row, "Encrypted"));
  EXPECT_EQ(text_at(row, "Description"), "[Copied " + id + " from ap-northeast-1] ");
  EXPECT_EQ(text_at(list_at(row, "Tags")[0], "Key"), "k");
  EXPECT_EQ(copy(made), "IncorrectState");
  wait(minutes(4));
  EXPECT_EQ(text_at(snapshot(made), "State"), "completed");
  EXPECT_EQ(code_of("DeleteSnapshot", R"({"SnapshotId": ")" + id + R"("})"), "ok");
  EXPECT_EQ(text_at(snapshot(made), "State"), "completed");
}

TEST_F(SnapshotCallsTest, ACopyComesFromAnotherRegion) {
  const auto id = completed();
  std::optional<Result<Value>> answer;
  sandbox_->call({{"123456789012", "us-east-1"},
                  "ec2",
                  "CopySnapshot",
                  Object{{"SourceRegion", "ap-northeast-1"}, {"SourceSnapshotId", id}},
                  "tester"},
                 [&](Result<Value> result) { answer = std::move(result); });
  wait(seconds(1));
  ASSERT_TRUE(answer && *answer);
  EXPECT_EQ(sandbox_->snapshots({"123456789012", "us-east-1"}).size(), 1U);
  EXPECT_EQ(copy("snap-0000000000000000f"), "InvalidSnapshot.NotFound");
  EXPECT_EQ(copy(id, R"(, "KmsKeyId": "k")"), "InvalidParameterDependency");
  EXPECT_EQ(copy(id, R"(, "DestinationRegion": "eu-west-1")"), "InvalidParameterValue");
  EXPECT_EQ(copy(id, R"(, "DryRun": true)"), "DryRunOperation");
}

TEST_F(SnapshotCallsTest, ASnapshotIsSharedAndTakenBack) {
  const auto id = completed();
  EXPECT_EQ(shared_with(id), "");
  EXPECT_EQ(change(id, R"("CreateVolumePermission": {"Add": [{"UserId": "111122223333"}]})"), "ok");
  EXPECT_EQ(change(id, R"("Attribute": "createVolumePermission", "OperationType": "add",
                          "GroupNames": ["all"])"),
            "ok");
  EXPECT_EQ(shared_with(id), "all;111122223333;");
  EXPECT_EQ(change(id, R"("CreateVolumePermission": {"Remove": [{"Group": "all"}]})"), "ok");
  EXPECT_EQ(shared_with(id), "111122223333;");
  EXPECT_EQ(
      code_of("ResetSnapshotAttribute",
              fmt::format(R"({{"SnapshotId": "{}", "Attribute": "createVolumePermission"}})", id)),
      "ok");
  EXPECT_EQ(shared_with(id), "");
}

TEST_F(SnapshotCallsTest, WrongSharingIsRefused) {
  const auto id = completed();
  EXPECT_EQ(change(id, R"("CreateVolumePermission": {"Add": [{"UserId": "somebody"}]})"),
            "InvalidParameterValue");
  EXPECT_EQ(change(id, R"("OperationType": "give", "UserIds": ["111122223333"])"),
            "InvalidParameterValue");
  EXPECT_EQ(change(id, R"("Attribute": "productCodes")"), "InvalidParameterValue");
  EXPECT_EQ(change(id, R"("Attribute": "createVolumePermission")"), "MissingParameter");
  const auto secret = copy(id, R"(, "Encrypted": true)");
  EXPECT_EQ(change(secret, R"("CreateVolumePermission": {"Add": [{"UserId": "111122223333"}]})"),
            "OperationNotPermitted");
  EXPECT_EQ(change(secret, R"("CreateVolumePermission": {"Add": [{"Group": "all"}]})"),
            "OperationNotPermitted");
}

TEST_F(SnapshotCallsTest, AnImageOfSnapshotsLaunchesMachines) {
  const auto id = completed();
  const auto made = enlist("built", disk("/dev/sdf", id, R"(, "VolumeSize": 99)") + "," +
                                        disk("/dev/xvda", id, R"(, "VolumeType": "gp3")"));
  EXPECT_EQ(state_of_image(made), "pending");
  wait(seconds(4));
  EXPECT_EQ(state_of_image(made), "available");
  EXPECT_EQ(text_at(image(made), "RootDeviceName"), "/dev/xvda");
  const auto ran =
      ec2("RunInstances", R"({"MinCount": 1, "MaxCount": 1, "ImageId": ")" + made + R"("})");
  ASSERT_TRUE(ran) << ran.error().text();
  EXPECT_EQ(text_at(list_at(*ran, "Instances")[0], "RootDeviceName"), "/dev/xvda");
  EXPECT_EQ(list_at(list_at(*ran, "Instances")[0], "BlockDeviceMappings").size(), 2U);
}

TEST_F(SnapshotCallsTest, WhatIsNoImageIsNotRegistered) {
  const auto id = completed();
  const auto root = disk("/dev/xvda", id);
  EXPECT_EQ(enlist("x", root), "InvalidAMIName.Malformed");
  EXPECT_EQ(enlist("none", disk("/dev/sdf", id)), "InvalidBlockDeviceMapping");
  EXPECT_EQ(enlist("none", R"({"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 8}})"),
            "InvalidBlockDeviceMapping");
  EXPECT_EQ(enlist("none", disk("/dev/xvda", "snap-0000000000000000f")),
            "InvalidSnapshot.NotFound");
  EXPECT_EQ(enlist("none", root, R"(, "Architecture": "vax")"), "InvalidParameterValue");
  EXPECT_EQ(enlist("none", root, R"(, "KernelId": "aki-12345678")"), "UnsupportedOperation");
  EXPECT_EQ(enlist("none", root, R"(, "DryRun": true)"), "DryRunOperation");
  EXPECT_EQ(code_of("RegisterImage",
                    R"({"Name": "none", "RootDeviceName": "/dev/xvda", "BlockDeviceMappings": [)" +
                        root + "]}"),
            "InvalidParameterCombination");
  EXPECT_TRUE(enlist("used", root).starts_with("ami-"));
  EXPECT_EQ(enlist("used", root), "InvalidAMIName.Duplicate");
  const auto fresh = list_at(*create_all(), "Snapshots");
  EXPECT_EQ(enlist("early", disk("/dev/xvda", text_at(fresh[0], "SnapshotId"))), "IncorrectState");
}

TEST_F(SnapshotCallsTest, ASnapshotOfTwoImagesOutlivesTheFirst) {
  const auto id = completed();
  const auto first = enlist("first", disk("/dev/xvda", id));
  const auto second = enlist("second", disk("/dev/xvda", id));
  wait(seconds(4));
  EXPECT_EQ(code_of("DeleteSnapshot", R"({"SnapshotId": ")" + id + R"("})"),
            "InvalidSnapshot.InUse");
  const auto gone = [&](const std::string& name) {
    const auto answer = ec2("DeregisterImage",
                            R"({"DeleteAssociatedSnapshots": true, "ImageId": ")" + name + R"("})");
    return answer ? str(text_at(list_at(*answer, "DeleteSnapshotResults")[0], "ReturnCode"))
                  : answer.error().code;
  };
  EXPECT_EQ(gone(first), "skipped");
  EXPECT_EQ(gone(second), "success");
  EXPECT_TRUE(snapshot(id).is_null());
}

TEST_F(SnapshotCallsTest, EncryptionIsTakenAlongAndNotChangedByAnImage) {
  const auto plain = completed();
  const auto secret = copy(plain, R"(, "Encrypted": true, "KmsKeyId": "1234")");
  wait(minutes(4));
  EXPECT_EQ(enlist("none", disk("/dev/xvda", plain, R"(, "Encrypted": true)")),
            "InvalidBlockDeviceMapping");
  const auto made = enlist("some", disk("/dev/xvda", secret));
  const auto row = image(made);
  const auto& ebs = *find(list_at(row, "BlockDeviceMappings")[0], "Ebs");
  EXPECT_TRUE(is_true_at(ebs, "Encrypted"));
  EXPECT_EQ(text_at(ebs, "KmsKeyId"), "arn:aws:kms:ap-northeast-1:123456789012:key/1234");
}

TEST_F(SnapshotCallsTest, WhatIsGivenToSomebodyIsFoundByHim) {
  const auto id = completed();
  ASSERT_EQ(change(id, R"("CreateVolumePermission": {"Add": [{"UserId": "111122223333"}]})"), "ok");
  const auto found = [&](std::string_view user) {
    return ids(ec2("DescribeSnapshots",
                   fmt::format(R"({{"OwnerIds": ["self"], "RestorableByUserIds": ["{}"]}})", user)),
               "Snapshots", "SnapshotId");
  };
  EXPECT_EQ(found("111122223333"), id);
  EXPECT_EQ(found("all"), "");
  const auto made = enlist("given", disk("/dev/xvda", id));
  wait(seconds(4));
  ASSERT_EQ(code_of("ModifyImageAttribute", R"({"LaunchPermission": {"Add": [{"Group": "all"}]},
                    "ImageId": ")" + made + R"("})"),
            "ok");
  const auto runnable = [&](std::string_view user) {
    return ids(ec2("DescribeImages",
                   fmt::format(R"({{"Owners": ["self"], "ExecutableUsers": ["{}"]}})", user)),
               "Images", "ImageId");
  };
  EXPECT_EQ(runnable("all"), made);
  EXPECT_EQ(runnable("self"), "");
}

class ImageAttributesTest : public SnapshotCallsTest {
 protected:
  std::string ready(std::string_view name = "ready") {
    auto id = make_image(kWeb, name);
    wait(minutes(8));
    return id;
  }
  std::string ask_image(std::string_view operation, std::string_view id, std::string_view more) {
    return code_of(str(operation), fmt::format(R"({{"ImageId": "{}", {}}})", id, more));
  }
  Value attribute(std::string_view id, std::string_view name) {
    const auto answer = ec2("DescribeImageAttribute",
                            fmt::format(R"({{"ImageId": "{}", "Attribute": "{}"}})", id, name));
    return answer ? *answer : Value(answer.error().code);
  }
};

TEST_F(ImageAttributesTest, EveryAttributeIsAnswered) {
  const auto id = ready();
  for (const auto* name : {"description", "kernel", "ramdisk", "launchPermission", "productCodes",
                           "blockDeviceMapping", "sriovNetSupport", "bootMode", "tpmSupport",
                           "uefiData", "lastLaunchedTime", "imdsSupport"})
    EXPECT_EQ(attribute(id, name).is_object() ? attribute(id, name).get_object().size() : 0U, 2U)
        << name;
  EXPECT_EQ(text_of(attribute(id, "colour")), "InvalidParameterValue");
}

TEST_F(ImageAttributesTest, ACallChangesOneAttribute) {
  const auto id = ready();
  EXPECT_EQ(ask_image("ModifyImageAttribute", id, R"("Description": {"Value": "new"})"), "ok");
  EXPECT_EQ(text_at(image(id), "Description"), "new");
  EXPECT_EQ(ask_image("ModifyImageAttribute", id, R"("ImdsSupport": {"Value": "v2.0"})"), "ok");
  EXPECT_EQ(text_at(image(id), "ImdsSupport"), "v2.0");
  EXPECT_EQ(ask_image("ModifyImageAttribute", id, R"("ImdsSupport": {"Value": "v1"})"),
            "InvalidParameterValue");
  EXPECT_EQ(ask_image("ModifyImageAttribute", id,
                      R"("ImdsSupport": {"Value": "v2.0"}, "Description": {"Value": "x"})"),
            "InvalidParameterCombination");
  EXPECT_EQ(ask_image("ModifyImageAttribute", id, R"("DryRun": true)"), "MissingParameter");
}

TEST_F(ImageAttributesTest, MachinesOfATokenImageNeedTokens) {
  const auto id = ready();
  ASSERT_EQ(ask_image("ModifyImageAttribute", id, R"("ImdsSupport": {"Value": "v2.0"})"), "ok");
  const auto tokens = [&](std::string_view more) {
    const auto ran = ec2("RunInstances", fmt::format(R"({{"ImageId": "{}", "MinCount": 1,
                                                          "MaxCount": 1{}}})",
                                                     id, more));
    EXPECT_TRUE(ran) << ran.error().text();
    return str(
        text_of(*find_path(list_at(*ran, "Instances")[0], {"MetadataOptions", "HttpTokens"})));
  };
  EXPECT_EQ(tokens(""), "required");
  EXPECT_EQ(tokens(R"(, "MetadataOptions": {"HttpTokens": "optional"})"), "optional");
}

TEST_F(ImageAttributesTest, LaunchPermissionsAreReset) {
  const auto id = ready();
  EXPECT_EQ(
      ask_image("ModifyImageAttribute", id, R"("LaunchPermission": {"Add": [{"Group": "all"}]})"),
      "ok");
  EXPECT_TRUE(is_true_at(image(id), "Public"));
  EXPECT_EQ(ask_image("ResetImageAttribute", id, R"("Attribute": "description")"),
            "InvalidParameterValue");
  EXPECT_EQ(ask_image("ResetImageAttribute", id, R"("Attribute": "launchPermission")"), "ok");
  EXPECT_FALSE(is_true_at(image(id), "Public"));
}

TEST_F(ImageAttributesTest, ADeprecatedImageSaysSoAndCanBeTakenBack) {
  const auto id = ready();
  EXPECT_EQ(ask_image("EnableImageDeprecation", id, R"("DeprecateAt": "2020-01-01T00:00:00Z")"),
            "InvalidParameterValue");
  EXPECT_EQ(ask_image("EnableImageDeprecation", id, R"("DeprecateAt": "soon")"),
            "InvalidParameterValue");
  EXPECT_EQ(ask_image("EnableImageDeprecation", id, R"("DeprecateAt": "2026-02-01T00:00:40Z")"),
            "ok");
  EXPECT_EQ(text_at(image(id), "DeprecationTime"), "2026-02-01T00:01:00.000Z");
  EXPECT_EQ(ask_image("DisableImageDeprecation", id, R"("DryRun": false)"), "ok");
  EXPECT_FALSE(find(image(id), "DeprecationTime"));
}

TEST_F(ImageAttributesTest, ACopyWithATokenIsMadeOnce) {
  const auto id = ready();
  const auto again = [&](std::string_view name, std::string_view more = "") {
    const auto made =
        ec2("CopyImage", fmt::format(R"({{"SourceRegion": "ap-northeast-1", "SourceImageId": "{}",
                                      "ClientToken": "t", "Name": "{}"{}}})",
                                     id, name, more));
    return made ? str(text_at(*made, "ImageId")) : made.error().code;
  };
  const auto made = again("copy");
  EXPECT_EQ(again("copy"), made);
  EXPECT_EQ(again("other"), "IdempotentParameterMismatch");
  EXPECT_EQ(again("other", R"(, "KmsKeyId": "k")"), "InvalidParameterDependency");
}

}  // namespace
}  // namespace hikae::sandbox
