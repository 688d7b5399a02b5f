// createStack, deleteStack.
#include "runbook/actions/one_step_test.h"

namespace hikae::runbook::testing {
namespace {

Value stack_answer(std::string_view status, std::string_view reason = "") {
  return Object{{"Stacks", Array{Object{{"StackId", "arn:stack/1"},
                                        {"StackName", "net"},
                                        {"StackStatus", status},
                                        {"StackStatusReason", reason}}}}};
}

class CreateStackStep : public OneStep {
 protected:
  void SetUp() override {
    OneStep::SetUp();
    on("CreateStack", {Object{{"StackId", "arn:stack/1"}}});
    on("DescribeStacks", {stack_answer("CREATE_IN_PROGRESS"), stack_answer("CREATE_COMPLETE")});
  }
  static std::string refused(const std::string& inputs) {
    text::Diagnostics problems;
    std::ignore = read_document(
        "schemaVersion: '0.3'\nmainSteps:\n  - {name: Do, action: "
        "'aws:createStack', inputs: {" +
            inputs + "}}\n",
        problems);
    return problems.empty() ? "" : problems[0].message;
  }
};

TEST_F(CreateStackStep, CreatesAndWaitsUntilComplete) {
  EXPECT_EQ(
      play("createStack",
           "StackName: net, TemplateBody: '{}', Capabilities: [CAPABILITY_IAM], OnFailure: "
           "DELETE, Parameters: [{ParameterKey: a, ParameterValue: b}], TimeoutInMinutes: '5', "
           "ClientRequestToken: t, Tags: [{Key: k, Value: v}]"),
      "Success");
  EXPECT_EQ(sent("CreateStack"),
            R"({"StackName":"net","OnFailure":"DELETE","Parameters":[{"ParameterKey":"a",)"
            R"("ParameterValue":"b"}],"Tags":[{"Key":"k","Value":"v"}],"TemplateBody":"{}",)"
            R"("Capabilities":["CAPABILITY_IAM"],"TimeoutInMinutes":5,"ClientRequestToken":"t"})");
  EXPECT_EQ(sent("DescribeStacks"), R"({"StackName":"arn:stack/1"})");
  EXPECT_EQ(outputs(), R"({"StackId":["arn:stack/1"],"StackStatus":["CREATE_COMPLETE"],)"
                       R"("StackStatusReason":[""]})");
}

TEST_F(CreateStackStep, AStackThatIsRolledBackFailsWithItsReason) {
  on("DescribeStacks",
     {stack_answer("ROLLBACK_IN_PROGRESS"), stack_answer("ROLLBACK_COMPLETE", "no such role")});
  EXPECT_EQ(play("createStack", "StackName: net, TemplateURL: 'https://b/t'"), "Failed");
  EXPECT_EQ(failure(),
            "Step fails when it is creating the stack. Stack net entered unexpected "
            "state: ROLLBACK_COMPLETE, no such role.");
}

TEST_F(CreateStackStep, ARefusedCallFails) {
  fails("CreateStack", "AlreadyExistsException");
  EXPECT_EQ(play("createStack", "StackName: net, TemplateBody: '{}'"), "Failed");
  EXPECT_NE(failure().find("(AlreadyExistsException) when calling the CreateStack operation"),
            std::string::npos);
}

TEST_F(CreateStackStep, ALookThatIsRefusedFails) {
  fails("DescribeStacks");
  EXPECT_EQ(play("createStack", "StackName: net, TemplateBody: '{}'"), "Failed");
  EXPECT_NE(failure().find("calling the DescribeStacks operation"), std::string::npos);
}

TEST_F(CreateStackStep, AStackThatIsGoneFails) {
  on("DescribeStacks", {Object{{"Stacks", Array{}}}});
  EXPECT_EQ(play("createStack", "StackName: net, TemplateBody: '{}'"), "Failed");
  EXPECT_NE(failure().find("The stack arn:stack/1 is not there any more"), std::string::npos);
}

TEST_F(CreateStackStep, BadInputsAreRefusedAtOnce) {
  EXPECT_NE(refused("StackName: 1net, TemplateBody: x").find("it must begin with a letter"),
            std::string::npos);
  EXPECT_NE(refused("StackName: a, TemplateBody: x, DisableRollback: true, OnFailure: DELETE")
                .find("may not be given together with OnFailure"),
            std::string::npos);
  EXPECT_NE(refused("StackName: a, TemplateBody: x, OnFailure: KEEP")
                .find("OnFailure is 'KEEP': it must be one of DO_NOTHING, ROLLBACK, DELETE"),
            std::string::npos);
  EXPECT_NE(refused("StackName: a, TemplateBody: x, Capabilities: [ALL]").find("names 'ALL'"),
            std::string::npos);
  EXPECT_NE(refused("StackName: a, TemplateBody: '" + std::string(51'201, 'x') + "'")
                .find("TemplateBody has 51201 bytes: at most 51200"),
            std::string::npos);
  EXPECT_NE(refused("StackName: a, TemplateBody: x, NotificationARNs: [a, a, a, a, a, a]")
                .find("NotificationARNs has 6 entries: at most 5"),
            std::string::npos);
}

TEST_F(CreateStackStep, TimesOut) {
  on("DescribeStacks", {stack_answer("CREATE_IN_PROGRESS")});
  EXPECT_EQ(play("createStack", "StackName: net, TemplateBody: '{}'", "    timeoutSeconds: 600\n"),
            "TimedOut");
  EXPECT_EQ(failure(), "Step timed out while step is creating the stack.");
  EXPECT_EQ(outputs(), R"({"StackId":["arn:stack/1"]})");
}

TEST_F(CreateStackStep, IsCancelledAtOnce) {
  on("DescribeStacks", {stack_answer("CREATE_IN_PROGRESS")});
  begin("createStack", "StackName: net, TemplateBody: '{}'");
  EXPECT_EQ(cancel_after(minutes(1)), "Cancelled");
}

class DeleteStackStep : public OneStep {
 protected:
  void SetUp() override {
    OneStep::SetUp();
    on("DescribeStacks", {stack_answer("CREATE_COMPLETE"), stack_answer("DELETE_IN_PROGRESS"),
                          stack_answer("DELETE_COMPLETE")});
  }
  void no_stack() {
    ec2.troubles["DescribeStacks"] = {
        .code = "ValidationError", .times = -1, .kind = ErrorKind::NotFound};
  }
};

TEST_F(DeleteStackStep, DeletesAndWaitsUntilItIsGone) {
  EXPECT_EQ(play("deleteStack",
                 "StackName: net, RoleARN: r, RetainResources.member.1: Disk, "
                 "ClientRequestToken: t"),
            "Success");
  EXPECT_EQ(sent("DeleteStack"), R"({"StackName":"net","RoleARN":"r","RetainResources":["Disk"],)"
                                 R"("ClientRequestToken":"t"})");
  EXPECT_EQ(sent("DescribeStacks", 1), R"({"StackName":"arn:stack/1"})");
}

TEST_F(DeleteStackStep, AStackThatIsNotThereIsDeletedAlready) {
  no_stack();
  EXPECT_EQ(play("deleteStack", "StackName: net"), "Success");
  EXPECT_EQ(driver.calls("DeleteStack").size(), 0U);
}

TEST_F(DeleteStackStep, ADeletionThatFailsSaysWhy) {
  on("DescribeStacks", {stack_answer("CREATE_COMPLETE"), stack_answer("DELETE_FAILED", "in use")});
  EXPECT_EQ(play("deleteStack", "StackName: net"), "Failed");
  EXPECT_EQ(failure(),
            "Step fails when it is deleting the stack. Stack net entered unexpected "
            "state: DELETE_FAILED, in use.");
}

TEST_F(DeleteStackStep, ARefusedCallFails) {
  fails("DeleteStack", "AccessDenied");
  EXPECT_EQ(play("deleteStack", "StackName: net"), "Failed");
  EXPECT_NE(failure().find("(AccessDenied) when calling the DeleteStack operation"),
            std::string::npos);
}

TEST_F(DeleteStackStep, ALookThatIsRefusedFails) {
  fails("DescribeStacks", "AccessDenied");
  EXPECT_EQ(play("deleteStack", "StackName: net"), "Failed");
  EXPECT_NE(failure().find("calling the DescribeStacks operation"), std::string::npos);
}

TEST_F(DeleteStackStep, TimesOut) {
  on("DescribeStacks", {stack_answer("CREATE_COMPLETE"), stack_answer("DELETE_IN_PROGRESS")});
  EXPECT_EQ(play("deleteStack", "StackName: net", "    timeoutSeconds: 600\n"), "TimedOut");
  EXPECT_EQ(failure(), "Step timed out while step is deleting the stack.");
}

TEST_F(DeleteStackStep, IsCancelledAtOnce) {
  on("DescribeStacks", {stack_answer("CREATE_COMPLETE"), stack_answer("DELETE_IN_PROGRESS")});
  begin("deleteStack", "StackName: net");
  EXPECT_EQ(cancel_after(minutes(1)), "Cancelled");
}

}  // namespace
}  // namespace hikae::runbook::testing
