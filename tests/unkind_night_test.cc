// `cloud: aws` through a network that loses, cuts, delays and doubles (unkind_proxy.h): what hikae
// promises holds whatever the answers do.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "os/data_folder.h"
#include "serving_hikae.h"
#include "text/json.h"
#include "unkind_proxy.h"
#include "world.h"

namespace hikae::tests {
namespace {

constexpr std::string_view kUnkindFleet = R"(
instances:
  - {name: stops, tags: {BackupGroup: ssm-backup-group, EC2BackupGen: '9', BackupEC2StopStart: 'true'}}
  - {name: stays, tags: {BackupGroup: ssm-backup-group, EC2BackupGen: '9', BackupEC2StopStart: 'false'}}
  - {name: prunes, tags: {BackupGroup: ssm-backup-group, EC2BackupGen: '1', BackupEC2StopStart: 'true'}}
)";
/// One for every build; more, and other seeds, for who asks: HIKAE_PROXY_NIGHTS, HIKAE_PROXY_SEED.
int nights_given() {
  const auto* text = std::getenv("HIKAE_PROXY_NIGHTS");
  return text ? std::max(1, std::atoi(text)) : 1;
}

int port_of(const std::string& url) {
  int port = 0;
  const auto at = url.rfind(':') + 1;
  std::from_chars(url.data() + at, url.data() + url.size(), port);
  return port;
}

std::uint64_t seed_given() {
  const auto* text = std::getenv("HIKAE_PROXY_SEED");
  return text ? std::strtoull(text, nullptr, 10) : 7;
}

std::string tag_of_image(const Value& image, std::string_view key) {
  for (const auto& tag : list_at(image, "Tags"))
    if (text_at(tag, "Key") == key) return str(text_at(tag, "Value"));
  return {};
}

/// The mails that were written, all in one.
std::string all_mails(const std::string& data) {
  std::string all;
  std::error_code ignored;
  for (const auto& file : std::filesystem::directory_iterator(data + "/mail", ignored))
    all += read_text(file.path().string());
  return all;
}

/// The control plane in one folder, the machines in another process, the network between them.
class UnkindNight : public ::testing::Test {
 protected:
  void SetUp() override {
    put_fleet(machines_.path(), kUnkindFleet, cli::ClockKind::Real);
    aws_ = std::make_unique<ServingHikae>(machines_.path());
    ASSERT_TRUE(aws_->serves()) << aws_->why();
    UnkindProxy::Options options;
    options.port = port_of(aws_->url());
    options.seed = seed_given();
    // A lost CreateImage is looked for during five minutes before it is sent again.
    options.spared = {"Action=CreateImage"};
    options.unheard = {"AmazonSSM.SendCommand"};
    network_ = std::make_unique<UnkindProxy>(options);
    std::ofstream(control_.file("hikae.yaml"))
        << "cloud: aws\naws: {endpoint_url: '" << network_->url()
        << "', profile: hikae}\nregion: ap-northeast-1\nnotify: [ops@example.com]\nplans:\n"
           "  - {name: nightly, at: '03:30', zone: Asia/Tokyo, keep: 9}\n";
  }
  Ended control(std::vector<std::string> words) {
    words.insert(words.begin(), program());
    words.insert(words.end(), {"--data", data(), "--json"});
    Child child(aws_->as_client(std::move(words)));
    return child.wait(std::chrono::seconds(280));
  }
  [[nodiscard]] std::string data() const { return control_.path() + "/data"; }

  TempFolder machines_, control_;
  std::unique_ptr<ServingHikae> aws_;
  std::unique_ptr<UnkindProxy> network_;
};

constexpr std::string_view kCountingRunbook = R"(schemaVersion: '0.3'
mainSteps:
  - name: Command
    action: aws:runCommand
    inputs:
      DocumentName: AWS-RunShellScript
      Targets: [{Key: 'tag:Name', Values: [stays]}]
      Parameters: {commands: ['echo once >> counted.txt']}
)";

/// What the machines' commands have written into files of that name.
std::string written_on_machines(const std::string& data, const std::string& name) {
  std::string all;
  for (const auto& file : std::filesystem::recursive_directory_iterator(data))
    if (file.path().filename() == name) all += read_text(file.path().string());
  return all;
}

TEST_F(UnkindNight, RunsACommandOnceThoughItsAnswerIsLost) {
  const auto applied = control({"apply", control_.file("hikae.yaml"), "--clock", "real"});
  ASSERT_EQ(applied.exit_code, 0) << applied.out << applied.err;
  const auto document = control_.write("count.yaml", std::string(kCountingRunbook));
  std::string expected;
  for (int i = 0; i < 3; ++i) {
    const auto ran = control({"run", document});
    EXPECT_EQ(ran.exit_code, 0) << ran.out << ran.err;
    expected += "once\n";
  }
  fmt::print("[ network  ] seed {}: {}\n", seed_given(), network_->counted());
  EXPECT_EQ(aws_->stop().exit_code, 0);
  EXPECT_EQ(written_on_machines(machines_.path(), "counted.txt"), expected);
}

TEST_F(UnkindNight, LeavesOneImageEachNothingStoppedAndNoFailureUntold) {
  const auto applied = control({"apply", control_.file("hikae.yaml"), "--clock", "real"});
  ASSERT_EQ(applied.exit_code, 0) << applied.out << applied.err;
  for (int night = 0; night < nights_given(); ++night) {
    const auto backed = control({"backup", "--all"});
    EXPECT_FALSE(backed.out_of_patience);
    EXPECT_EQ(backed.exit_code, 0) << backed.out << backed.err;
  }
  const auto said = control({"runs"});
  const auto runs = text::parse_json(said.out);
  ASSERT_TRUE(runs) << said.out << said.err;
  EXPECT_EQ(aws_->stop().exit_code, 0);
  const auto counted = network_->counted();
  RecordProperty("harm", counted);
  fmt::print("[ network  ] seed {}: {}\n", seed_given(), counted);

  const auto session = open_house(machines_.path(), cli::ClockKind::Real);
  std::map<std::string, std::multiset<std::string>> runs_of;  // of the images, by instance
  const auto images = ask(*session, "ec2", "DescribeImages", Object{{"Owners", Array{"self"}}});
  for (const auto& image : list_at(images, "Images"))
    runs_of[tag_of_image(image, "hikae:source-instance")].insert(tag_of_image(image, "hikae:run"));
  for (const auto& instance : session->sandbox().instances(session->scope())) {
    const auto id = str(text_at(instance, "InstanceId"));
    EXPECT_EQ(text_at(object_at(instance, "State"), "Name"), "running") << id;
    const auto& made = runs_of[id];
    const std::set<std::string> distinct(made.begin(), made.end());
    EXPECT_EQ(made.size(), distinct.size()) << "two images of one run of " << id;
    const auto is_pruned = tag_of_image(instance, "EC2BackupGen") == "1";
    EXPECT_EQ(distinct.size(), is_pruned ? 1U : static_cast<std::size_t>(nights_given())) << id;
  }
  const auto mails = all_mails(data());
  for (const auto& run : list_at(*runs, "Runs")) {
    const auto id = str(text_at(run, "AutomationExecutionId"));
    if (text_at(run, "AutomationExecutionStatus") == "Success") continue;
    EXPECT_NE(mails.find(id), std::string::npos) << "nobody was told of " << id;
  }
}

}  // namespace
}  // namespace hikae::tests
