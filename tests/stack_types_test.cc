// Resources of many types in one stack: made, changed in place, and gone without a trace.
#include <gtest/gtest.h>

#include "text/json.h"
#include "world.h"

namespace hikae::tests {
namespace {

/// `NAME` and `SECONDS` are what the update changes; `OLD` is what it leaves out.
constexpr const char* kManyTypes = R"({"Resources":{
 "Machine":{"Type":"AWS::EC2::Instance","Properties":{"ImageId":"IMAGE","InstanceType":"t3.small",
  "Tags":[{"Key":"Name","Value":"NAME"}]}},
 "Queue":{"Type":"AWS::SQS::Queue","Properties":{"VisibilityTimeout":SECONDS}},
 "QueuePolicy":{"Type":"AWS::SQS::QueuePolicy","Properties":{"Queues":[{"Ref":"Queue"}],
  "PolicyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow",
   "Principal":{"Service":"sns.amazonaws.com"},"Action":"sqs:SendMessage",
   "Resource":{"Fn::GetAtt":["Queue","Arn"]}}]}}},
 "Bucket":{"Type":"AWS::S3::Bucket","Properties":{OLD
  "VersioningConfiguration":{"Status":"Enabled"},"Tags":[{"Key":"a","Value":"NAME"}]}},
 "Role":{"Type":"AWS::IAM::Role","Properties":{"Description":"NAME","AssumeRolePolicyDocument":
  {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",
   "Principal":{"Service":"ec2.amazonaws.com"}}]}}},
 "Managed":{"Type":"AWS::IAM::ManagedPolicy","Properties":{"Roles":[{"Ref":"Role"}],
  "PolicyDocument":{"Version":"2012-10-17","Statement":[{"Sid":"NAME","Effect":"Allow",
   "Action":"s3:GetObject","Resource":{"Fn::GetAtt":["Bucket","Arn"]}}]}}},
 "Parameter":{"Type":"AWS::SSM::Parameter","Properties":{"Type":"String",
  "Value":{"Fn::GetAtt":["Machine","State.Name"]}}}}})";

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

class StackTypes : public ::testing::Test {
 protected:
  void SetUp() override { session_ = open_house(folder_.file("data"), cli::ClockKind::Virtual); }

  std::string body(std::string_view name, std::string_view seconds, std::string_view old) {
    const auto images = call("ec2", "DescribeImages", {});
    const auto image = str(text_at(list_at(images, "Images").at(0), "ImageId"));
    auto text = replaced(replaced(kManyTypes, "IMAGE", image), "NAME", name);
    return replaced(replaced(text, "SECONDS", seconds), "OLD", old);
  }
  Value call(const char* service, const char* operation, Object input) {
    return ask(*session_, service, operation, std::move(input));
  }
  std::string change(const char* operation, const std::string& text) {
    Object input{{"StackName", "many"}};
    if (!text.empty()) input["TemplateBody"] = text;
    if (!text.empty()) input["Capabilities"] = Array{"CAPABILITY_IAM"};
    call("cloudformation", operation, std::move(input));
    session_->run_until([&] { return session_->house().kernel().living("stack") == 0; });
    const auto stacks = call("cloudformation", "ListStacks", {});
    return str(text_at(list_at(stacks, "StackSummaries").at(0), "StackStatus"));
  }
  std::string id_of(std::string_view logical_id) {
    const auto resource = call("cloudformation", "DescribeStackResource",
                               Object{{"StackName", "many"}, {"LogicalResourceId", logical_id}});
    return str(text_at(*find(resource, "StackResourceDetail"), "PhysicalResourceId"));
  }
  std::string power(const std::string& id) {
    return power_of(session_->sandbox(), session_->scope(), id);
  }

  TempFolder folder_;
  std::unique_ptr<cli::Session> session_;
};

constexpr std::string_view kExpiringObjects =
    R"("LifecycleConfiguration":{"Rules":[{"Status":"Enabled","ExpirationInDays":3}]},)";

TEST_F(StackTypes, AreMadeChangedInPlaceAndTakenAway) {
  EXPECT_EQ(change("CreateStack", body("one", "30", kExpiringObjects)), "CREATE_COMPLETE");
  const auto machine = id_of("Machine");
  const auto queue = id_of("Queue");
  const Object bucket{{"Bucket", id_of("Bucket")}};
  EXPECT_EQ(power(machine), "running");
  const auto parameter = call("ssm", "GetParameter", Object{{"Name", id_of("Parameter")}});
  EXPECT_EQ(text_at(*find(parameter, "Parameter"), "Value"), "running") << "it was waited for";
  EXPECT_EQ(list_at(call("s3", "GetBucketLifecycleConfiguration", bucket), "Rules").size(), 1U);

  EXPECT_EQ(change("UpdateStack", body("two", "60", "")), "UPDATE_COMPLETE");
  EXPECT_EQ(id_of("Machine"), machine) << "not replaced";
  EXPECT_EQ(power(machine), "running");
  EXPECT_FALSE(session_->call("s3", "GetBucketLifecycleConfiguration", bucket)) << "taken away";
  const auto attributes = call("sqs", "GetQueueAttributes",
                               Object{{"QueueUrl", queue}, {"AttributeNames", Array{"All"}}});
  EXPECT_EQ(text_at(object_at(attributes, "Attributes"), "VisibilityTimeout"), "60");
  const auto versions = call("iam", "ListPolicyVersions", Object{{"PolicyArn", id_of("Managed")}});
  EXPECT_EQ(list_at(versions, "Versions").size(), 1U) << "the one before is gone";

  EXPECT_EQ(change("DeleteStack", ""), "DELETE_COMPLETE");
  EXPECT_EQ(power(machine), "terminated");
  EXPECT_TRUE(list_at(call("s3", "ListBuckets", {}), "Buckets").empty());
  EXPECT_TRUE(list_at(call("sqs", "ListQueues", {}), "QueueUrls").empty());
}

TEST_F(StackTypes, ABucketThatHoldsObjectsIsNotDeleted) {
  EXPECT_EQ(change("CreateStack", R"({"Resources":{"B":{"Type":"AWS::S3::Bucket"}}})"),
            "CREATE_COMPLETE");
  call("s3", "PutObject", Object{{"Bucket", id_of("B")}, {"Key", "k"}, {"Body", "x"}});
  EXPECT_EQ(change("DeleteStack", ""), "DELETE_FAILED");
}

}  // namespace
}  // namespace hikae::tests
