#include "nightly.h"

#include <gtest/gtest.h>

namespace hikae::tests {

const std::string_view kShopFleet = R"(
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

const std::string_view kNightlyConfig = R"(
notify: [ops@example.com]
plans:
  - name: nightly
    schedule: cron(30 3 ? * * *)
    zone: Asia/Tokyo
    targets: {tag: {BackupGroup: ssm-backup-group}}
    keep: 2
)";

Nightly::Nightly(std::string_view fleet, cli::ClockKind clock) {
  put_fleet(data(), fleet, clock);
  const auto applied =
      hikae(data(), {"apply", folder_.write("hikae.yaml", std::string(kNightlyConfig))});
  EXPECT_EQ(applied.ended.exit_code, 0) << applied.ended.out << applied.ended.err;
}

}  // namespace hikae::tests
