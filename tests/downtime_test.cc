// How long hikae's own backup keeps an instance down, through the program itself.
#include <gtest/gtest.h>

#include "text/json.h"
#include "world.h"

namespace hikae::tests {
namespace {

constexpr const char* kShop = "i-00000000000000d01";

constexpr std::string_view kShopFleet = R"(
instances:
  - id: i-00000000000000d01
    name: shop
    tags: {BackupGroup: ssm-backup-group, EC2BackupGen: '2', BackupEC2StopStart: 'true'}
    images:
      - name: 'hikae/{instance}/old-{n}'
        age: 1d
        every: 1d
        count: 2
        tags: {Name: '{name}', AutoBackup: 'true', 'hikae:source-instance': '{instance}', 'hikae:run': 'old-{n}'}
)";

constexpr std::string_view kShopConfig = R"(
notify: [ops@example.com]
plans:
  - name: nightly
    schedule: cron(30 3 ? * * *)
    zone: Asia/Tokyo
    targets: {tag: {BackupGroup: ssm-backup-group}}
    keep: 2
)";

class Downtime : public ::testing::Test {
 protected:
  /// `hikae backup` of the one instance with these faults; its row of the night.
  Value night_with(const std::string& faults) {
    const auto data = folder_.file("data");
    put_fleet(data, kShopFleet, cli::ClockKind::Virtual);
    const auto applied =
        hikae(data, {"apply", folder_.write("hikae.yaml", std::string(kShopConfig))});
    EXPECT_EQ(applied.ended.exit_code, 0) << applied.ended.out;
    const auto night =
        hikae(data, {"backup", kShop, "--faults", folder_.write("faults.yaml", faults)});
    const auto& rows = list_at(night.json, "Instances");
    EXPECT_EQ(rows.size(), 1U) << night.ended.out << night.ended.err;
    return rows.empty() ? Value() : rows.front();
  }

  TempFolder folder_;
};

TEST_F(Downtime, IsThatOfAStopAndAStartWhereAllIsWell) {
  const auto row = night_with("[]");
  EXPECT_EQ(text_at(row, "Outcome"), "Success") << text::to_pretty_json(row);
  EXPECT_EQ(text_at(row, "Power"), "running");
  EXPECT_LT(int_at(row, "StoppedSeconds").value_or(9999), 90);
}

TEST_F(Downtime, IsNoLongerWhereTheImageFailsBeforeItsSnapshotsWereSeen) {
  const auto row = night_with(
      "- {action: image_fails, delay: 1s}\n"
      "- {action: throttle, operation: DescribeSnapshots, times: 4}\n");
  EXPECT_EQ(text_at(row, "Outcome"), "Failed") << text::to_pretty_json(row);
  EXPECT_EQ(text_at(row, "Power"), "running");
  EXPECT_EQ(int_at(row, "GenerationsAfter").value_or(0), 2) << "nothing is pruned";
  EXPECT_LT(int_at(row, "StoppedSeconds").value_or(9999), 180);
}

}  // namespace
}  // namespace hikae::tests
