// The build tool itself, on three services, run as the build runs it.
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "aws/table.h"

extern "C" char** environ;

namespace hikae::aws {
namespace {

namespace fs = std::filesystem;

const fs::path kBotocoreData = "/usr/lib/python3/dist-packages/botocore/data";

class ModelcTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(program_)) GTEST_SKIP() << "modelc is not beside the tests";
    if (!fs::exists(kBotocoreData / "sqs")) GTEST_SKIP() << "botocore's models are elsewhere";
    fs::remove_all(folder_);
    fs::create_directories(folder_ / "data");
    for (const auto* service : {"sqs", "sns", "events"})
      fs::create_directory_symlink(kBotocoreData / service, folder_ / "data" / service);
  }
  void TearDown() override { fs::remove_all(folder_); }

  int compile(const std::string& overlay, const std::string& table,
              const std::vector<std::string>& services = {}) {
    std::ofstream(folder_ / "overlay.json") << overlay;
    std::vector<std::string> words{program_, folder_ / "data", folder_ / "overlay.json",
                                   folder_ / table};
    words.insert(words.end(), services.begin(), services.end());
    std::vector<char*> arguments;
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    pid_t child = 0;
    int status = -1;
    if (posix_spawn(&child, program_.c_str(), nullptr, nullptr, arguments.data(), environ) != 0)
      return -1;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  [[nodiscard]] std::vector<char> bytes_of(const std::string& table) const {
    std::ifstream file(folder_ / table, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  const std::string program_ = HIKAE_BINARY_DIR "/modelc";
  const fs::path folder_ = fs::path(::testing::TempDir()) / "hikae_modelc_test";
};

TEST_F(ModelcTest, TheSameModelsGiveTheSameBytes) {
  ASSERT_EQ(compile("{}", "first.bin"), 0);
  ASSERT_EQ(compile("{}", "second.bin"), 0);
  const auto first = bytes_of("first.bin");
  EXPECT_GT(first.size(), 10'000u);
  EXPECT_TRUE(first == bytes_of("second.bin"));
}

TEST_F(ModelcTest, TheOverlayAddsMembers) {
  ASSERT_EQ(compile(R"({"sqs": {"shapes": {"SendMessageRequest": {"members": {
                       "Newer": {"shape": "String"}}}}}})",
                    "table.bin"),
            0);
  const auto bytes = bytes_of("table.bin");
  const auto table = table::Table::open(bytes);
  ASSERT_TRUE(table.has_value());
  EXPECT_EQ(table->services().size(), 3u);
  const auto& send = *table->find_operation(*table->find_service("sqs"), "SendMessage");
  EXPECT_NE(table->find_member(table->shape(send.input), "Newer"), nullptr);
  EXPECT_NE(table->find_member(table->shape(send.input), "QueueUrl"), nullptr);
}

TEST_F(ModelcTest, AnOverlayThatFitsNothingEndsTheBuild) {
  EXPECT_EQ(compile(R"({"sqss": {}})", "table.bin"), 1);
  EXPECT_EQ(compile(R"({"sqs": {"shapes": {"SendMessageRequest": {"members": {
                       "Newer": {"shape": "NoSuchShape"}}}}}})",
                    "table.bin"),
            1);
  EXPECT_EQ(compile("[]", "table.bin"), 1);
}

TEST_F(ModelcTest, NamedServicesAreCompiledAloneAndTheOverlayOfOthersIsLeftOut) {
  ASSERT_EQ(compile(R"({"events": {}})", "two.bin", {"sqs", "sns"}), 0);
  const auto bytes = bytes_of("two.bin");
  const auto table = table::Table::open(bytes);
  ASSERT_TRUE(table) << table.error().text();
  EXPECT_EQ(table->services().size(), 2U);
  EXPECT_NE(table->find_service("sns"), nullptr);
  EXPECT_EQ(table->find_service("events"), nullptr);
}

TEST_F(ModelcTest, ANamedServiceThatIsNotThereIsAnError) {
  EXPECT_NE(compile("{}", "none.bin", {"sqs", "no-such"}), 0);
}

}  // namespace
}  // namespace hikae::aws
