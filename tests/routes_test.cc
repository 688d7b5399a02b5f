// `cloud: aws`: who answers which call, in two processes.
#include <gtest/gtest.h>

#include <map>

#include "serving_hikae.h"
#include "text/json.h"
#include "world.h"

namespace hikae::tests {
namespace {

constexpr const char* kMakesTopic = R"(schemaVersion: '0.3'
mainSteps:
  - name: Make
    action: aws:executeAwsApi
    inputs: {Service: sns, Api: CreateTopic, Name: theirs}
)";
constexpr const char* kPublishes = R"(schemaVersion: '0.3'
mainSteps:
  - name: Say
    action: aws:executeAwsApi
    inputs:
      Service: sns
      Api: Publish
      TopicArn: arn:aws:sns:ap-northeast-1:123456789012:theirs
      Message: hello
)";

/// hikae, which works on the machines of another hikae.
class RouteTable : public ::testing::Test {
 protected:
  void SetUp() override {
    put_fleet(machines_.path(), "instances:\n  - {id: i-00000000000000001, name: web}\n",
              cli::ClockKind::Real);
    aws_ = std::make_unique<ServingHikae>(machines_.path());
    ASSERT_TRUE(aws_->serves()) << aws_->why();
  }
  /// An installation whose hikae.yaml has these lines in `aws`.
  std::string apply(const std::string& name, const std::string& lines) {
    const auto config =
        control_.write(name + ".yaml", "cloud: aws\naws: {profile: hikae" + lines +
                                           "}\nregion: ap-northeast-1\nnotify: [ops@example.com]\n"
                                           "plans:\n  - {name: nightly, at: '03:30', keep: 2}\n");
    const auto applied = control(name, {"apply", config, "--clock", "real"});
    EXPECT_EQ(applied.exit_code, 0) << applied.out << applied.err;
    return name;
  }
  Ended control(const std::string& name, std::vector<std::string> words,
                const std::string& variable = "HIKAE_NOTHING=") {
    words.insert(words.begin(), {"/usr/bin/env", variable, program()});
    words.insert(words.end(), {"--data", control_.file(name), "--json"});
    return run_process(aws_->as_client(std::move(words)), std::chrono::seconds(120));
  }

  TempFolder machines_, control_;
  std::unique_ptr<ServingHikae> aws_;
};

TEST_F(RouteTable, ATopicThatIsNotHikaesOwnIsAwss) {
  const auto made = hikae(machines_.path(), {"run", control_.write("make.yaml", kMakesTopic)});
  ASSERT_EQ(made.ended.exit_code, 0) << made.ended.out << made.ended.err;
  const auto publishes = control_.write("say.yaml", kPublishes);
  apply("usual", ", endpoint_url: '" + aws_->url() + "'");
  const auto said = control("usual", {"run", publishes});
  EXPECT_EQ(said.exit_code, 0) << said.out << said.err;
  apply("own", ", endpoint_url: '" + aws_->url() + "', routes: {'sns:Publish': hikae}");
  EXPECT_NE(control("own", {"run", publishes}).exit_code, 0);
}

TEST_F(RouteTable, IsShownWithWhatHikaeYamlChanged) {
  apply("changed",
        ", endpoint_url: '" + aws_->url() + "', routes: {'ssm:SendCommand': hikae, rds: aws}");
  const auto shown = control("changed", {"routes"});
  const auto table = text::parse_json(shown.out);
  ASSERT_TRUE(table) << shown.out << shown.err;
  std::map<std::string, std::string> lines;
  for (const auto& line : list_at(*table, "Routes"))
    lines[str(text_at(line, "Call"))] = str(text_at(line, "Answerer"));
  EXPECT_EQ(lines["ssm:SendCommand"], "hikae");
  EXPECT_EQ(lines["ssm:GetParameter"], "aws");
  EXPECT_EQ(lines["rds"], "aws");
  EXPECT_EQ(lines["lambda:Invoke"], "known");
}

constexpr const char* kLooks = R"(schemaVersion: '0.3'
mainSteps:
  - name: Look
    action: aws:executeAwsApi
    inputs: {Service: ec2, Api: DescribeInstances, InstanceIds: [i-00000000000000001]}
)";

TEST_F(RouteTable, AddressesComeFromTheCommandLineOrTheEnvironmentToo) {
  // Of the services that are asked at the start, none is anywhere.
  const auto nowhere =
      control_.write("hikae.yaml",
                     "cloud: aws\nregion: ap-northeast-1\nnotify: [ops@example.com]\n"
                     "plans:\n  - {name: nightly, at: '03:30', keep: 2}\n");
  ASSERT_EQ(control("elsewhere", {"apply", nowhere, "--clock", "real"}).exit_code, 0);
  const auto looks = control_.write("look.yaml", kLooks);
  const auto by_option =
      control("elsewhere", {"run", looks, "--endpoint-url", aws_->url(), "--profile", "hikae"});
  EXPECT_EQ(by_option.exit_code, 0) << by_option.out << by_option.err;
  const auto by_profile = control("elsewhere", {"run", looks});
  EXPECT_EQ(by_profile.exit_code, 0) << by_profile.out << by_profile.err;
  const auto by_all = control("elsewhere", {"run", looks}, "AWS_ENDPOINT_URL=" + aws_->url());
  EXPECT_EQ(by_all.exit_code, 0) << by_all.out << by_all.err;
  // Only sts has another address, where nobody is: whose keys these are is not known then.
  auto words = std::vector<std::string>{"run", looks};
  words.insert(words.begin(), {"/usr/bin/env", "AWS_ENDPOINT_URL=http://127.0.0.1:1",
                               "AWS_ENDPOINT_URL_EC2=" + aws_->url(), program()});
  words.insert(words.end(), {"--data", control_.file("elsewhere"), "--json"});
  const auto by_service = run_process(aws_->as_client(std::move(words)), std::chrono::seconds(120));
  EXPECT_EQ(by_service.exit_code, 0) << by_service.out << by_service.err;
}

}  // namespace
}  // namespace hikae::tests
