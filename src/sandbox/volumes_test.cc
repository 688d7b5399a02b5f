// The life of a volume: made, attached, detached, deleted, and part of its machine's images.
#include <fmt/format.h>

#include <filesystem>

#include "sandbox/world_fixture.h"
#include "store/database.h"

namespace hikae::sandbox {
namespace {

constexpr std::string_view kZoneA = "ap-northeast-1a";

class VolumesTest : public WorldTest {
 protected:
  void SetUp() override {
    WorldTest::SetUp();
    load();
  }
  std::string create(std::string_view more = R"("Size": 10)", std::string_view zone = kZoneA) {
    const auto made =
        ec2("CreateVolume", fmt::format(R"({{"AvailabilityZone": "{}", {}}})", zone, more));
    return made ? str(text_at(*made, "VolumeId")) : made.error().code;
  }
  std::string made() {
    auto id = create();
    wait(seconds(6));
    return id;
  }
  Value volume(std::string_view id) {
    for (auto& row : sandbox_->volumes(kHere))
      if (text_at(row, "VolumeId") == id) return row;
    return Object{{"State", "gone"}};
  }
  std::string state(std::string_view id) { return str(text_at(volume(id), "State")); }
  std::string attachment(std::string_view id) {
    const auto row = volume(id);
    const auto& list = list_at(row, "Attachments");
    return list.empty() ? "none" : str(text_at(list[0], "State"));
  }
  std::string attach(std::string_view id, std::string_view machine = kWeb,
                     std::string_view device = "/dev/sdh") {
    return code_of("AttachVolume",
                   fmt::format(R"({{"VolumeId": "{}", "InstanceId": "{}", "Device": "{}"}})", id,
                               machine, device));
  }
  std::string detach(std::string_view id, std::string_view more = "") {
    return code_of("DetachVolume", fmt::format(R"({{"VolumeId": "{}"{}}})", id, more));
  }
  std::string remove(std::string_view id) {
    return code_of("DeleteVolume", fmt::format(R"({{"VolumeId": "{}"}})", id));
  }
  /// "DEVICE STATUS VOLUME" of each disk of the machine.
  std::vector<std::string> disks_of(std::string_view machine) {
    std::vector<std::string> disks;
    for (const auto& row : sandbox_->instances(kHere))
      if (text_at(row, "InstanceId") == machine)
        for (const auto& disk : list_at(row, "BlockDeviceMappings"))
          disks.push_back(fmt::format("{} {}", text_at(disk, "DeviceName"),
                                      text_of(*find_path(disk, {"Ebs", "Status"}))));
    return disks;
  }
  std::string root_of(std::string_view machine) {
    for (const auto& row : sandbox_->volumes(kHere))
      for (const auto& one : list_at(row, "Attachments"))
        if (text_at(one, "InstanceId") == machine) return str(text_at(row, "VolumeId"));
    return "";
  }
};

TEST_F(VolumesTest, ANewVolumeIsCreatingThenAvailable) {
  const auto id = create(R"("Size": 100, "VolumeType": "gp3", "Iops": 4000, "Throughput": 250,
      "TagSpecifications": [{"ResourceType": "volume", "Tags": [{"Key": "a", "Value": "b"}]}])");
  EXPECT_EQ(state(id), "creating");
  wait(seconds(6));
  const auto row = volume(id);
  EXPECT_EQ(text_at(row, "State"), "available");
  EXPECT_EQ(int_at(row, "Iops"), 4000);
  EXPECT_EQ(int_at(row, "Throughput"), 250);
  EXPECT_EQ(text_at(list_at(row, "Tags")[0], "Value"), "b");
  EXPECT_EQ(text_at(row, "AvailabilityZone"), kZoneA);
}

TEST_F(VolumesTest, TypesHaveTheirOwnSpeedWhereNoneIsGiven) {
  EXPECT_EQ(int_at(volume(create(R"("Size": 10)")), "Iops"), 100);
  EXPECT_EQ(int_at(volume(create(R"("Size": 500)")), "Iops"), 1500);
  const auto gp3 = volume(create(R"("Size": 1, "VolumeType": "gp3")"));
  EXPECT_EQ(int_at(gp3, "Iops"), 3000);
  EXPECT_EQ(int_at(gp3, "Throughput"), 125);
  EXPECT_FALSE(find(volume(create(R"("Size": 125, "VolumeType": "st1")")), "Iops"));
}

TEST_F(VolumesTest, WhatATypeDoesNotAllowIsRefused) {
  EXPECT_EQ(create(R"("Size": 10, "VolumeType": "gp9")"), "InvalidParameterValue");
  EXPECT_EQ(create(R"("Size": 0)"), "InvalidParameterValue");
  EXPECT_EQ(create(R"("Size": 16385)"), "InvalidParameterValue");
  EXPECT_EQ(create(R"("Size": 124, "VolumeType": "sc1")"), "InvalidParameterValue");
  EXPECT_EQ(create(R"("Size": 10, "Iops": 300)"), "InvalidParameterCombination");
  EXPECT_EQ(create(R"("Size": 10, "VolumeType": "io1")"), "MissingParameter");
  EXPECT_EQ(create(R"("Size": 10, "VolumeType": "io1", "Iops": 501)"),
            "InvalidParameterCombination");
  EXPECT_EQ(create(R"("Size": 10, "VolumeType": "io1", "Iops": 99)"), "InvalidParameterValue");
  EXPECT_EQ(create(R"("Size": 10, "VolumeType": "gp3", "Throughput": 751)"),
            "InvalidParameterCombination");
  EXPECT_EQ(create(R"("Size": 10, "Throughput": 125)"), "InvalidParameterCombination");
  EXPECT_EQ(create(R"("Size": 10, "KmsKeyId": "k")"), "InvalidParameterDependency");
  EXPECT_EQ(create(R"("Size": 10, "MultiAttachEnabled": true)"), "UnsupportedOperation");
  EXPECT_EQ(create(R"("Size": 10)", "us-east-1a"), "InvalidZone.NotFound");
  EXPECT_EQ(create(R"("VolumeType": "gp3")"), "MissingParameter");
  EXPECT_EQ(create(R"("Size": 10, "DryRun": true)"), "DryRunOperation");
}

TEST_F(VolumesTest, ATokenMakesOneVolumeAndIsRefusedForAnother) {
  const auto id = create(R"("Size": 10, "ClientToken": "t")");
  EXPECT_EQ(create(R"("Size": 10, "ClientToken": "t")"), id);
  EXPECT_EQ(create(R"("Size": 11, "ClientToken": "t")"), "IdempotentParameterMismatch");
}

TEST_F(VolumesTest, AVolumeOfASnapshotHasItsSizeAndItsEncryption) {
  const auto source = create(R"("Size": 30, "Encrypted": true)");
  wait(seconds(6));
  const auto taken = ec2("CreateSnapshot", fmt::format(R"({{"VolumeId": "{}"}})", source));
  ASSERT_TRUE(taken) << taken.error().text();
  const auto from = fmt::format(R"("SnapshotId": "{}")", text_at(*taken, "SnapshotId"));
  EXPECT_EQ(create(from), "IncorrectState");
  wait(minutes(4));
  const auto row = volume(create(from));
  EXPECT_EQ(int_at(row, "Size"), 30);
  EXPECT_TRUE(is_true_at(row, "Encrypted"));
  EXPECT_EQ(text_at(row, "KmsKeyId"), "arn:aws:kms:ap-northeast-1:123456789012:alias/aws/ebs");
  EXPECT_EQ(create(from + R"(, "Size": 29)"), "InvalidParameterValue");
  EXPECT_EQ(create(R"("SnapshotId": "snap-00000000000000009")"), "InvalidSnapshot.NotFound");
}

TEST_F(VolumesTest, AttachingEndsInUse) {
  const auto id = made();
  EXPECT_EQ(attach(id), "ok");
  EXPECT_EQ(state(id), "in-use");
  EXPECT_EQ(attachment(id), "attaching");
  EXPECT_EQ(disks_of(kWeb).back(), "/dev/sdh attaching");
  wait(seconds(5));
  EXPECT_EQ(attachment(id), "attached");
  EXPECT_EQ(disks_of(kWeb).back(), "/dev/sdh attached");
}

TEST_F(VolumesTest, WhatCannotBeAttachedIsRefused) {
  const auto id = create();
  EXPECT_EQ(attach(id), "IncorrectState");
  wait(seconds(6));
  EXPECT_EQ(attach(id, kWeb, "/dev/xvda"), "InvalidParameterValue");
  EXPECT_EQ(attach(id, kWeb, "nonsense"), "InvalidParameterValue");
  EXPECT_EQ(attach(id, "i-0000000000000000f"), "InvalidInstanceID.NotFound");
  EXPECT_EQ(attach("vol-0000000000000000f"), "InvalidVolume.NotFound");
  EXPECT_EQ(attach("vol-x"), "InvalidVolumeID.Malformed");
  const auto elsewhere = create(R"("Size": 1)", "ap-northeast-1c");
  wait(seconds(6));
  EXPECT_EQ(attach(elsewhere), "InvalidVolume.ZoneMismatch");
  ASSERT_TRUE(ec2("StopInstances", R"({"InstanceIds": ["i-00000000000000001"]})"));
  EXPECT_EQ(attach(id), "IncorrectState");
  wait(minutes(1));
  EXPECT_EQ(attach(id), "ok");
  EXPECT_EQ(attach(id, kDb), "VolumeInUse");
}

TEST_F(VolumesTest, DetachingEndsAvailable) {
  const auto id = made();
  EXPECT_EQ(detach(id), "IncorrectState");
  ASSERT_EQ(attach(id), "ok");
  EXPECT_EQ(detach(id), "IncorrectState");
  wait(seconds(5));
  EXPECT_EQ(detach(id, R"(, "InstanceId": "i-00000000000000002")"), "InvalidAttachment.NotFound");
  EXPECT_EQ(detach(id, R"(, "Device": "/dev/sdg")"), "InvalidAttachment.NotFound");
  EXPECT_EQ(detach(id, R"(, "DryRun": true)"), "DryRunOperation");
  EXPECT_EQ(detach(id, R"(, "InstanceId": "i-00000000000000001")"), "ok");
  EXPECT_EQ(attachment(id), "detaching");
  EXPECT_EQ(disks_of(kWeb).back(), "/dev/sdh detaching");
  wait(seconds(7));
  EXPECT_EQ(state(id), "available");
  EXPECT_EQ(disks_of(kWeb).size(), 2U);
}

TEST_F(VolumesTest, AForcedDetachIsOverAtOnce) {
  const auto id = made();
  ASSERT_EQ(attach(id), "ok");
  EXPECT_EQ(detach(id, R"(, "Force": true)"), "ok");
  wait(Duration{1});
  EXPECT_EQ(state(id), "available");
}

TEST_F(VolumesTest, AnEarlierDetachDoesNotEndALaterOne) {
  const auto id = made();
  ASSERT_EQ(attach(id), "ok");
  wait(seconds(5));
  ASSERT_EQ(detach(id), "ok");
  ASSERT_EQ(detach(id, R"(, "Force": true)"), "ok");
  wait(Duration{1});
  ASSERT_EQ(attach(id), "ok");
  wait(Duration{4001});
  ASSERT_EQ(detach(id), "ok");
  wait(seconds(4));
  EXPECT_EQ(attachment(id), "detaching");
  wait(seconds(3));
  EXPECT_EQ(attachment(id), "none");
}

TEST_F(VolumesTest, TheRootOfAStoppedMachineCanBeChangedForAnother) {
  const auto old = root_of(kAsleep);
  const auto id = made();
  EXPECT_EQ(detach(root_of(kWeb)), "OperationNotPermitted");
  EXPECT_EQ(detach(old), "ok");
  wait(seconds(7));
  const auto start = R"({"InstanceIds": ["i-00000000000000003"]})";
  EXPECT_EQ(code_of("StartInstances", start), "InvalidParameterValue");
  EXPECT_EQ(attach(id, kAsleep, "/dev/xvda"), "ok");
  wait(seconds(5));
  EXPECT_EQ(code_of("StartInstances", start), "ok");
  EXPECT_EQ(root_of(kAsleep), id);
}

TEST_F(VolumesTest, OnlyAFreeVolumeIsDeleted) {
  const auto id = create();
  EXPECT_EQ(remove(id), "IncorrectState");
  wait(seconds(6));
  ASSERT_EQ(attach(id), "ok");
  EXPECT_EQ(remove(id), "VolumeInUse");
  ASSERT_EQ(detach(id, R"(, "Force": true)"), "ok");
  wait(seconds(1));
  EXPECT_EQ(remove(id), "ok");
  EXPECT_EQ(state(id), "deleting");
  EXPECT_EQ(remove(id), "InvalidVolume.NotFound");
  wait(seconds(6));
  EXPECT_EQ(state(id), "gone");
}

TEST_F(VolumesTest, AnAttachedVolumeIsPartOfALaterImage) {
  const auto id = create(R"("Size": 33, "VolumeType": "gp3", "Iops": 5000)");
  wait(seconds(6));
  ASSERT_EQ(attach(id), "ok");
  wait(seconds(5));
  const auto name = make_image(kWeb, "with-data");
  wait(minutes(8));
  const auto row = image(name);
  const auto& disks = list_at(row, "BlockDeviceMappings");
  ASSERT_EQ(disks.size(), 3U);
  EXPECT_EQ(text_at(disks[2], "DeviceName"), "/dev/sdh");
  EXPECT_EQ(int_at(*find(disks[2], "Ebs"), "VolumeSize"), 33);
  EXPECT_EQ(int_at(*find(disks[2], "Ebs"), "Iops"), 5000);
  const auto snapshots = ec2("DescribeSnapshots", fmt::format(R"({{"Filters": [
      {{"Name": "volume-id", "Values": ["{}"]}}]}})",
                                                              id));
  EXPECT_EQ(list_at(*snapshots, "Snapshots").size(), 1U);
}

TEST_F(VolumesTest, WhatWasAttachedOutlivesItsMachine) {
  const auto id = made();
  ASSERT_EQ(attach(id), "ok");
  ASSERT_TRUE(ec2("TerminateInstances", R"({"InstanceIds": ["i-00000000000000001"]})"));
  wait(minutes(1));
  EXPECT_EQ(state(id), "available");
  EXPECT_EQ(attach(id, kDb), "ok");
}

TEST_F(VolumesTest, StatusIsOkOnceAVolumeIsMade) {
  const auto id = create();
  const auto status = [&](std::string_view input) {
    const auto answer = ec2("DescribeVolumeStatus", input);
    if (!answer) return answer.error().code;
    std::string all;
    for (const auto& row : list_at(*answer, "VolumeStatuses"))
      all += str(text_of(*find_path(row, {"VolumeStatus", "Status"}))) + " ";
    return all;
  };
  const auto by_id = fmt::format(R"({{"VolumeIds": ["{}"]}})", id);
  EXPECT_EQ(status(by_id), "insufficient-data ");
  wait(seconds(6));
  EXPECT_EQ(status(by_id), "ok ");
  EXPECT_EQ(status(R"({"VolumeIds": ["vol-0000000000000000f"]})"), "InvalidVolume.NotFound");
  EXPECT_EQ(status(R"({"Filters": [{"Name": "volume-status.status", "Values": ["impaired"]}]})"),
            "");
}

TEST_F(VolumesTest, AutoEnableIoIsKept) {
  const auto id = made();
  EXPECT_EQ(code_of("ModifyVolumeAttribute",
                    fmt::format(R"({{"VolumeId": "{}", "AutoEnableIO": {{"Value": true}}}})", id)),
            "ok");
  const auto seen = ec2("DescribeVolumeAttribute",
                        fmt::format(R"({{"VolumeId": "{}", "Attribute": "autoEnableIO"}})", id));
  ASSERT_TRUE(seen);
  EXPECT_TRUE(is_true_at(*find(*seen, "AutoEnableIO"), "Value"));
  EXPECT_EQ(code_of("ModifyVolumeAttribute", fmt::format(R"({{"VolumeId": "{}"}})", id)),
            "MissingParameter");
}

TEST_F(VolumesTest, VolumesArePaged) {
  for (int i = 0; i < 7; ++i) create();
  std::size_t count = 0;
  std::string token;
  do {
    const auto page = ec2("DescribeVolumes",
                          token.empty() ? R"({"MaxResults": 5})"
                                        : R"({"MaxResults": 5, "NextToken": ")" + token + R"("})");
    ASSERT_TRUE(page);
    count += list_at(*page, "Volumes").size();
    token = str(text_at(*page, "NextToken"));
  } while (!token.empty());
  EXPECT_EQ(count, 11U);
}

class VolumeChangesTest : public VolumesTest {
 protected:
  std::string modify(std::string_view id, std::string_view more) {
    return code_of("ModifyVolume", fmt::format(R"({{"VolumeId": "{}", {}}})", id, more));
  }
  Value modification(std::string_view id) {
    const auto answer =
        ec2("DescribeVolumesModifications", fmt::format(R"({{"VolumeIds": ["{}"]}})", id));
    return answer ? list_at(*answer, "VolumesModifications")[0] : Value(answer.error().code);
  }
};

TEST_F(VolumeChangesTest, AModifiedVolumeIsModifyingOptimizingCompleted) {
  const auto id = made();
  EXPECT_EQ(modify(id, R"("Size": 20, "VolumeType": "gp3", "Iops": 6000)"), "ok");
  EXPECT_EQ(text_at(modification(id), "ModificationState"), "modifying");
  EXPECT_EQ(int_at(volume(id), "Size"), 10);
  wait(seconds(21));
  EXPECT_EQ(text_at(modification(id), "ModificationState"), "optimizing");
  EXPECT_EQ(int_at(volume(id), "Size"), 20);
  EXPECT_EQ(int_at(volume(id), "Iops"), 6000);
  wait(minutes(11));
  const auto row = modification(id);
  EXPECT_EQ(text_at(row, "ModificationState"), "completed");
  EXPECT_EQ(int_at(row, "Progress"), 100);
  EXPECT_EQ(int_at(row, "OriginalSize"), 10);
  EXPECT_EQ(text_at(row, "OriginalVolumeType"), "gp2");
  EXPECT_EQ(int_at(row, "TargetThroughput"), 125);
  EXPECT_TRUE(find(row, "EndTime"));
}

TEST_F(VolumeChangesTest, AVolumeIsModifiedOnceInSixHours) {
  const auto id = made();
  ASSERT_EQ(modify(id, R"("Size": 20)"), "ok");
  EXPECT_EQ(modify(id, R"("Size": 30)"), "IncorrectModificationState");
  wait(hours(1));
  EXPECT_EQ(modify(id, R"("Size": 30)"), "VolumeModificationRateExceeded");
  wait(hours(5));
  EXPECT_EQ(modify(id, R"("Size": 30)"), "ok");
}

TEST_F(VolumeChangesTest, WhatCannotBeModifiedIsRefused) {
  const auto id = create();
  EXPECT_EQ(modify(id, R"("Size": 20)"), "IncorrectState");
  wait(seconds(6));
  EXPECT_EQ(modify(id, R"("Size": 9)"), "InvalidParameterValue");
  EXPECT_EQ(modify(id, R"("Size": 10)"), "InvalidParameterValue");
  EXPECT_EQ(modify(id, R"("VolumeType": "io1")"), "MissingParameter");
  EXPECT_EQ(modify(id, R"("Size": 20, "DryRun": true)"), "DryRunOperation");
  EXPECT_EQ(text_of(modification(id)), "InvalidVolumeModification.NotFound");
  EXPECT_EQ(text_of(modification("vol-0000000000000000f")), "InvalidVolume.NotFound");
}

class VolumesRestartTest : public VolumesTest {
 protected:
  void SetUp() override {
    path_ = testing::TempDir() + "hikae-volumes-" +
            testing::UnitTest::GetInstance()->current_test_info()->name() + ".db";
    remove_files();
    open({.path = path_});
    load();
  }
  void TearDown() override {
    sandbox_.reset();
    remove_files();
  }
  void remove_files() const {
    for (const auto* end : {"", "-wal", "-shm"}) std::filesystem::remove(path_ + end);
  }
  std::string path_;
};

TEST_F(VolumesRestartTest, WhatIsUnderWayGoesOnAfterAReopening) {
  const auto creating = create();
  open({.path = path_});
  EXPECT_EQ(state(creating), "creating");
  wait(seconds(6));
  ASSERT_EQ(attach(creating), "ok");
  ASSERT_TRUE(ec2("ModifyVolume", fmt::format(R"({{"VolumeId": "{}", "Size": 50}})", creating)));
  open({.path = path_});
  EXPECT_EQ(attachment(creating), "attaching");
  wait(minutes(11));
  EXPECT_EQ(attachment(creating), "attached");
  EXPECT_EQ(int_at(volume(creating), "Size"), 50);
  EXPECT_EQ(sandbox_->running_transitions(), 0U);
}

TEST_F(VolumesRestartTest, AFileOfTheFirstVersionIsReadAndRaised) {
  sandbox_.reset();
  {
    auto file = store::Database::open(path_, store::Sync::Normal);
    ASSERT_TRUE(file);
    ASSERT_TRUE(
        (*file)->execute("PRAGMA user_version=1; UPDATE resource SET body="
                         "json_remove(body, '$.act', '$.modifications')"
                         " WHERE kind='volume'"));
  }
  open({.path = path_});
  EXPECT_EQ(state(root_of(kWeb)), "in-use");
  EXPECT_EQ(attachment(root_of(kWeb)), "attached");
  sandbox_.reset();
  auto file = store::Database::open(path_, store::Sync::Normal);
  ASSERT_TRUE(file);
  auto version = (*file)->prepare("PRAGMA user_version");
  ASSERT_TRUE(version);
  ASSERT_TRUE(version->step());
  EXPECT_EQ(version->integer(0), 2);
}

}  // namespace
}  // namespace hikae::sandbox
