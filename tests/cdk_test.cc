// The article's CDK app, unmodified, by CDK's own command against a hikae that serves: bootstrap,
// deploy, deploy again, diff, destroy.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "os/data_folder.h"
#include "serving_hikae.h"
#include "text/json.h"
#include "world.h"

namespace hikae::tests {
namespace {

namespace fs = std::filesystem;

// CDK itself takes seconds to start; a machine that does other things too takes its time.
constexpr auto kCdkPatience = std::chrono::seconds(240);

/// What the article leaves to the reader: an app and a stack around its construct.
constexpr std::string_view kApp = R"(import * as cdk from 'aws-cdk-lib';
import { SsmBackupConstruct } from './ssm-backup-construct';

const app = new cdk.App();
new SsmBackupConstruct(new cdk.Stack(app, 'SsmBackupStack'), 'SsmBackup');
)";

fs::path cdk_modules() {
  return fs::path(HIKAE_SOURCE_DIR) / "tests" / "clients" / "cdk" / "node_modules";
}

void write_file(const fs::path& file, std::string_view text) {
  fs::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << text;
}

class ArticleInCdk : public ::testing::Test {
 protected:
  void SetUp() override {
    if (article_text("ssm-backup-construct.ts").empty())
      GTEST_SKIP() << "the article's files are not here (HIKAE_SHARED)";
    if (!fs::exists(cdk_modules()))
      GTEST_SKIP() << cdk_modules() << " is absent: ./test installs it with npm";
    folder_ = *os::new_temporary_folder();
    lay_out_app();
    server_ = std::make_unique<ServingHikae>(folder_ / "data");
    ASSERT_TRUE(server_->serves()) << server_->why();
  }
  void TearDown() override {
    server_.reset();
    if (!folder_.empty()) fs::remove_all(folder_);
  }

  void lay_out_app() {
    const auto app = folder_ / "app";
    const std::pair<const char*, const char*> files[] = {
        {"ssm-backup-construct.ts", "ssm-backup-construct.ts"},
        {"backup-document.yaml", "Document/backup-document.yaml"},
        {"lambda/backup-gen/index.py", "Lambda/backup-gen/index.py"},
        {"lambda/ssmagentcheck/index.py", "Lambda/ssmagentcheck/index.py"}};
    for (const auto& [from, to] : files) write_file(app / to, article_text(from));
    write_file(app / "app.ts", kApp);
    write_file(app / "cdk.json", R"({"app": "node app.js"})");
    fs::create_symlink(cdk_modules(), app / "node_modules");
    const auto ended = run_node({(cdk_modules().parent_path() / "transpile.cjs").string()});
    ASSERT_EQ(ended.exit_code, 0) << ended.out << ended.err;
  }

  Ended run_node(std::vector<std::string> words) {
    std::vector<std::string> argv{"/usr/bin/env", "-C", (folder_ / "app").string(), "node"};
    argv.insert(argv.end(), words.begin(), words.end());
    Child child(argv);
    return child.wait(kCdkPatience);
  }

  /// CDK's command as its reader would call it, with hikae's endpoint by the name localhost.
  Ended cdk(const std::vector<std::string>& words) {
    const auto port = server_->url().substr(server_->url().rfind(':'));
    std::vector<std::string> argv{"/usr/bin/env",
                                  "-C",
                                  (folder_ / "app").string(),
                                  "AWS_ENDPOINT_URL=http://localhost" + port,
                                  "HOME=" + (folder_ / "home").string(),
                                  "CDK_DISABLE_CLI_TELEMETRY=true",
                                  "CDK_DISABLE_VERSION_CHECK=true",
                                  "CI=true",
                                  "node",
                                  (cdk_modules() / "aws-cdk" / "bin" / "cdk").string(),
                                  "--no-notices"};
    argv.insert(argv.end(), words.begin(), words.end());
    Child child(server_->as_client(std::move(argv)));
    return child.wait(kCdkPatience);
  }
  void expect_cdk(const std::vector<std::string>& words, std::string_view says) {
    const auto ended = cdk(words);
    EXPECT_EQ(ended.exit_code, 0) << words.front() << "\n" << ended.out << ended.err;
    EXPECT_NE((ended.out + ended.err).find(says), std::string::npos)
        << words.front() << " does not say " << says << "\n"
        << ended.out << ended.err;
  }

  /// A command of `aws` against the server; its answer.
  Value aws(const std::vector<std::string>& words) {
    std::vector<std::string> argv{"/usr/bin/aws", "--endpoint-url", server_->url(), "--output",
                                  "json"};
    argv.insert(argv.end(), words.begin(), words.end());
    Child child(server_->as_client(std::move(argv)));
    const auto ended = child.wait(kCdkPatience);
    EXPECT_EQ(ended.exit_code, 0) << ended.out << ended.err;
    auto value = text::parse_json(ended.out);
    return value ? std::move(*value) : Value();
  }

  fs::path folder_;
  std::unique_ptr<ServingHikae> server_;
};

TEST_F(ArticleInCdk, IsBootstrappedDeployedTwiceComparedAndDestroyed) {
  expect_cdk({"bootstrap"}, "bootstrapped");
  expect_cdk({"deploy", "--require-approval", "never"}, "SsmBackupStack");
  const auto windows = aws({"ssm", "describe-maintenance-windows"});
  ASSERT_EQ(list_at(windows, "WindowIdentities").size(), 1U);
  EXPECT_EQ(text_at(list_at(windows, "WindowIdentities")[0], "Name"), "mw-ssm-backup");
  EXPECT_EQ(list_at(aws({"lambda", "list-functions"}), "Functions").size(), 2U);
  expect_cdk({"deploy", "--require-approval", "never"}, "(no changes)");
  expect_cdk({"diff", "--fail"}, "There were no differences");
  expect_cdk({"destroy", "--force"}, "destroyed");
  EXPECT_TRUE(list_at(aws({"ssm", "describe-maintenance-windows"}), "WindowIdentities").empty());
}

}  // namespace
}  // namespace hikae::tests
