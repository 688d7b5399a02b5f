#include "house/routing.h"

#include <gtest/gtest.h>

#include "plane/testing_kernel_test.h"

namespace hikae::house {
namespace {

class KnownHere : public ::testing::Test {
 protected:
  KnownHere() {
    desk_.kernel->perform([&](engine::Turn& turn) {
      turn.tables().put(desk_.scope, "lambda-function", "mine", Object{});
      turn.tables().put(desk_.scope, "sns-topic", "mine", Object{});
    });
    desk_.time.drain();
  }
  [[nodiscard]] bool knows(std::string_view service, std::string_view member,
                           const std::string& name) {
    return is_known_here(desk_.kernel->tables(),
                         {desk_.scope, str(service), "", Object{{member, name}}, {}});
  }
  [[nodiscard]] std::string arn(const std::string& account, const std::string& rest) {
    return "arn:aws:" + rest.substr(0, rest.find(':')) + ":" + desk_.scope.region + ":" + account +
           rest.substr(rest.find(':'));
  }

  plane::TestKernel desk_;
};

TEST_F(KnownHere, AFunctionIsOneThatHikaeHasOrAnswersByItsName) {
  for (const auto* name : {"mine", "lmd-del-backup-gen", "hikae-retention-nightly"})
    EXPECT_TRUE(knows("lambda", "FunctionName", name)) << name;
  EXPECT_TRUE(knows("lambda", "FunctionName", arn(desk_.scope.account, "lambda:function:mine")));
  EXPECT_FALSE(knows("lambda", "FunctionName", "theirs"));
  EXPECT_FALSE(knows("lambda", "FunctionName", arn("210987654321", "lambda:function:mine")));
}

TEST_F(KnownHere, ATopicIsOneOfThisAccountAndRegionThatHikaeHas) {
  EXPECT_TRUE(knows("sns", "TopicArn", arn(desk_.scope.account, "sns:mine")));
  EXPECT_TRUE(knows("sns", "TargetArn", arn(desk_.scope.account, "sns:mine")));
  EXPECT_TRUE(knows("sns", "PhoneNumber", "+810000000000"));
  EXPECT_FALSE(knows("sns", "TopicArn", arn(desk_.scope.account, "sns:theirs")));
  EXPECT_FALSE(knows("sns", "TopicArn", arn("210987654321", "sns:mine")));
}

}  // namespace
}  // namespace hikae::house
