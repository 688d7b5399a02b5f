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

#include "mail_reader.h"
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
  - {name: refused, tags: {BackupGroup: ssm-backup-group, EC2BackupGen: '9', BackupEC2StopStart: 'true'}}
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

/// The control plane in one folder, the machines in another process, the network between them.
class UnkindNight : public ::testing::Test {
 protected:
  void SetUp() override {
    put_fleet(machines_.path(), kUnkindFleet, cli::ClockKind::Real);
    const auto faults = machines_.write("faults.yaml",
                                        "- {action: error, operation: CreateImage, instance: "
                                        "refused, code: UnauthorizedOperation}\n");
    aws_ = std::make_unique<ServingHikae>(machines_.path(),
                                          std::vector<std::string>{"--faults", faults});
    ASSERT_TRUE(aws_->serves()) << aws_->why();
    UnkindProxy::Options options;
    options.port = port_of(aws_->url());
    options.seed = seed_given();
    // A lost CreateImage, or one that was refused unheard, is looked for during five minutes.
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

/// The runs of whose images each instance has some, once for each image.
std::map<std::string, std::multiset<std::string>> runs_of_images(cli::Session& session) {
  std::map<std::string, std::multiset<std::string>> runs_of;
  const auto images = ask(session, "ec2", "DescribeImages", Object{{"Owners", Array{"self"}}});
  for (const auto& image : list_at(images, "Images"))
    runs_of[tag_of_image(image, "hikae:source-instance")].insert(tag_of_image(image, "hikae:run"));
  return runs_of;
}

/// How many images an instance is to have after so many nights.
std::size_t images_of(const Value& instance, int nights) {
  if (tag_of_image(instance, "Name") == "refused") return 0;
  return tag_of_image(instance, "EC2BackupGen") == "1" ? 1 : static_cast<std::size_t>(nights);
}

void expect_one_image_a_night(cli::Session& session, int nights) {
  auto runs_of = runs_of_images(session);
  for (const auto& instance : session.sandbox().instances(session.scope())) {
    const auto id = str(text_at(instance, "InstanceId"));
    EXPECT_EQ(text_at(object_at(instance, "State"), "Name"), "running") << id;
    const auto& made = runs_of[id];
    const std::set<std::string> distinct(made.begin(), made.end());
    EXPECT_EQ(made.size(), distinct.size()) << "two images of one run of " << id;
    EXPECT_EQ(distinct.size(), images_of(instance, nights)) << id;
  }
}

/// Gives how many runs have failed.
int expect_each_failure_told(const Value& runs, const std::string& mail_folder) {
  const auto mails = read_mails(mail_folder);
  int failed = 0;
  for (const auto& run : list_at(runs, "Runs")) {
    if (text_at(run, "AutomationExecutionStatus") == "Success") continue;
    ++failed;
    const auto id = str(text_at(run, "AutomationExecutionId"));
    EXPECT_FALSE(mails_that_say(mails, "ops@example.com", {id}).empty())
        << "nobody was told of " << id << "\n"
        << shown(mails);
  }
  return failed;
}

TEST_F(UnkindNight, LeavesOneImageEachNothingStoppedAndNoFailureUntold) {
  const auto applied = control({"apply", control_.file("hikae.yaml"), "--clock", "real"});
  ASSERT_EQ(applied.exit_code, 0) << applied.out << applied.err;
  for (int night = 0; night < nights_given(); ++night) {
    const auto backed = control({"backup", "--all"});
    EXPECT_FALSE(backed.out_of_patience) << backed.out << backed.err;
    EXPECT_NE(backed.exit_code, 0) << "one server's image is always refused";
  }
  const auto said = control({"runs"});
  const auto runs = text::parse_json(said.out);
  ASSERT_TRUE(runs) << said.out << said.err;
  EXPECT_EQ(aws_->stop().exit_code, 0);
  const auto counted = network_->counted();
  RecordProperty("harm", counted);
  fmt::print("[ network  ] seed {}: {}\n", seed_given(), counted);
  EXPECT_EQ(expect_each_failure_told(*runs, data() + "/mail"), nights_given());
  const auto session = open_house(machines_.path(), cli::ClockKind::Real);
  expect_one_image_a_night(*session, nights_given());
}

}  // namespace
}  // namespace hikae::tests
