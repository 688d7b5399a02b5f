// `cloud: aws`: the control plane in one process, the machines in another that it takes for AWS,
// over real HTTP with signatures on.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "os/data_folder.h"
#include "serving_hikae.h"
#include "world.h"

namespace hikae::tests {
namespace {

constexpr std::string_view kPairOfHosts = R"(
instances:
  - {name: stops, tags: {BackupGroup: ssm-backup-group, EC2BackupGen: '2', BackupEC2StopStart: 'true'}}
  - {name: stays, tags: {BackupGroup: ssm-backup-group, EC2BackupGen: '2', BackupEC2StopStart: 'false'}}
)";

TEST(TwoProcesses, ABackupOverTheWireLeavesOneImageEachAndNothingStopped) {
  const auto machines = *os::new_temporary_folder();
  const auto control = *os::new_temporary_folder();
  put_fleet(machines, kPairOfHosts, cli::ClockKind::Real);
  {
    ServingHikae aws(machines);
    ASSERT_TRUE(aws.serves()) << aws.why();
    std::ofstream(control + "/hikae.yaml")
        << "cloud: aws\naws: {endpoint_url: '" << aws.url()
        << "', profile: hikae}\nregion: ap-northeast-1\nnotify: [ops@example.com]\nplans:\n"
           "  - {name: nightly, at: '03:30', zone: Asia/Tokyo, keep: 2}\n";
    const auto data = control + "/data";
    const auto as_control = [&](std::vector<std::string> words) {
      words.insert(words.begin(), program());
      words.insert(words.end(), {"--data", data, "--json"});
      Child child(aws.as_client(std::move(words)));
      return child.wait(std::chrono::seconds(120));
    };
    const auto applied = as_control({"apply", control + "/hikae.yaml", "--clock", "real"});
    ASSERT_EQ(applied.exit_code, 0) << applied.out << applied.err;
    const auto backed = as_control({"backup", "--all"});
    EXPECT_EQ(backed.exit_code, 0) << backed.out << backed.err;
    EXPECT_EQ(aws.stop().exit_code, 0);
  }
  const auto session = open_house(machines, cli::ClockKind::Real);
  const Scope scope{"123456789012", "ap-northeast-1"};
  for (const auto& instance : session->sandbox().instances(scope))
    EXPECT_EQ(text_at(object_at(instance, "State"), "Name"), "running")
        << text_at(instance, "InstanceId");
  const auto images = ask(*session, "ec2", "DescribeImages", Object{{"Owners", Array{"self"}}});
  EXPECT_EQ(list_at(images, "Images").size(), 2U);
  std::filesystem::remove_all(machines);
  std::filesystem::remove_all(control);
}

/// One line that a real command writes on the machine, in the process where the agents are.
constexpr std::string_view kCommandRunbook = R"(schemaVersion: '0.3'
parameters: {InstanceId: {type: String}, Line: {type: String}}
mainSteps:
  - name: Command
    action: aws:runCommand
    inputs:
      DocumentName: AWS-RunShellScript
      InstanceIds: ['{{ InstanceId }}']
      Parameters: {commands: ['{{ Line }}']}
)";

TEST(TwoProcesses, RunCommandGoesToTheAgentsOfTheOtherHikaeAndComesBack) {
  TempFolder machines, control;
  put_fleet(machines.path(), "instances:\n  - {id: i-00000000000000001, name: web}\n",
            cli::ClockKind::Real);
  ServingHikae aws(machines.path());
  ASSERT_TRUE(aws.serves()) << aws.why();
  const auto config = control.write(
      "hikae.yaml", "cloud: aws\naws: {endpoint_url: '" + aws.url() +
                        "', profile: hikae}\nregion: ap-northeast-1\nnotify: [ops@example.com]\n"
                        "plans:\n  - {name: nightly, at: '03:30', keep: 2}\n");
  const auto document = control.write("command.yaml", std::string(kCommandRunbook));
  const auto as_control = [&](std::vector<std::string> words) {
    words.insert(words.begin(), program());
    words.insert(words.end(), {"--data", control.file("data"), "--json"});
    Child child(aws.as_client(std::move(words)));
    return child.wait(std::chrono::seconds(120));
  };
  const auto applied = as_control({"apply", config, "--clock", "real"});
  ASSERT_EQ(applied.exit_code, 0) << applied.out << applied.err;
  const auto run = [&](const std::string& line) {
    return as_control(
        {"run", document, "--param", "InstanceId=i-00000000000000001", "--param", "Line=" + line});
  };
  const auto good = run("echo said by $((40 + 2))");
  EXPECT_EQ(good.exit_code, 0) << good.out << good.err;
  EXPECT_NE(good.out.find("said by 42"), std::string::npos) << good.out;
  const auto bad = run("echo no room >&2; exit 3");
  EXPECT_NE(bad.exit_code, 0);
  EXPECT_NE(bad.out.find("no room"), std::string::npos) << bad.out;
  EXPECT_EQ(aws.stop().exit_code, 0);
}

}  // namespace
}  // namespace hikae::tests
