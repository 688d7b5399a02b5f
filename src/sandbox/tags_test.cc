#include "sandbox/world_fixture.h"

namespace hikae::sandbox {
namespace {

class TagsTest : public WorldTest {
 protected:
  void SetUp() override {
    WorldTest::SetUp();
    load();
  }
  std::string tags_of(std::string_view input) {
    const auto answer = ec2("DescribeTags", input);
    if (!answer) return answer.error().code;
    std::string joined;
    for (const auto& tag : list_at(*answer, "Tags"))
      joined += str(text_at(tag, "ResourceType")) + ":" + str(text_at(tag, "Key")) + "=" +
                str(text_at(tag, "Value")) + " ";
    return joined;
  }
};

constexpr std::string_view kWebTags =
    R"({"Filters": [{"Name": "resource-id", "Values": ["i-00000000000000001"]}]})";

TEST_F(TagsTest, TagsAreReadByResourceAndKey) {
  EXPECT_EQ(tags_of(kWebTags), "instance:BackupGroup=g instance:Name=web ");
  EXPECT_EQ(tags_of(R"({"Filters": [{"Name": "resource-id", "Values": ["i-00000000000000001"]},
                                    {"Name": "key", "Values": ["Name"]}]})"),
            "instance:Name=web ");
  EXPECT_EQ(tags_of(R"({"Filters": [{"Name": "key", "Values": ["Gen"]}]})"), "");
  EXPECT_EQ(tags_of(R"({"Filters": [{"Name": "tag:Name", "Values": ["web*"]}]})"),
            "instance:Name=web instance:Name=web-db ");
  EXPECT_EQ(tags_of(R"({"Filters": [{"Name": "colour", "Values": ["x"]}]})"),
            "InvalidParameterValue");
}

TEST_F(TagsTest, CreateTagsIsAnUpsertOverAllKinds) {
  const auto image = make_image(kWeb, "night");
  ASSERT_EQ(code_of("CreateTags", R"({"Resources": ["i-00000000000000001", ")" + image + R"("],
                     "Tags": [{"Key": "Name", "Value": "new"}, {"Key": "B", "Value": ""}]})"),
            "ok");
  EXPECT_EQ(tags_of(kWebTags), "instance:B= instance:BackupGroup=g instance:Name=new ");
  EXPECT_EQ(tags_of(R"({"Filters": [{"Name": "resource-type", "Values": ["image"]}]})"),
            "image:B= image:Name=new ");
}

TEST_F(TagsTest, OneUnknownResourceLeavesAllUntouched) {
  EXPECT_EQ(code_of("CreateTags",
                    R"({"Resources": ["i-00000000000000001", "ami-00000000000000009"],
                        "Tags": [{"Key": "A", "Value": "1"}]})"),
            "InvalidAMIID.NotFound");
  EXPECT_EQ(code_of("CreateTags", R"({"Resources": ["snap-00000000000000009"],
                                      "Tags": [{"Key": "A", "Value": "1"}]})"),
            "InvalidSnapshot.NotFound");
  EXPECT_EQ(
      code_of("CreateTags", R"({"Resources": ["x-1"], "Tags": [{"Key": "A", "Value": "1"}]})"),
      "InvalidID");
  EXPECT_EQ(tags_of(kWebTags), "instance:BackupGroup=g instance:Name=web ");
}

TEST_F(TagsTest, FiftyTagsAreTheLimit) {
  std::string tags;
  for (int i = 0; i < 48; ++i)
    tags += (i ? "," : "") + (R"({"Key": "k)" + std::to_string(i) + R"(", "Value": "v"})");
  const std::string to_web = R"({"Resources": ["i-00000000000000001"], "Tags": [)";
  EXPECT_EQ(code_of("CreateTags", to_web + tags + "]}"), "ok");
  EXPECT_EQ(code_of("CreateTags", to_web + R"({"Key": "more", "Value": "v"}]})"),
            "TagLimitExceeded");
  EXPECT_EQ(code_of("CreateTags", to_web + R"({"Key": "k1", "Value": "again"}]})"), "ok");
}

TEST_F(TagsTest, BadTagsAreRefused) {
  const auto code = [&](std::string_view tags) {
    return code_of("CreateTags",
                   R"({"Resources": ["i-00000000000000001"], "Tags": )" + str(tags) + "}");
  };
  EXPECT_EQ(code(R"([{"Key": "aws:x", "Value": "1"}])"), "InvalidParameterValue");
  EXPECT_EQ(code(R"([{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}])"),
            "InvalidParameterValue");
  EXPECT_EQ(code(R"([{"Key": "", "Value": "1"}])"), "InvalidParameterValue");
  EXPECT_EQ(code("[]"), "MissingParameter");
  EXPECT_EQ(code(R"([{"Key": ")" + std::string(129, 'k') + R"(", "Value": "1"}])"),
            "InvalidParameterValue");
}

TEST_F(TagsTest, DeleteTagsMindsTheValueWhereOneIsGiven) {
  const auto remove = [&](std::string_view tags) {
    return code_of("DeleteTags",
                   R"({"Resources": ["i-00000000000000001"], "Tags": )" + str(tags) + "}");
  };
  EXPECT_EQ(remove(R"([{"Key": "BackupGroup", "Value": "other"}])"), "ok");
  EXPECT_EQ(tags_of(kWebTags), "instance:BackupGroup=g instance:Name=web ");
  EXPECT_EQ(remove(R"([{"Key": "BackupGroup"}])"), "ok");
  EXPECT_EQ(tags_of(kWebTags), "instance:Name=web ");
}

TEST_F(TagsTest, DescribeTagsPages) {
  const auto first = ec2("DescribeTags", R"({"MaxResults": 5})");
  ASSERT_TRUE(first);
  EXPECT_FALSE(find(*first, "NextToken"));
  std::string tags;
  for (int i = 0; i < 9; ++i)
    tags += (i ? "," : "") + (R"({"Key": "k)" + std::to_string(i) + R"(", "Value": "v"})");
  ASSERT_TRUE(
      ec2("CreateTags", R"({"Resources": ["i-00000000000000001"], "Tags": [)" + tags + "]}"));
  std::size_t seen = 0;
  std::string token;
  for (int page = 0; page < 10; ++page) {
    const auto answer = ec2("DescribeTags", R"({"MaxResults": 5, "NextToken": ")" + token + "\"}");
    ASSERT_TRUE(answer) << answer.error().text();
    seen += list_at(*answer, "Tags").size();
    token = text_at(*answer, "NextToken");
    if (token.empty()) break;
  }
  EXPECT_EQ(seen, 14U);
  EXPECT_EQ(code_of("DescribeTags", R"({"NextToken": "00000000ff"})"), "InvalidPaginationToken");
  EXPECT_EQ(code_of("DescribeTags", R"({"MaxResults": 4})"), "InvalidParameterValue");
}

}  // namespace
}  // namespace hikae::sandbox
