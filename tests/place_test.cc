// Which folder, account and region a command is about: flags, environment, hikae.yaml, defaults.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "nightly.h"

namespace hikae::tests {
namespace {

/// A variable for as long as a test takes.
class Variable {
 public:
  Variable(const char* name, const std::string& value) : name_(name) {
    setenv(name, value.c_str(), 1);
  }
  ~Variable() { unsetenv(name_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
};

class Places : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const auto* name : {"AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "HIKAE_DATA"})
      unsetenv(name);
    config_ =
        folder_.write("hikae.yaml", "account: '210987654321'\nregion: eu-west-1\ndata: here\n" +
                                        std::string(kNightlyConfig));
    fleet_ = folder_.write("fleet.yaml", "instances: [{name: one}]");
  }
  /// "account/region" of a command that only adds a server.
  std::string place_of_a_command(std::vector<std::string> more = {}) {
    std::vector<std::string> words{"fleet", fleet_};
    words.insert(words.end(), more.begin(), more.end());
    const auto answer = hikae(folder_.file("here"), words);
    return str(text_at(answer.json, "Account")) + "/" + str(text_at(answer.json, "Region"));
  }
  void apply() {
    const auto ended = run_process({program(), "apply", config_});
    ASSERT_EQ(ended.exit_code, 0) << ended.out << ended.err;
  }

  TempFolder folder_;
  std::string config_;
  std::string fleet_;
};

TEST_F(Places, TheConfigurationSaysWhereItsDataIsAndWhoseItIs) {
  apply();
  EXPECT_TRUE(std::filesystem::exists(folder_.file("here") + "/hikae.db"));
  EXPECT_EQ(place_of_a_command(), "210987654321/eu-west-1");
  const auto windows = run_process({program(), "next", "--config", config_});
  EXPECT_NE(windows.out.find("hikae-nightly"), std::string::npos) << windows.out << windows.err;
}

TEST_F(Places, ANewFolderWithoutConfigurationHasTheDefaults) {
  EXPECT_EQ(place_of_a_command(), "123456789012/ap-northeast-1");
}

TEST_F(Places, TheEnvironmentWinsOverTheConfigurationAndFlagsOverBoth) {
  apply();
  const Variable general("AWS_DEFAULT_REGION", "us-west-2");
  EXPECT_EQ(place_of_a_command(), "210987654321/us-west-2");
  const Variable special("AWS_REGION", "us-east-1");
  EXPECT_EQ(place_of_a_command(), "210987654321/us-east-1");
  EXPECT_EQ(place_of_a_command({"--region", "ap-south-1", "--account", "111122223333"}),
            "111122223333/ap-south-1");
}

TEST_F(Places, AProfileGivesItsRegion) {
  const Variable file("AWS_CONFIG_FILE",
                      folder_.write("aws",
                                    "[default]\nregion = us-west-1\n\n[profile night]\n"
                                    "output = json\nregion = ca-central-1\n"));
  const Variable profile("AWS_PROFILE", "night");
  EXPECT_EQ(place_of_a_command(), "123456789012/ca-central-1");
}

TEST_F(Places, WhatIsNoRegionOrAccountIsRefused) {
  for (const auto& words :
       std::vector<std::vector<std::string>>{{"--region", "Tokyo"}, {"--account", "42"}}) {
    std::vector<std::string> all{"fleet", fleet_};
    all.insert(all.end(), words.begin(), words.end());
    const auto answer = hikae(folder_.file("other"), all);
    EXPECT_EQ(answer.ended.exit_code, 1) << answer.ended.out;
    EXPECT_FALSE(std::filesystem::exists(folder_.file("other")));
  }
}

TEST_F(Places, TakingTheMailServerOutOfTheConfigurationTakesItAway) {
  const auto data = folder_.file("mails");
  const auto with = folder_.write(
      "with.yaml", std::string(kNightlyConfig) +
                       "smtp: {host: 127.0.0.1, port: 9, tls: off, from: hikae@example.com}\n");
  const auto without = folder_.write("without.yaml", std::string(kNightlyConfig));
  const auto goes_to = [&] { return open_house(data, cli::ClockKind::AsFolder)->mail_goes_to(); };
  ASSERT_EQ(hikae(data, {"apply", with, "--clock", "virtual"}).ended.exit_code, 0);
  EXPECT_NE(goes_to().find("127.0.0.1"), std::string::npos) << goes_to();
  ASSERT_EQ(hikae(data, {"up", without}).ended.exit_code, 0);
  EXPECT_EQ(goes_to().find("127.0.0.1"), std::string::npos) << goes_to();
}

}  // namespace
}  // namespace hikae::tests
