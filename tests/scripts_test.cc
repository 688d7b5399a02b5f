// What runs outside of hikae: commands on the machines, scripts of runbooks. Real processes,
// virtual time, which stands still while one runs.
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>

#include "world.h"

namespace hikae::tests {
namespace {

constexpr const char* kTwoMachines = R"(instances:
  - {id: i-00000000000000001, name: web, tags: {Group: g}}
  - {id: i-00000000000000002, name: db, agent: lost, tags: {Group: g}}
)";

class Scripts : public ::testing::Test {
 protected:
  void SetUp() override {
    put_fleet(folder_.path(), kTwoMachines, cli::ClockKind::Virtual);
    session_ = open_house(folder_.path(), cli::ClockKind::Virtual);
  }
  /// Creates and runs a document of these steps; its execution at the end.
  Value run(const std::string& steps) {
    ask(*session_, "ssm", "CreateDocument",
        Object{{"Name", "doc" + std::to_string(++documents_)},
               {"DocumentType", "Automation"},
               {"DocumentFormat", "YAML"},
               {"Content", "schemaVersion: '0.3'\nmainSteps:\n" + steps}});
    const auto begun = ask(*session_, "ssm", "StartAutomationExecution",
                           Object{{"DocumentName", "doc" + std::to_string(documents_)}});
    let_pass(*session_, hours(3));
    return *find(ask(*session_, "ssm", "GetAutomationExecution",
                     Object{{"AutomationExecutionId", text_at(begun, "AutomationExecutionId")}}),
                 "AutomationExecution");
  }
  static Value step(const Value& execution, std::size_t index = 0) {
    return list_at(execution, "StepExecutions").at(index);
  }
  static std::string output(const Value& execution, std::string_view name) {
    const auto outputs = object_at(step(execution), "Outputs");
    return str(text_of(list_at(outputs, name).at(0)));
  }
  void allow_scripts() {
    ASSERT_TRUE(session_->store_setting("scripts", Object{{"Allowed", true}}));
  }
  static std::string python(const std::string& body, const std::string& more = "") {
    return "  - name: Script\n    action: aws:executeScript\n" + more +
           "    inputs:\n      Runtime: python3.11\n      Handler: go\n"
           "      InputPayload: {n: 41, names: [a, b]}\n      Script: |\n"
           "        def go(events, context):\n" +
           body;
  }

  TempFolder folder_;
  std::unique_ptr<cli::Session> session_;
  int documents_ = 0;
};

TEST_F(Scripts, AHandlersReturnValueIsThePayload) {
  allow_scripts();
  const auto execution =
      run(python("          print('for the log')\n"
                 "          return {'n': events['n'] + 1}\n"));
  EXPECT_EQ(text_at(execution, "AutomationExecutionStatus"), "Success")
      << text_at(step(execution), "FailureMessage");
  EXPECT_EQ(output(execution, "Payload"), R"({"n":42})");
  EXPECT_TRUE(!std::filesystem::exists(folder_.file("scripts")) ||
              std::filesystem::is_empty(folder_.file("scripts")));
}

TEST_F(Scripts, WithoutTheSwitchTheyAreRefused) {
  const auto execution = run(python("          return 1\n"));
  EXPECT_EQ(text_at(execution, "AutomationExecutionStatus"), "Failed");
  EXPECT_NE(text_at(step(execution), "FailureMessage").find("Scripts are off"),
            std::string_view::npos);
}

TEST_F(Scripts, WhatAScriptRaisesIsItsFailure) {
  allow_scripts();
  const auto execution =
      run(python("          raise ValueError('no such ' + events['names'][1])\n"));
  const auto message = str(text_at(step(execution), "FailureMessage"));
  EXPECT_EQ(
      message.rfind("Step fails when it is Poll action status for completion. Traceback (most "
                    "recent call last):",
                    0),
      0U)
      << message;
  EXPECT_NE(message.find("ValueError: no such b"), std::string::npos) << message;
}

TEST_F(Scripts, AScriptThatTakesTooLongIsKilledAndAHungryOneGetsNothing) {
  allow_scripts();
  const auto slow =
      run(python("          import time; time.sleep(60)\n", "    timeoutSeconds: 1\n"));
  EXPECT_NE(text_at(step(slow), "StepStatus"), "Success");
  const auto hungry = run(python("          return len(bytearray(600 << 20))\n"));
  EXPECT_NE(text_at(step(hungry), "FailureMessage").find("MemoryError"), std::string_view::npos);
}

TEST_F(Scripts, ACancelKillsTheScriptWithinASecond) {
  allow_scripts();
  ask(*session_, "ssm", "CreateDocument",
      Object{{"Name", "slow"},
             {"DocumentType", "Automation"},
             {"DocumentFormat", "YAML"},
             {"Content", "schemaVersion: '0.3'\nmainSteps:\n" +
                             python("          import time; time.sleep(300)\n")}});
  const auto begun =
      ask(*session_, "ssm", "StartAutomationExecution", Object{{"DocumentName", "slow"}});
  const Object run{{"AutomationExecutionId", text_at(begun, "AutomationExecutionId")}};
  const auto status = [&] {
    return str(
        text_at(*find(ask(*session_, "ssm", "GetAutomationExecution", run), "AutomationExecution"),
                "AutomationExecutionStatus"));
  };
  ask(*session_, "ssm", "StopAutomationExecution", run);
  const auto from = std::chrono::steady_clock::now();
  let_pass(*session_, seconds(5));
  EXPECT_LT(std::chrono::steady_clock::now() - from, std::chrono::seconds(2));
  EXPECT_EQ(status(), "Cancelled");
}

TEST_F(Scripts, AScriptSeesNeitherOurEnvironmentNorOurFolder) {
  allow_scripts();
  setenv("HIKAE_CANARY", "canary", 1);
  const auto execution =
      run(python("          import os\n"
                 "          seen = []\n"
                 "          for path in ['" +
                 folder_.file("hikae.db") +
                 "', '/proc/%d/environ' % os.getppid()]:\n"
                 "            try: open(path).read(); seen.append(path)\n"
                 "            except OSError: pass\n"
                 "          return {'root': os.getuid() == 0, 'seen': seen,\n"
                 "                  'canary': 'HIKAE_CANARY' in os.environ}\n"));
  unsetenv("HIKAE_CANARY");
  EXPECT_EQ(output(execution, "Payload"), R"({"root":false,"seen":[],"canary":false})")
      << text_at(step(execution), "FailureMessage");
}

TEST_F(Scripts, ACommandRunsOnTheMachineAndItsOutputIsTheSteps) {
  const auto execution =
      run("  - name: Shell\n    action: aws:runCommand\n    inputs:\n"
          "      DocumentName: AWS-RunShellScript\n      InstanceIds: [i-00000000000000001]\n"
          "      Parameters: {commands: ['echo $AWS_SSM_INSTANCE_ID >mark', 'cat mark']}\n");
  EXPECT_EQ(text_at(execution, "AutomationExecutionStatus"), "Success")
      << text_at(step(execution), "FailureMessage");
  EXPECT_EQ(output(execution, "Output"), "i-00000000000000001\n");
  EXPECT_EQ(read_text(folder_.file("machines/" + session_->scope().account + "/" +
                                   session_->scope().region + "/i-00000000000000001/mark")),
            "i-00000000000000001\n");
}

TEST_F(Scripts, AWindowRunsACommandOnTwoMachinesOfWhichOneHasALostAgent) {
  const auto window = ask(*session_, "ssm", "CreateMaintenanceWindow",
                          Object{{"Name", "nightly"},
                                 {"Schedule", "cron(0 18 ? * * *)"},
                                 {"Duration", 2},
                                 {"Cutoff", 0},
                                 {"AllowUnassociatedTargets", false}});
  const auto id = str(text_at(window, "WindowId"));
  const auto target =
      ask(*session_, "ssm", "RegisterTargetWithMaintenanceWindow",
          Object{{"WindowId", id},
                 {"ResourceType", "INSTANCE"},
                 {"Targets", Array{Object{{"Key", "tag:Group"}, {"Values", Array{"g"}}}}}});
  ask(*session_, "ssm", "RegisterTaskWithMaintenanceWindow",
      Object{{"WindowId", id},
             {"TaskArn", "AWS-RunShellScript"},
             {"TaskType", "RUN_COMMAND"},
             {"MaxConcurrency", "10"},
             {"MaxErrors", "10"},
             {"Targets", Array{Object{{"Key", "WindowTargetIds"},
                                      {"Values", Array{text_at(target, "WindowTargetId")}}}}},
             {"TaskInvocationParameters",
              Object{{"RunCommand",
                      Object{{"TimeoutSeconds", 600},
                             {"Parameters", Object{{"commands", Array{"echo ran >mark"}}}}}}}}});
  let_pass(*session_, hours(8));
  const auto list =
      list_at(ask(*session_, "ssm", "ListCommandInvocations", Object{}), "CommandInvocations");
  ASSERT_EQ(list.size(), 2U);
  std::map<std::string, std::string> ended;
  for (const auto& one : list)
    ended[str(text_at(one, "InstanceId"))] = text_at(one, "StatusDetails");
  EXPECT_EQ(ended["i-00000000000000001"], "Success");
  EXPECT_EQ(ended["i-00000000000000002"], "DeliveryTimedOut");
  const auto executions =
      ask(*session_, "ssm", "DescribeMaintenanceWindowExecutions", Object{{"WindowId", id}});
  ASSERT_EQ(list_at(executions, "WindowExecutions").size(), 1U);
  EXPECT_NE(text_at(list_at(executions, "WindowExecutions")[0], "Status"), "SUCCESS");
}

}  // namespace
}  // namespace hikae::tests
