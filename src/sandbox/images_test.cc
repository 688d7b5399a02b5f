#include <algorithm>

#include "sandbox/world_fixture.h"

namespace hikae::sandbox {
namespace {

class ImagesTest : public WorldTest {
 protected:
  void SetUp() override {
    WorldTest::SetUp();
    load();
  }
  std::string image_ids(std::string_view input) {
    return ids(ec2("DescribeImages", input), "Images", "ImageId");
  }
  std::string by_id(std::string_view id) { return R"({"ImageIds": [")" + str(id) + R"("]})"; }
  std::string deregister(std::string_view id, std::string_view more = "") {
    return text_of_error("DeregisterImage", R"({"ImageId": ")" + str(id) + "\"" + str(more) + "}");
  }
  std::string delete_snapshot_code(std::string_view id) {
    return code_of("DeleteSnapshot", R"({"SnapshotId": ")" + str(id) + R"("})");
  }
  std::string first_snapshot(std::string_view id) {
    return str(
        text_of(*find_path(list_at(image(id), "BlockDeviceMappings")[0], {"Ebs", "SnapshotId"})));
  }
};

TEST_F(ImagesTest, AnImageIsPendingThenAvailableWithASnapshotPerVolume) {
  const auto id = make_image(kWeb, "night-1");
  EXPECT_EQ(state_of_image(id), "pending");
  wait(minutes(8));
  EXPECT_EQ(state_of_image(id), "available");
  EXPECT_EQ(list_at(image(id), "BlockDeviceMappings").size(), 2U);
  const auto snapshots = ec2("DescribeSnapshots", R"({"OwnerIds": ["self"]})");
  ASSERT_EQ(list_at(*snapshots, "Snapshots").size(), 2U);
  EXPECT_EQ(text_at(list_at(*snapshots, "Snapshots")[0], "Description"),
            "Created by CreateImage(i-00000000000000001) for " + id);
  EXPECT_EQ(text_at(list_at(*snapshots, "Snapshots")[0], "Progress"), "100%");
}

TEST_F(ImagesTest, SnapshotsHaveBegunWhenTheAnswerComes) {
  const auto id = make_image(kWeb, "night-1");
  const auto snapshots = sandbox_->snapshots(kHere);
  ASSERT_EQ(snapshots.size(), 2U);
  EXPECT_EQ(text_at(snapshots[0], "State"), "pending");
  EXPECT_TRUE(find_path(list_at(image(id), "BlockDeviceMappings")[0], {"Ebs", "SnapshotId"}));
}

TEST_F(ImagesTest, LateSnapshotsBeginAfterTheAnswer) {
  faults(R"([{"action": "late_snapshots", "delay": 3}])");
  const auto id = make_image(kWeb, "night-1");
  EXPECT_TRUE(sandbox_->snapshots(kHere).empty());
  EXPECT_FALSE(find_path(list_at(image(id), "BlockDeviceMappings")[0], {"Ebs", "SnapshotId"}));
  wait(seconds(6));
  const auto snapshots = sandbox_->snapshots(kHere);
  ASSERT_EQ(snapshots.size(), 2U);
  const auto created = parse_iso(text_at(image(id), "CreationDate"));
  const auto begun = parse_iso(text_at(snapshots[0], "StartTime"));
  EXPECT_GE(*begun - *created, seconds(3));
}

TEST_F(ImagesTest, SnapshotsShowTheirProgress) {
  make_image(kWeb, "night-1");
  wait(seconds(60));
  const auto progress = str(text_at(sandbox_->snapshots(kHere)[0], "Progress"));
  EXPECT_NE(progress, "0%");
  EXPECT_NE(progress, "100%");
}

TEST_F(ImagesTest, APendingImageHoldsItsName) {
  const auto id = make_image(kWeb, "night-1");
  EXPECT_EQ(
      text_of_error("CreateImage", R"({"InstanceId": "i-00000000000000002", "Name": "night-1"})"),
      "InvalidAMIName.Duplicate: AMI name night-1 is already in use by AMI " + id);
}

TEST_F(ImagesTest, ANameIsFreeAgainOnceDeregistered) {
  const auto id = make_image(kWeb, "night-1");
  wait(minutes(8));
  EXPECT_EQ(deregister(id), "ok");
  EXPECT_NE(make_image(kWeb, "night-1"), id);
}

TEST_F(ImagesTest, NamesMustFitTheAlphabetAndTheLength) {
  const auto code = [&](std::string_view name) {
    return code_of("CreateImage",
                   R"({"InstanceId": "i-00000000000000001", "NoReboot": true, "Name": ")" +
                       str(name) + R"("})");
  };
  EXPECT_EQ(code("ab"), "InvalidAMIName.Malformed");
  EXPECT_EQ(code(std::string(129, 'a')), "InvalidAMIName.Malformed");
  EXPECT_EQ(code("web:1"), "InvalidAMIName.Malformed");
  EXPECT_EQ(code("控え-1"), "InvalidAMIName.Malformed");
  EXPECT_EQ(code("web (1) [2] a.b/c-d'e@f_g"), "ok");
  EXPECT_EQ(code(std::string(128, 'a')), "ok");
}

TEST_F(ImagesTest, AMachineInBetweenCannotBeImaged) {
  ASSERT_TRUE(ec2("StopInstances", R"({"InstanceIds": ["i-00000000000000001"]})"));
  EXPECT_EQ(code_of("CreateImage", R"({"InstanceId": "i-00000000000000001", "Name": "night"})"),
            "IncorrectState");
  EXPECT_EQ(code_of("CreateImage", R"({"InstanceId": "i-00000000000000099", "Name": "night"})"),
            "InvalidInstanceID.NotFound");
  EXPECT_EQ(code_of("CreateImage", R"({"InstanceId": "i-00000000000000001"})"), "MissingParameter");
}

TEST_F(ImagesTest, ARunningMachineRebootsUnlessNoReboot) {
  const auto reboots = [&] {
    return std::ranges::count(sandbox_->changes(kHere), std::string("rebooted"), &Change::what);
  };
  make_image(kWeb, "without");
  EXPECT_EQ(reboots(), 0);
  ASSERT_TRUE(ec2("CreateImage", R"({"InstanceId": "i-00000000000000001", "Name": "with"})"));
  EXPECT_EQ(reboots(), 1);
  ASSERT_TRUE(ec2("CreateImage", R"({"InstanceId": "i-00000000000000003", "Name": "asleep"})"));
  EXPECT_EQ(power(kAsleep), "stopped");
  EXPECT_EQ(reboots(), 1);
}

TEST_F(ImagesTest, TagsAtBirthAreOnImageAndSnapshots) {
  const auto made = ec2("CreateImage", R"({"InstanceId": "i-00000000000000001", "Name": "tagged",
    "NoReboot": true, "TagSpecifications": [
      {"ResourceType": "image", "Tags": [{"Key": "Name", "Value": "web"}]},
      {"ResourceType": "snapshot", "Tags": [{"Key": "AutoBackup", "Value": "true"}]}]})");
  ASSERT_TRUE(made);
  wait(seconds(6));
  EXPECT_EQ(image_ids(R"({"Filters": [{"Name": "tag:Name", "Values": ["web"]}]})"),
            text_at(*made, "ImageId"));
  const auto snapshots =
      ec2("DescribeSnapshots", R"({"Filters": [{"Name": "tag:AutoBackup", "Values": ["true"]}]})");
  EXPECT_EQ(list_at(*snapshots, "Snapshots").size(), 2U);
  EXPECT_EQ(code_of("CreateImage", R"({"InstanceId": "i-00000000000000001", "Name": "other",
              "TagSpecifications": [{"ResourceType": "instance", "Tags": []}]})"),
            "InvalidParameterValue");
}

TEST_F(ImagesTest, WithoutOwnersThePublicOnesAreThereToo) {
  const auto id = make_image(kWeb, "mine");
  EXPECT_EQ(image_ids(R"({"Owners": ["self"]})"), id);
  EXPECT_EQ(list_at(*ec2("DescribeImages", "{}"), "Images").size(), 3U);
  EXPECT_EQ(list_at(*ec2("DescribeImages", R"({"Owners": ["amazon"]})"), "Images").size(), 1U);
  EXPECT_EQ(list_at(*ec2("DescribeSnapshots", "{}"), "Snapshots").size(), 4U);
  EXPECT_EQ(list_at(*ec2("DescribeSnapshots", R"({"OwnerIds": ["self"]})"), "Snapshots").size(),
            2U);
}

TEST_F(ImagesTest, FiltersFindImages) {
  const auto a = make_image(kWeb, "web-2026-01-01");
  const auto b = make_image(kDb, "web-db-2026-01-01");
  EXPECT_EQ(image_ids(R"({"Filters": [{"Name": "name", "Values": ["web-2026-01-01"]}]})"), a);
  EXPECT_EQ(image_ids(R"({"Filters": [{"Name": "source-instance-id",
                                       "Values": ["i-00000000000000002"]}]})"),
            b);
  EXPECT_EQ(image_ids(R"({"Owners": ["self"], "Filters": [{"Name": "name", "Values": ["web-d*"]},
                          {"Name": "state", "Values": ["pending", "available"]}]})"),
            b);
  EXPECT_EQ(image_ids(R"({"Filters": [{"Name": "colour", "Values": ["red"]}]})"),
            "InvalidParameterValue");
  EXPECT_EQ(image_ids(R"({"Filters": [{"Name": "name", "Values": []}]})"), "InvalidParameterValue");
}

TEST_F(ImagesTest, APendingImageCannotBeDeregistered) {
  const auto id = make_image(kWeb, "night-1");
  EXPECT_TRUE(deregister(id).starts_with("IncorrectState: "));
}

TEST_F(ImagesTest, ADeregisteredImageIsUnavailableThenUnknown) {
  const auto id = make_image(kWeb, "night-1");
  wait(minutes(8));
  EXPECT_EQ(deregister(id), "ok");
  EXPECT_EQ(image_ids(by_id(id)), "InvalidAMIID.NotFound");
  EXPECT_EQ(deregister(id),
            "InvalidAMIID.Unavailable: The image ID '" + id + "' is no longer available");
  wait(minutes(61));
  EXPECT_TRUE(deregister(id).starts_with("InvalidAMIID.NotFound: "));
}

TEST_F(ImagesTest, SomebodyElsesImageIsNotOursToDeregister) {
  const auto others = ec2("DescribeImages", R"({"Owners": ["amazon"]})");
  const auto id = str(text_at(list_at(*others, "Images")[0], "ImageId"));
  EXPECT_TRUE(deregister(id).starts_with("AuthFailure: "));
}

TEST_F(ImagesTest, ASnapshotInUseCannotBeDeleted) {
  const auto id = make_image(kDb, "night-1");
  wait(minutes(8));
  const auto snapshot = first_snapshot(id);
  EXPECT_EQ(text_of_error("DeleteSnapshot", R"({"SnapshotId": ")" + snapshot + R"("})"),
            "InvalidSnapshot.InUse: The snapshot " + snapshot + " is currently in use by " + id);
  EXPECT_EQ(deregister(id), "ok");
  EXPECT_EQ(delete_snapshot_code(snapshot), "ok");
  EXPECT_EQ(delete_snapshot_code(snapshot), "InvalidSnapshot.NotFound");
}

TEST_F(ImagesTest, DeregisterCanTakeItsSnapshotsAlong) {
  const auto id = make_image(kWeb, "night-1");
  wait(minutes(8));
  EXPECT_EQ(deregister(id, R"(, "DeleteAssociatedSnapshots": true)"), "ok");
  EXPECT_TRUE(sandbox_->snapshots(kHere).empty());
}

TEST_F(ImagesTest, TheArticlesSnapshotLookUpFindsThemByDescription) {
  const auto id = make_image(kWeb, "night-1");
  wait(seconds(6));
  const auto found =
      ec2("DescribeSnapshots",
          R"({"Filters": [{"Name": "description", "Values": ["*)" + id + R"(*"]}]})");
  EXPECT_EQ(list_at(*found, "Snapshots").size(), 2U);
}

TEST_F(ImagesTest, LaunchPermissionsCanBeReadAndChanged) {
  const auto id = make_image(kWeb, "shared");
  wait(minutes(8));
  const auto input = [&](std::string_view rest) {
    return R"({"ImageId": ")" + id + R"(", "Attribute": "launchPermission")" + str(rest) + "}";
  };
  EXPECT_EQ(code_of("ModifyImageAttribute",
                    input(R"(, "LaunchPermission": {"Add": [{"UserId": "111122223333"}]})")),
            "ok");
  const auto shown = ec2("DescribeImageAttribute", input(""));
  EXPECT_EQ(text::to_json(*find(*shown, "LaunchPermissions")), R"([{"UserId":"111122223333"}])");
  EXPECT_EQ(code_of("ModifyImageAttribute",
                    input(R"(, "LaunchPermission": {"Remove": [{"UserId": "111122223333"}],
                             "Add": [{"Group": "all"}]})")),
            "ok");
  EXPECT_EQ(text::to_json(*find(*ec2("DescribeImageAttribute", input("")), "LaunchPermissions")),
            R"([{"Group":"all"}])");
  EXPECT_EQ(code_of("ModifyImageAttribute",
                    input(R"(, "LaunchPermission": {"Add": [{"UserId": "bob"}]})")),
            "InvalidAMIAttributeItemValue");
}

TEST_F(ImagesTest, NoDeviceLeavesADiskOut) {
  const auto made = ec2("CreateImage", R"({"InstanceId": "i-00000000000000001", "Name": "root",
    "NoReboot": true, "BlockDeviceMappings": [{"DeviceName": "/dev/sdf", "NoDevice": ""}]})");
  ASSERT_TRUE(made) << made.error().text();
  EXPECT_EQ(list_at(image(text_at(*made, "ImageId")), "BlockDeviceMappings").size(), 1U);
}

}  // namespace
}  // namespace hikae::sandbox
