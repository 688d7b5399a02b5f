// hikae's database is lost in the middle of a night; the servers bear what is needed to go on.
#include <gtest/gtest.h>

#include <filesystem>

#include "base/stopped_by.h"
#include "nightly.h"

namespace hikae::tests {
namespace {

const Duration kToTheWindow = hours(6) + minutes(30);  // from 12:00Z to 18:30Z

void lose_database(const std::string& data) {
  for (const auto* name : {"hikae.db", "hikae.db-wal", "hikae.db-shm"})
    std::filesystem::remove(data + "/" + name);
}

std::string tag_of_stop(const sandbox::Sandbox& sandbox, const Scope& scope) {
  for (const auto& instance : sandbox.instances(scope))
    for (const auto& tag : list_at(instance, "Tags"))
      if (text_at(tag, "Key") == kStoppedByTag) return str(text_at(tag, "Value"));
  return "(none)";
}

std::string image_list(const sandbox::Sandbox& sandbox, const Scope& scope) {
  std::string all;
  for (const auto& image : sandbox.images(scope)) all += str(text_at(image, "ImageId")) + " ";
  return all;
}

/// The first night ends well; in the second one the process ends while the server is stopped.
class Lost : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto session = open_house(data(), cli::ClockKind::AsFolder);
    ASSERT_NE(session, nullptr);
    let_pass(*session, kToTheWindow + hours(12));
    EXPECT_EQ(tag_of_stop(session->sandbox(), session->scope()), "(none)");
    ASSERT_TRUE(session->run_until(
        [&] { return power_of(session->sandbox(), session->scope(), kShop) == "stopped"; }));
    EXPECT_NE(tag_of_stop(session->sandbox(), session->scope()).find(" 2026-05-02T18:30:0"),
              std::string::npos)
        << tag_of_stop(session->sandbox(), session->scope());
    images_ = image_list(session->sandbox(), session->scope());
  }

  [[nodiscard]] std::string data() const { return nightly_.data(); }
  [[nodiscard]] std::string config() const { return nightly_.folder().file("hikae.yaml"); }
  static void apply_again(const std::string& data, const std::string& config) {
    const auto applied = hikae(data, {"apply", config, "--clock", "virtual"});
    ASSERT_EQ(applied.ended.exit_code, 0) << applied.ended.out << applied.ended.err;
  }
  static std::string power_in(const std::string& data) {
    const auto session = open_house(data, cli::ClockKind::AsFolder);
    return power_of(session->sandbox(), session->scope(), kShop);
  }

  Nightly nightly_;
  std::string images_;
};

TEST_F(Lost, RecoverStartsTheServerAndWritesTheLedgerAndDeletesNothing) {
  lose_database(data());
  apply_again(data(), config());
  const auto found = hikae(data(), {"recover", "--dry-run"});
  EXPECT_EQ(found.ended.exit_code, 0) << found.ended.err;
  ASSERT_EQ(list_at(found.json, "Servers").size(), 1U) << found.ended.out;
  EXPECT_EQ(text_at(list_at(found.json, "Servers")[0], "Verdict"), "Owed");
  EXPECT_EQ(power_in(data()), "stopped") << "a dry run changes nothing";

  const auto recovered = hikae(data(), {"recover"});
  EXPECT_EQ(recovered.ended.exit_code, 0) << recovered.ended.out << recovered.ended.err;
  EXPECT_EQ(text_at(list_at(recovered.json, "Servers").at(0), "Outcome"), "is started");
  const auto rows = list_at(hikae(data(), {"ledger"}).json, "Instants");
  bool is_there = false;
  for (const auto& row : rows)
    is_there |= text_at(row, "Instant") == "2026-05-01T18:30:00Z" &&
                text_at(row, "Target") == kShop && text_at(row, "Outcome") == "Success" &&
                !text_at(row, "RunId").empty();
  EXPECT_TRUE(is_there) << recovered.ended.out;

  const auto session = open_house(data(), cli::ClockKind::AsFolder);
  EXPECT_EQ(power_of(session->sandbox(), session->scope(), kShop), "running");
  EXPECT_EQ(tag_of_stop(session->sandbox(), session->scope()), "(none)");
  EXPECT_EQ(image_list(session->sandbox(), session->scope()).rfind(images_, 0), 0U);
}

TEST_F(Lost, ASecondRecoverChangesNothing) {
  lose_database(data());
  apply_again(data(), config());
  ASSERT_EQ(hikae(data(), {"recover"}).ended.exit_code, 0);
  std::string changes;
  {
    const auto session = open_house(data(), cli::ClockKind::AsFolder);
    changes = power_changes(session->sandbox(), session->scope(), kShop);
  }
  const auto again = hikae(data(), {"recover"});
  EXPECT_EQ(again.ended.exit_code, 0) << again.ended.out;
  EXPECT_TRUE(list_at(again.json, "Servers").empty()) << again.ended.out;
  EXPECT_TRUE(list_at(object_at(again.json, "Ledger"), "Rows").empty()) << again.ended.out;
  EXPECT_EQ(int_at(*find(again.json, "Ledger"), "Known"), 1);
  const auto session = open_house(data(), cli::ClockKind::AsFolder);
  EXPECT_EQ(power_changes(session->sandbox(), session->scope(), kShop), changes);
}

TEST_F(Lost, WhereTheFolderIsLostTooAPersonSaysWhichHikaeItWas) {
  const auto fresh = nightly_.folder().file("fresh");
  std::filesystem::create_directory(fresh);
  for (const auto* name : {"sandbox.db", "sandbox.db-wal"})
    if (std::filesystem::exists(data() + "/" + name))
      std::filesystem::copy_file(data() + "/" + name, fresh + "/" + name);
  const auto lost = read_text(data() + "/installation");
  (void)nightly_.folder().write("fresh/installation", "another\n");
  apply_again(fresh, config());
  const auto unsure = hikae(fresh, {"recover"});
  EXPECT_EQ(unsure.ended.exit_code, 1);
  const auto id = lost.substr(0, lost.find('\n'));
  EXPECT_NE(unsure.ended.out.find(id), std::string::npos) << unsure.ended.out;
  EXPECT_EQ(power_in(fresh), "stopped");
  const auto sure = hikae(fresh, {"recover", "--installation", id});
  EXPECT_EQ(sure.ended.exit_code, 0) << sure.ended.out << sure.ended.err;
  EXPECT_EQ(power_in(fresh), "running");
  EXPECT_EQ(read_text(fresh + "/installation"), lost);
}

TEST_F(Lost, WithItsDatabaseRecoverLeavesTheRunAlone) {
  const auto found = hikae(data(), {"recover", "--dry-run"});
  ASSERT_EQ(list_at(found.json, "Servers").size(), 1U) << found.ended.out;
  EXPECT_EQ(text_at(list_at(found.json, "Servers")[0], "Outcome"), "is taken care of already");
}

TEST(Recover, AnIdThatIsNoneIsWrongUsage) {
  const TempFolder folder;
  EXPECT_EQ(hikae(folder.file("data"), {"recover", "--installation", "a b"}).ended.exit_code, 64);
}

constexpr std::string_view kSharedAccount = R"(
instances:
  - id: i-00000000000000d01
    name: shop
    tags: {BackupGroup: ssm-backup-group, EC2BackupGen: '2', BackupEC2StopStart: 'true'}
    images:
      - name: 'hikae/{instance}/other-{n}'
        age: 1d
        every: 1d
        count: 3
        tags: {Name: '{name}', AutoBackup: 'true', 'hikae:source-instance': '{instance}', 'hikae:run': 'other-{n}', 'hikae:installation': another}
      - name: 'hikae/{instance}/old-{n}'
        age: 5d
        every: 1d
        count: 2
        tags: {Name: '{name}', AutoBackup: 'true', 'hikae:source-instance': '{instance}', 'hikae:run': 'old-{n}'}
)";

std::string tag_value(const Value& resource, std::string_view key) {
  for (const auto& tag : list_at(resource, "Tags"))
    if (text_at(tag, "Key") == key) return str(text_at(tag, "Value"));
  return "(none)";
}

TEST(Installation, ImagesAndSnapshotsBearItAndThoseOfAnotherHikaeStay) {
  const Nightly nightly(kSharedAccount);
  ASSERT_EQ(hikae(nightly.data(), {"backup", kShop}).ended.exit_code, 0);
  const auto session = open_house(nightly.data(), cli::ClockKind::AsFolder);
  int others = 0, old = 0, own = 0;
  for (const auto& image : session->sandbox().images(session->scope())) {
    const auto of = tag_value(image, "hikae:installation");
    others += of == "another";
    old += of == "(none)";
    own += of == session->installation();
  }
  EXPECT_EQ(others, 3) << "not ours: neither counted nor deleted";
  EXPECT_EQ(old, 1) << "of before the tag: ours, and the older one goes";
  EXPECT_EQ(own, 1);
  const auto snapshots =
      list_at(ask(*session, "ec2", "DescribeSnapshots",
                  Object{{"OwnerIds", Array{"self"}},
                         {"Filters", Array{Object{{"Name", "tag:hikae:installation"},
                                                  {"Values", Array{session->installation()}}}}}}),
              "Snapshots");
  EXPECT_EQ(snapshots.size(), 1U);
}

TEST(Installation, IsTheSameInEverySessionAndAfterTheDatabaseIsLost) {
  const Nightly nightly;
  const auto id = [&] {
    return open_house(nightly.data(), cli::ClockKind::Virtual)->installation();
  };
  const auto first = id();
  EXPECT_EQ(first.size(), 16U);
  EXPECT_EQ(id(), first);
  lose_database(nightly.data());
  EXPECT_EQ(id(), first);
  EXPECT_EQ(read_text(nightly.data() + "/installation"), first + "\n");
}

TEST(Installation, ASecondApplyOfTheSameFileIsNoUpdate) {
  const Nightly nightly;
  const auto config = nightly.folder().file("hikae.yaml");
  const auto again = hikae(nightly.data(), {"apply", config});
  EXPECT_EQ(again.ended.exit_code, 0);
  EXPECT_EQ(text_at(object_at(again.json, "Stack"), "StackStatus"), "CREATE_COMPLETE");
}

TEST(Waits, BackupAndShowSayWhatARunWaitsFor) {
  const Nightly nightly;
  std::string first, second;
  {
    const auto session = open_house(nightly.data(), cli::ClockKind::AsFolder);
    for (auto* id : {&first, &second})
      *id = text_at(ask(*session, "ssm", "StartAutomationExecution",
                        Object{{"DocumentName", "hikae-backup"},
                               {"Parameters", Object{{"InstanceId", Array{kShop}}}}}),
                    "AutomationExecutionId");
  }
  const auto shown = run_process({program(), "show", second, "--data", nightly.data()}).out;
  EXPECT_NE(shown.find("waits     execution " + first + " (hikae-backup) works on"),
            std::string::npos)
      << shown;
  const auto third = run_process({program(), "backup", kShop, "--data", nightly.data()}).out;
  EXPECT_NE(third.find(std::string(kShop) + " waits: execution " + first), std::string::npos)
      << third;
}

}  // namespace
}  // namespace hikae::tests
