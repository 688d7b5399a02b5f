// A runbook's script calls hikae itself: Python's boto3, unchanged, in a child that can make no
// connection of its own.
#include <gtest/gtest.h>

#include <fstream>

#include "serving_hikae.h"
#include "text/json.h"
#include "world.h"

namespace hikae::tests {
namespace {

constexpr const char* kScriptedFleet = R"(instances:
  - {id: i-00000000000000001, name: web, tags: {Group: g}}
)";

constexpr const char* kAllowing = R"(scripts: allow
region: ap-northeast-1
notify: [ops@example.com]
plans: [{name: nightly, at: '03:30', targets: {tag: {Group: g}}, agent_check_minutes: false}]
)";

class ScriptAccess : public ::testing::Test {
 protected:
  void SetUp() override {
    if (run_process({"/usr/bin/python3", "-I", "-c", "import boto3"}).exit_code != 0)
      GTEST_SKIP() << "python3-boto3 is not installed";
    put_fleet(data_.path(), kScriptedFleet, cli::ClockKind::Real);
  }
  /// A document of one Python step.
  std::string document(const std::string& body) const {
    return data_.write("script.yaml",
                       "schemaVersion: '0.3'\nmainSteps:\n  - name: Script\n"
                       "    action: aws:executeScript\n    inputs:\n      Runtime: python3.11\n"
                       "      Handler: go\n      Script: |\n        def go(events, context):\n" +
                           body +
                           "    outputs:\n      - {Name: Said, Selector: $.Payload.said, "
                           "Type: String}\n");
  }
  std::string config() const { return data_.write("hikae.yaml", kAllowing); }
  /// What the run of that document's step said, or why it failed.
  std::string said(const std::string& body) {
    const auto ran = hikae(data_.path(), {"run", document(body)});
    const auto text = ran.ended.out + ran.ended.err;
    const auto& steps = list_at(object_at(ran.json, "AutomationExecution"), "StepExecutions");
    if (steps.empty()) return text;
    const auto& outputs = list_at(object_at(steps.front(), "Outputs"), "Script.Said");
    if (!outputs.empty()) return str(text_of(outputs.front()));
    const auto& plain = list_at(object_at(steps.front(), "Outputs"), "Said");
    return plain.empty() ? text : str(text_of(plain.front()));
  }

  TempFolder data_;
};

TEST_F(ScriptAccess, Boto3SeesAndChangesTheMachinesOfTheServerThatRunsIt) {
  ServingHikae server(data_.path(), {config()});
  ASSERT_TRUE(server.serves()) << server.why();
  EXPECT_EQ(
      said("          import boto3\n"
           "          ec2 = boto3.client('ec2')\n"
           "          found = ec2.describe_instances()['Reservations'][0]['Instances'][0]\n"
           "          ec2.create_tags(Resources=[found['InstanceId']],\n"
           "                          Tags=[{'Key': 'Seen', 'Value': 'yes'}])\n"
           "          tags = ec2.describe_tags(Filters=[{'Name': 'key', 'Values': ['Seen']}])\n"
           "          return {'said': found['InstanceId'] + ' ' + tags['Tags'][0]['Value']}\n"),
      "i-00000000000000001 yes");
  EXPECT_EQ(said("          import boto3\n"
                 "          try:\n"
                 "              boto3.client('iam').create_user(UserName='mallory')\n"
                 "          except Exception as error:\n"
                 "              return {'said': type(error).__name__ + str(error)[:60]}\n")
                .find("ClientError"),
            0U);
  EXPECT_EQ(said("          import socket\n"
                 "          try:\n"
                 "              socket.create_connection(('192.0.2.1', 80), timeout=2)\n"
                 "          except OSError as error:\n"
                 "              return {'said': type(error).__name__}\n"),
            "PermissionError");
  EXPECT_EQ(server.stop().exit_code, 0);
}

TEST_F(ScriptAccess, WhereNobodyListensAScriptHasNoKeysAndNoNetwork) {
  ASSERT_EQ(hikae(data_.path(), {"apply", config()}).ended.exit_code, 0);
  EXPECT_EQ(said("          import os, socket\n"
                 "          keys = [name for name in os.environ if name.startswith('AWS_')]\n"
                 "          try:\n"
                 "              socket.socket()\n"
                 "          except OSError as error:\n"
                 "              return {'said': str(len(keys)) + type(error).__name__}\n"),
            "0PermissionError");
}

}  // namespace
}  // namespace hikae::tests
