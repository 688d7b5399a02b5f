// The article's document, read where it stands: what docs/linter-article.md says of it must be
// found.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include "plan/lint.h"

namespace hikae::plan {
namespace {

/// Empty where the article's files are not there.
std::string article_document() {
  const auto* shared = std::getenv("HIKAE_SHARED");
  const std::string folder = shared ? shared : HIKAE_SOURCE_DIR "/../shared";
  std::ifstream file(folder + "/compat/backup-document.yaml", std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

class LintArticle : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto text = article_document();
    if (text.empty()) GTEST_SKIP() << "the article's document is not here (HIKAE_SHARED)";
    findings_ = lint_document(text);
  }

  [[nodiscard]] std::set<std::string> codes() const {
    std::set<std::string> codes;
    for (const auto& finding : findings_) codes.insert(finding.code);
    return codes;
  }
  [[nodiscard]] bool has(std::string_view code, std::string_view step) const {
    for (const auto& finding : findings_)
      if (finding.code == code && finding.path == "step " + str(step)) return true;
    return false;
  }

  text::Diagnostics findings_;
};

TEST_F(LintArticle, HasTheseHazardsAndNoOtherFinding) {
  const std::set<std::string> expected{
      "P2",  "P6",  "P7",  "P8",  "P9",  "P10", "P11", "P12", "P13", "P16", "P17", "P18", "P19",
      "P20", "P21", "P22", "P23", "P24", "P25", "P26", "P27", "P32", "P33", "P36", "P40", "P42"};
  EXPECT_EQ(codes(), expected);
}

TEST_F(LintArticle, LosesTheInstanceAtEachOfTheThreeStepsBetweenImageAndStart) {
  EXPECT_TRUE(has("P9", "Get_BackupEC2SV1_AMI_SnapshotId"));
  EXPECT_TRUE(has("P9", "Get_BackupEC2SV1_AMITag"));
  EXPECT_TRUE(has("P9", "Del_OldBackupEC2SV1_AMI"));
  EXPECT_FALSE(has("P9", "Get_BackupEC2SV1_AMI")) << "its failure path restarts";
}

TEST_F(LintArticle, HasEachHazardWhereItIs) {
  EXPECT_TRUE(has("P8", "Run_EC2StopSV1"));
  EXPECT_TRUE(has("P11", "Run_EC2RestartSV1"));
  EXPECT_TRUE(has("P12", "Run_EC2StartSV1_1"));
  EXPECT_TRUE(has("P16", "Get_BackupEC2SV1_AMI_SnapshotId"));
  EXPECT_TRUE(has("P23", "WaitForImageAvailable"));
  EXPECT_TRUE(has("P32", "Del_OldBackupEC2SV1_AMI"));
  EXPECT_TRUE(has("P33", "Del_OldBackupEC2SV1_AMI"));
}

}  // namespace
}  // namespace hikae::plan
