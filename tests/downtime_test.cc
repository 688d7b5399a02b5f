// How long hikae's own backup keeps an instance down, through the program itself.
#include <gtest/gtest.h>

#include "nightly.h"
#include "text/json.h"

namespace hikae::tests {
namespace {

class Downtime : public ::testing::Test {
 protected:
  /// `hikae backup` of the one instance with these faults; its row of the night.
  Value night_with(const std::string& faults) {
    const auto night =
        hikae(nightly_.data(), {"backup", kShop, "--faults", nightly_.faults(faults)});
    const auto& rows = list_at(night.json, "Instances");
    EXPECT_EQ(rows.size(), 1U) << night.ended.out << night.ended.err;
    return rows.empty() ? Value() : rows.front();
  }

  Nightly nightly_;
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
