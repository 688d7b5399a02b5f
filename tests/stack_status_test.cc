// What DescribeStackResources says of each resource, through a creation, a change and a failure.
#include <gtest/gtest.h>

#include <map>

#include "world.h"

namespace hikae::tests {
namespace {

class StackStatus : public ::testing::Test {
 protected:
  void SetUp() override { session_ = open_house(folder_.file("data"), cli::ClockKind::Virtual); }

  void work(std::string_view operation, const std::string& resources) {
    ask(*session_, "cloudformation", operation,
        Object{{"StackName", "s"}, {"TemplateBody", "{\"Resources\": {" + resources + "}}"}});
    session_->run_until([&] { return session_->house().kernel().living("stack") == 0; });
  }
  std::map<std::string, std::string> statuses() {
    std::map<std::string, std::string> found;
    const auto answer =
        ask(*session_, "cloudformation", "DescribeStackResources", Object{{"StackName", "s"}});
    for (const auto& one : list_at(answer, "StackResources"))
      found[str(text_at(one, "LogicalResourceId"))] = text_at(one, "ResourceStatus");
    return found;
  }

  TempFolder folder_;
  std::unique_ptr<cli::Session> session_;
};

constexpr const char* kA = R"("A": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "a"}})";
constexpr const char* kB =
    R"("B": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "b", "DisplayName": "one"}})";
constexpr const char* kChangedB =
    R"("B": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "b", "DisplayName": "two"}})";
constexpr const char* kOrphan =
    R"("C": {"Type": "AWS::SNS::Subscription", "DependsOn": "A", "Properties": {"Protocol": "email",
    "Endpoint": "ops@example.com", "TopicArn": "arn:aws:sns:ap-northeast-1:123456789012:none"}})";

using Statuses = std::map<std::string, std::string>;

TEST_F(StackStatus, IsThatOfTheLastOperationThatTouchedTheResource) {
  work("CreateStack", std::string(kA) + "," + kB);
  EXPECT_EQ(statuses(), (Statuses{{"A", "CREATE_COMPLETE"}, {"B", "CREATE_COMPLETE"}}));
  work("UpdateStack", std::string(kA) + "," + kChangedB);
  EXPECT_EQ(statuses(), (Statuses{{"A", "CREATE_COMPLETE"}, {"B", "UPDATE_COMPLETE"}}));
  work("UpdateStack", kChangedB);
  EXPECT_EQ(statuses(), (Statuses{{"A", "DELETE_COMPLETE"}, {"B", "UPDATE_COMPLETE"}}));
}

TEST_F(StackStatus, NamesWhatFailedAndWhatWasTakenBack) {
  work("CreateStack", std::string(kA) + "," + kOrphan);
  EXPECT_EQ(statuses(), (Statuses{{"A", "DELETE_COMPLETE"}, {"C", "CREATE_FAILED"}}));
}

}  // namespace
}  // namespace hikae::tests
