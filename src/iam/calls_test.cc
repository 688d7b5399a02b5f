#include "iam/calls.h"

#include "iam/call_table.h"
#include "iam/testing_policies_test.h"

namespace hikae::iam {
namespace {

const Scope kTokyo{"123456789012", "ap-northeast-1"};

class TaggedFacts final : public Facts {
 public:
  Object tags_of(std::string_view arn) const override {
    return arn.ends_with("/i-1") ? Object{{"Group", "nightly"}} : Object{};
  }
  std::string with_path(std::string arn) const override {
    return arn.ends_with(":role/R") ? "arn:aws:iam::123456789012:role/path/R" : arn;
  }
};

std::vector<Need> needs(std::string_view service, std::string_view operation,
                        std::string_view input) {
  return needs_of(kTokyo, service, operation, *text::parse_json(input), TaggedFacts());
}

/// "action resource" of each.
std::vector<std::string> shown_needs(std::string_view service, std::string_view operation,
                                     std::string_view input) {
  std::vector<std::string> out;
  for (const auto& need : needs(service, operation, input))
    out.push_back(need.action + " " + need.resource);
  return out;
}

using Shown = std::vector<std::string>;

TEST(Calls, EveryCaseOfTheTable) {
  const auto cases = test_data("calls.json");
  ASSERT_TRUE(cases.is_array());
  for (const auto& test : cases.get_array()) {
    Shown wanted;
    for (const auto& need : list_at(test, "needs")) wanted.push_back(str(text_of(need)));
    EXPECT_EQ(shown_needs(text_at(test, "service"), text_at(test, "operation"),
                          text::to_json(*find(test, "input"))),
              wanted)
        << text_at(test, "service") << ":" << text_at(test, "operation");
  }
}

TEST(Calls, TagsOfTheResourceAreKeysUnderBothNames) {
  const auto all = needs("ec2", "StopInstances", R"({"InstanceIds":["i-1"]})");
  EXPECT_EQ(all.at(0).context.find("aws:ResourceTag/Group")->front(), "nightly");
  EXPECT_EQ(all.at(0).context.find("ec2:ResourceTag/Group")->front(), "nightly");
}

TEST(Calls, ImagesWithTagsNeedTheRightToTagAtTheirCreation) {
  const auto all =
      needs("ec2", "CreateImage",
            R"({"InstanceId":"i-1","Name":"n","TagSpecifications":[{"ResourceType":"image",)"
            R"("Tags":[{"Key":"a","Value":"b"}]}]})");
  ASSERT_EQ(all.size(), 4U);
  EXPECT_EQ(all[3].action, "ec2:CreateTags");
  EXPECT_EQ(all[3].resource, "arn:aws:ec2:ap-northeast-1::image/*");
  EXPECT_EQ(all[3].context.find("ec2:CreateAction")->front(), "CreateImage");
  EXPECT_EQ(all[3].context.find("aws:RequestTag/a")->front(), "b");
  EXPECT_EQ(all[3].context.find("aws:TagKeys")->front(), "a");
  EXPECT_EQ(all[1].context.find("aws:RequestTag/a")->front(), "b");
  EXPECT_EQ(all[2].context.find("aws:RequestTag/a"), nullptr);
}

TEST(Calls, AHandedRoleNeedsPassRoleForItsService) {
  const auto all = needs("lambda", "CreateFunction",
                         R"({"FunctionName":"f","Role":"arn:aws:iam::123456789012:role/F"})");
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[1].action, "iam:PassRole");
  EXPECT_EQ(all[1].resource, "arn:aws:iam::123456789012:role/F");
  EXPECT_EQ(all[1].context.find("iam:PassedToService")->front(), "lambda.amazonaws.com");
}

TEST(Calls, TextOfTheInputIsNoForm) {
  EXPECT_EQ(shown_needs("s3", "GetObject", R"({"Bucket":"{Key}","Key":"{Bucket}"})"),
            (Shown{"s3:GetObject arn:aws:s3:::{Key}/{Bucket}"}));
}

TEST(Calls, NothingIsEverWithoutANeed) {
  EXPECT_EQ(shown_needs("ec2", "StopInstances", "{}"),
            (Shown{"ec2:StopInstances arn:aws:ec2:ap-northeast-1:123456789012:instance/*"}));
  EXPECT_EQ(shown_needs("dynamodb", "PutItem", "{}"), (Shown{"dynamodb:PutItem *"}));
}

}  // namespace
}  // namespace hikae::iam
