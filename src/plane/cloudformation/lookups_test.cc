#include "plane/cloudformation/lookups.h"

#include "plane/cloudformation/cloudformation.h"
#include "plane/sns/sns.h"
#include "plane/testing_kernel_test.h"
#include "stack/operation.h"

namespace hikae::plane {
namespace {

/// Parameter Store with /a = "one" and /secret, a SecureString.
struct TwoParameters final : aws::Cloud {
  Timers& timers;
  std::string value = "one";
  explicit TwoParameters(Timers& t) : timers(t) {}
  void call(aws::Request request, aws::Done done) override {
    const auto name = str(text_at(request.input, "Name"));
    timers.soon([this, name, done = std::move(done)]() mutable {
      if (name != "/a" && name != "/secret")
        return done(fail(ErrorKind::NotFound, "ParameterNotFound", "none"));
      done(Object{{"Parameter", Object{{"Name", name},
                                       {"Type", name == "/a" ? "String" : "SecureString"},
                                       {"Value", value}}}});
    });
  }
};

TestKernel::Kinds kinds_with_stacks() {
  auto kinds = TestKernel::recording({"mail", "delivery", "event", "rule"});
  kinds.push_back(stack::make_stack_kind({}));
  return kinds;
}

struct LookupDesk : TestKernel {
  Sns sns{*kernel};
  TwoParameters store{time};
  ResourceProvider provider{*kernel, router};
  CloudFormation service{*kernel, {}, router};
  LookupDesk() : TestKernel(kinds_with_stacks()) {
    router.add("sns", sns);
    router.add("ssm", store);
    router.add("hikae-stack", provider);
  }
  static Value stack_input(const std::string& name, const std::string& more = "") {
    return Object{{"StackName", "s"},
                  {"TemplateBody", "{" + more +
                                       R"("Resources":{"T":{"Type":"AWS::SNS::Topic",)"
                                       R"("Properties":{"DisplayName":")" +
                                       name + R"("}}}})"}};
  }
  std::string error(const char* operation, Value input) {
    const auto answer = call(service, operation, std::move(input));
    return answer ? "" : answer.error().text();
  }
  bool is_there() { return refused(service, "DescribeStacks", Object{{"StackName", "s"}}).empty(); }
  void settle() {
    time.run_while_busy([&] { return kernel->living("stack") == 0; }, time.now() + hours(1));
  }
};

/// A stack with the one parameter `P` of Parameter Store.
std::string store_parameter(const std::string& name) {
  return R"("Parameters":{"P":{"Type":"AWS::SSM::Parameter::Value<String>","Default":")" + name +
         R"("}},)";
}

TEST(StackLookups, WhatParameterStoreDoesNotHaveIsRefusedBeforeAnythingIsMade) {
  LookupDesk desk;
  for (const auto& input : {LookupDesk::stack_input("x", store_parameter("/none")),
                            LookupDesk::stack_input("{{resolve:ssm:/none}}"),
                            LookupDesk::stack_input("{{resolve:ssm:/secret}}")}) {
    const auto error = desk.error("CreateStack", input);
    EXPECT_NE(error.find("Unable to fetch parameters [/"), std::string::npos) << error;
    EXPECT_TRUE(error.starts_with("ValidationError")) << error;
    EXPECT_FALSE(desk.is_there());
  }
}

TEST(StackLookups, RulesJudgeTheValueAndNotItsName) {
  const std::string rule =
      R"("Rules":{"R":{"Assertions":[{"Assert":{"Fn::Equals":[{"Ref":"P"},"one"]},)"
      R"("AssertDescription":"not one"}]}},)";
  LookupDesk desk;
  const auto input = LookupDesk::stack_input("x", store_parameter("/a") + rule);
  desk.store.value = "two";
  EXPECT_NE(desk.error("CreateStack", input).find("not one"), std::string::npos);
  EXPECT_FALSE(desk.is_there());
  desk.store.value = "one";
  EXPECT_EQ(desk.error("CreateStack", input), "");
}

TEST(StackLookups, AReferenceWithTheSameValueIsNoChangeAndWithAnotherIsOne) {
  LookupDesk desk;
  const auto input = LookupDesk::stack_input("{{resolve:ssm:/a}}");
  ASSERT_EQ(desk.error("CreateStack", input), "");
  desk.settle();
  EXPECT_NE(desk.error("UpdateStack", input).find("No updates"), std::string::npos);
  desk.store.value = "two";
  EXPECT_EQ(desk.error("UpdateStack", input), "");
}

TEST(StackLookups, AreTheServicesOwn) {
  LookupDesk desk;
  auto input = LookupDesk::stack_input("x", store_parameter("/none"));
  input.as_object()[cfn::kLookedUp] = Object{{"/none", "given"}};
  EXPECT_NE(desk.error("CreateStack", input).find("Unable to fetch"), std::string::npos);
}

TEST(StackLookups, AKeyOfAMappingThatAParameterNamesIsJudgedAtCreation) {
  LookupDesk desk;
  const std::string head = R"("Parameters":{"P":{"Type":"String","Default":"dev"}},)"
                           R"("Mappings":{"M":{"prod":{"Name":"x"}}},)";
  auto body = str(text_at(LookupDesk::stack_input("@", head), "TemplateBody"));
  body.replace(body.find(R"("@")"), 3, R"({"Fn::FindInMap":["M",{"Ref":"P"},"Name"]})");
  const auto error = desk.error("CreateStack", Object{{"StackName", "s"}, {"TemplateBody", body}});
  EXPECT_NE(error.find("there is no M.dev.Name"), std::string::npos) << error;
  EXPECT_FALSE(desk.is_there());
}

}  // namespace
}  // namespace hikae::plane
