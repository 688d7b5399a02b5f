#include "aws/router.h"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "base/virtual_time.h"

namespace hikae::aws {
namespace {

class NamedCloud final : public Cloud {
 public:
  NamedCloud(Timers& timers, std::string name) : timers_(timers), name_(std::move(name)) {}
  void call(Request request, Done done) override {
    seen.push_back(std::move(request));
    timers_.soon([this, done = std::move(done)]() mutable { done(Value(name_)); });
  }
  std::vector<Request> seen;

 private:
  Timers& timers_;
  std::string name_;
};

class RouterTest : public ::testing::Test {
 protected:
  Result<Value> ask(std::string service, std::string operation, Value input = Object{}) {
    std::optional<Result<Value>> answer;
    router.call({{}, std::move(service), std::move(operation), std::move(input), {}},
                [&](Result<Value> got) { answer = std::move(got); });
    EXPECT_FALSE(answer.has_value()) << "answered inside the call";
    time.drain();
    return answer.value_or(fail(ErrorKind::Timeout, "never answered"));
  }

  VirtualTime time{wall_ms(0)};
  Router router{time};
  NamedCloud plane{time, "plane"};
  NamedCloud sandbox{time, "sandbox"};
};

TEST_F(RouterTest, PassesACallOnInTheModelsSpelling) {
  router.add("ec2", sandbox);
  EXPECT_EQ(text_of(*ask("EC2", "describe_images", nullptr)), "sandbox");
  ASSERT_EQ(sandbox.seen.size(), 1u);
  EXPECT_EQ(sandbox.seen[0].service, "ec2");
  EXPECT_EQ(sandbox.seen[0].operation, "DescribeImages");
  EXPECT_TRUE(sandbox.seen[0].input.is_object());
}

TEST_F(RouterTest, TheMoreSpecialRouteWins) {
  router.add("ssm", plane);
  router.add("ssm", "DescribeInstanceInformation", sandbox);
  EXPECT_EQ(text_of(*ask("ssm", "DescribeInstanceInformation")), "sandbox");
  EXPECT_EQ(text_of(*ask("ssm", "ListDocuments")), "plane");
}

TEST_F(RouterTest, AnswersABadInputItself) {
  router.add("ec2", sandbox);
  const auto answer = ask("ec2", "CreateImage", Object{{"InstanceId", "i-1"}});
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, "ParamValidation");
  EXPECT_EQ(answer.error().message,
            "ec2:CreateImage: Parameter validation failed: Missing required parameter in input: "
            "\"Name\"");
  EXPECT_TRUE(sandbox.seen.empty());
}

TEST_F(RouterTest, NamesWhatNobodyAnswers) {
  const auto answer = ask("rds", "DescribeDBInstances");
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().kind, ErrorKind::Unsupported);
  EXPECT_EQ(answer.error().code, "UnknownOperationException");
  EXPECT_NE(answer.error().message.find("rds:DescribeDBInstances"), std::string::npos);
}

TEST_F(RouterTest, NamesAnOperationThatTheModelLacks) {
  router.add("ec2", sandbox);
  const auto answer = ask("ec2", "MakeImage");
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().kind, ErrorKind::Unsupported);
}

TEST_F(RouterTest, InternalServicesSkipTheModel) {
  router.add("hikae-house", plane);
  EXPECT_EQ(text_of(*ask("hikae-house", "anything_at_all", Object{{"Odd", 1}})), "plane");
  EXPECT_EQ(plane.seen[0].operation, "anything_at_all");
  EXPECT_FALSE(ask("hikae-else", "x").has_value());
}

TEST_F(RouterTest, LetsAnObserverCount) {
  router.add("ec2", sandbox);
  std::vector<std::string> calls;
  router.observe([&](const Request& r) { calls.push_back(r.service + ":" + r.operation); });
  (void)ask("ec2", "describe-images");
  (void)ask("ec2", "CreateImage");  // refused, so not passed on
  EXPECT_EQ(calls, std::vector<std::string>{"ec2:DescribeImages"});
}

}  // namespace
}  // namespace hikae::aws
