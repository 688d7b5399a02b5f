#include "sandbox/filters.h"

#include "sandbox/world_fixture.h"

namespace hikae::sandbox {
namespace {

TEST(Glob, StarStandsForAnyCharactersAndQuestionForOneOrNone) {
  EXPECT_TRUE(Glob("web*").matches("web-db"));
  EXPECT_TRUE(Glob("web*").matches("web"));
  EXPECT_FALSE(Glob("web*").matches("my-web"));
  EXPECT_TRUE(Glob("*ami-1*").matches("for ami-1"));
  EXPECT_TRUE(Glob("we?").matches("web"));
  EXPECT_TRUE(Glob("we?").matches("we"));
  EXPECT_FALSE(Glob("we?").matches("webs"));
  EXPECT_TRUE(Glob("*").matches(""));
  EXPECT_TRUE(Glob("a*b*c").matches("a--b-c"));
  EXPECT_FALSE(Glob("a*b*c").matches("a--b-"));
}

TEST(Glob, ABackslashTakesTheMeaningAway) {
  EXPECT_TRUE(Glob(R"(a\*b)").matches("a*b"));
  EXPECT_FALSE(Glob(R"(a\*b)").matches("axb"));
  EXPECT_TRUE(Glob(R"(a\\b)").matches(R"(a\b)"));
  EXPECT_TRUE(Glob(R"(a\)").matches(R"(a\)"));
}

TEST(Glob, ManyStarsOverALongTextEndSoon) {
  std::string pattern;
  for (int i = 0; i < 60; ++i) pattern += "*a";
  EXPECT_FALSE(Glob(pattern + "b").matches(std::string(250, 'a')));
}

class FiltersTest : public WorldTest {
 protected:
  void SetUp() override {
    WorldTest::SetUp();
    load();
  }
};

TEST_F(FiltersTest, InstancesAreFoundByEachFilter) {
  EXPECT_EQ(instance_ids("{}"), "01 02 03");
  EXPECT_EQ(instance_ids(R"({"InstanceIds": ["i-00000000000000002"]})"), "02");
  EXPECT_EQ(instance_ids(R"({"Filters": [{"Name": "tag:BackupGroup", "Values": ["g"]}]})"),
            "01 02");
  EXPECT_EQ(instance_ids(R"({"Filters": [{"Name": "tag-key", "Values": ["Backup*"]}]})"), "01 02");
  EXPECT_EQ(instance_ids(R"({"Filters": [{"Name": "instance-state-name",
                                          "Values": ["stopped"]}]})"),
            "03");
  EXPECT_EQ(instance_ids(R"({"Filters": [{"Name": "tag:Name", "Values": ["web"]}]})"), "01");
  EXPECT_EQ(instance_ids(R"({"Filters": [{"Name": "tag:Name", "Values": ["web*"]}]})"), "01 02");
  EXPECT_EQ(instance_ids(R"({"Filters": [{"Name": "instance-id",
                                          "Values": ["i-0000000000000000?"]}]})"),
            "01 02 03");
  EXPECT_EQ(instance_ids(R"({"Filters": [{"Name": "tag:Name", "Values": ["web", "asleep"]},
                                         {"Name": "tag:BackupGroup", "Values": ["g"]}]})"),
            "01");
  EXPECT_EQ(instance_ids(R"({"Filters": [{"Name": "nothing", "Values": ["x"]}]})"),
            "InvalidParameterValue");
}

TEST_F(FiltersTest, ATagThatWasRemovedIsNotFoundAnyMore) {
  ASSERT_TRUE(ec2("DeleteTags", R"({"Resources": ["i-00000000000000001"],
                                    "Tags": [{"Key": "BackupGroup"}]})"));
  EXPECT_EQ(instance_ids(R"({"Filters": [{"Name": "tag:BackupGroup", "Values": ["g"]}]})"), "02");
}

TEST_F(FiltersTest, InstancesPage) {
  load(R"({"instances": [{"name": "s", "count": 7}]})");
  const auto first = ec2("DescribeInstances", R"({"MaxResults": 6})");
  ASSERT_TRUE(first);
  EXPECT_EQ(list_at(*first, "Reservations").size(), 6U);
  const auto second = ec2("DescribeInstances", R"({"MaxResults": 6, "NextToken": ")" +
                                                   str(text_at(*first, "NextToken")) + "\"}");
  ASSERT_TRUE(second);
  EXPECT_EQ(list_at(*second, "Reservations").size(), 4U);
  EXPECT_FALSE(find(*second, "NextToken"));
  EXPECT_EQ(
      code_of("DescribeInstances", R"({"MaxResults": 6, "InstanceIds": ["i-00000000000000001"]})"),
      "InvalidParameterCombination");
  EXPECT_EQ(
      code_of("DescribeImages", R"({"NextToken": ")" + str(text_at(*first, "NextToken")) + "\"}"),
      "InvalidPaginationToken");
}

TEST_F(FiltersTest, PagesHaveTheBoundsOfTheirOperation) {
  for (const auto* operation :
       {"DescribeInstances", "DescribeInstanceStatus", "DescribeTags", "DescribeVolumes",
        "DescribeSnapshots", "DescribeSubnets", "DescribeSecurityGroups"})
    EXPECT_EQ(code_of(operation, R"({"MaxResults": 4})"), "InvalidParameterValue") << operation;
  EXPECT_EQ(code_of("DescribeInstances", R"({"MaxResults": 1001})"), "InvalidParameterValue");
  EXPECT_EQ(code_of("DescribeRouteTables", R"({"MaxResults": 101})"), "InvalidParameterValue");
  EXPECT_EQ(code_of("DescribeSnapshots", R"({"MaxResults": 5000})"), "ok");
  load(R"({"instances": [{"name": "s", "count": 600}]})");
  const auto page = ec2("DescribeVolumes", R"({"MaxResults": 5000})");
  ASSERT_TRUE(page);
  EXPECT_EQ(list_at(*page, "Volumes").size(), 500U);
}

TEST_F(FiltersTest, VolumesRegionsAndZonesCanBeAskedFor) {
  EXPECT_EQ(list_at(*ec2("DescribeVolumes", R"({"Filters": [{"Name": "attachment.instance-id",
                        "Values": ["i-00000000000000001"]}]})"),
                    "Volumes")
                .size(),
            2U);
  EXPECT_EQ(ids(ec2("DescribeRegions", R"({"RegionNames": ["us-east-1"]})"), "Regions", "Endpoint"),
            "ec2.us-east-1.amazonaws.com");
  EXPECT_EQ(code_of("DescribeRegions", R"({"RegionNames": ["mars-1"]})"), "InvalidParameterValue");
  EXPECT_EQ(ids(ec2("DescribeAvailabilityZones", "{}"), "AvailabilityZones", "ZoneName"),
            "ap-northeast-1a ap-northeast-1b ap-northeast-1c");
}

TEST_F(FiltersTest, PatternsAndValuesHaveLimits) {
  EXPECT_EQ(instance_ids(R"({"Filters": [{"Name": "tag:Name", "Values": ["*)" +
                         std::string(2048, 'a') + R"("]}]})"),
            "FilterLimitExceeded");
  std::string values = "\"v\"";
  for (int i = 0; i < 200; ++i) values += ",\"v\"";
  EXPECT_EQ(instance_ids(R"({"Filters": [{"Name": "tag:Name", "Values": [)" + values + "]}]}"),
            "FilterLimitExceeded");
}

TEST_F(FiltersTest, AnUnknownOperationIsNamed) {
  EXPECT_EQ(code_of("CreateVpc", "{}"), "InvalidAction");
}

}  // namespace
}  // namespace hikae::sandbox
