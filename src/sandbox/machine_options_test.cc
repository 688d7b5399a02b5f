#include "sandbox/world_fixture.h"

namespace hikae::sandbox {
namespace {

class OptionsTest : public WorldTest {
 protected:
  void SetUp() override {
    WorldTest::SetUp();
    load();
  }
  std::string ping_of(std::string_view id) {
    const auto answer = ask("ssm", "DescribeInstanceInformation", "{}");
    if (!answer) return answer.error().code;
    for (const auto& row : list_at(*answer, "InstanceInformationList"))
      if (text_at(row, "InstanceId") == id) return str(text_at(row, "PingStatus"));
    return "unknown";
  }
  std::string association_of_web() {
    return ids(ec2("DescribeIamInstanceProfileAssociations",
                   R"({"Filters": [{"Name": "instance-id", "Values": ["i-00000000000000001"]}]})"),
               "IamInstanceProfileAssociations", "AssociationId");
  }
  /// All rows over pages of five.
  std::size_t paged(const std::string& operation, std::string_view list) {
    std::size_t rows = 0;
    std::string token;
    for (int page = 0; page < 100; ++page) {
      const auto answer =
          ec2(operation, token.empty() ? R"({"MaxResults": 5})"
                                       : R"({"MaxResults": 5, "NextToken": ")" + token + "\"}");
      if (!answer) return 0;
      rows += list_at(*answer, list).size();
      token = str(text_at(*answer, "NextToken"));
      if (token.empty()) return rows;
    }
    return 0;
  }
};

TEST_F(OptionsTest, TypesAreDescribedByNameAndByFilter) {
  const auto answer = ec2("DescribeInstanceTypes", R"({"InstanceTypes": ["m5.xlarge"]})");
  ASSERT_TRUE(answer) << answer.error().text();
  const auto& row = list_at(*answer, "InstanceTypes")[0];
  EXPECT_EQ(int_at(*find(row, "VCpuInfo"), "DefaultVCpus"), 4);
  EXPECT_EQ(int_at(*find(row, "MemoryInfo"), "SizeInMiB"), 16'384);
  EXPECT_EQ(ids(ec2("DescribeInstanceTypes", R"({"Filters": [
              {"Name": "processor-info.supported-architecture", "Values": ["arm64"]},
              {"Name": "memory-info.size-in-mib", "Values": ["4096"]},
              {"Name": "burstable-performance-supported", "Values": ["true"]}]})"),
                "InstanceTypes", "InstanceType"),
            "t4g.medium");
  EXPECT_EQ(ids(ec2("DescribeInstanceTypes", R"({"Filters": [
              {"Name": "processor-info.sustained-clock-speed-in-ghz", "Values": ["2.3"]},
              {"Name": "free-tier-eligible", "Values": ["true"]}]})"),
                "InstanceTypes", "InstanceType"),
            "t2.micro");
  EXPECT_EQ(code_of("DescribeInstanceTypes", R"({"InstanceTypes": ["z9.tiny"]})"),
            "InvalidInstanceType");
}

TEST_F(OptionsTest, TypesAndOfferingsPage) {
  const auto types = paged("DescribeInstanceTypes", "InstanceTypes");
  EXPECT_GT(types, 80U);
  EXPECT_EQ(paged("DescribeInstanceTypeOfferings", "InstanceTypeOfferings"), types);
  EXPECT_EQ(code_of("DescribeInstanceTypes", R"({"MaxResults": 101})"), "InvalidParameterValue");
  EXPECT_EQ(code_of("DescribeInstanceTypes", R"({"NextToken": "mine"})"), "InvalidPaginationToken");
}

TEST_F(OptionsTest, OfferingsNameRegionsOrZones) {
  const auto places = [&](std::string_view type) {
    return ids(ec2("DescribeInstanceTypeOfferings",
                   R"({"Filters": [{"Name": "instance-type", "Values": ["t3.nano"]}],
                       "LocationType": ")" +
                       str(type) + "\"}"),
               "InstanceTypeOfferings", "Location");
  };
  EXPECT_EQ(places("region"), "ap-northeast-1");
  EXPECT_EQ(places("availability-zone"), "ap-northeast-1a ap-northeast-1b ap-northeast-1c");
  EXPECT_EQ(places("availability-zone-id"),
            "ap-northeast-1-az1 ap-northeast-1-az2 ap-northeast-1-az3");
  EXPECT_EQ(places("galaxy"), "InvalidParameterValue");
}

TEST_F(OptionsTest, AccountAttributesAreDescribed) {
  EXPECT_EQ(ids(ec2("DescribeAccountAttributes", R"({"AttributeNames": ["supported-platforms"]})"),
                "AccountAttributes", "AttributeName"),
            "supported-platforms");
  EXPECT_EQ(list_at(*ec2("DescribeAccountAttributes", "{}"), "AccountAttributes").size(), 6U);
  EXPECT_EQ(code_of("DescribeAccountAttributes", R"({"AttributeNames": ["hats"]})"),
            "InvalidParameterValue");
}

TEST_F(OptionsTest, MonitoringIsSwitchedOnAndOff) {
  const auto monitored = R"({"Filters": [{"Name": "monitoring-state", "Values": ["enabled"]}]})";
  EXPECT_EQ(code_of("MonitorInstances", R"({"InstanceIds": ["i-00000000000000002"]})"), "ok");
  EXPECT_EQ(instance_ids(monitored), "02");
  EXPECT_EQ(code_of("UnmonitorInstances", R"({"InstanceIds": ["i-00000000000000002"]})"), "ok");
  EXPECT_EQ(instance_ids(monitored), "");
  EXPECT_EQ(code_of("MonitorInstances", "{}"), "MissingParameter");
  EXPECT_EQ(code_of("MonitorInstances", R"({"InstanceIds": ["i-0000000000000000f"]})"),
            "InvalidInstanceID.NotFound");
}

TEST_F(OptionsTest, MetadataOptionsAreModified) {
  const auto answer = ec2("ModifyInstanceMetadataOptions", R"({"InstanceId": "i-00000000000000001",
      "HttpTokens": "required", "HttpEndpoint": "disabled", "HttpPutResponseHopLimit": 2})");
  ASSERT_TRUE(answer) << answer.error().text();
  EXPECT_EQ(text_at(*find(*answer, "InstanceMetadataOptions"), "State"), "pending");
  EXPECT_EQ(instance_ids(R"({"Filters": [
      {"Name": "metadata-options.http-tokens", "Values": ["required"]},
      {"Name": "metadata-options.http-endpoint", "Values": ["disabled"]}]})"),
            "01");
  EXPECT_EQ(code_of("ModifyInstanceMetadataOptions", R"({"InstanceId": "i-00000000000000001",
                     "HttpPutResponseHopLimit": 65})"),
            "InvalidParameterValue");
  EXPECT_EQ(code_of("ModifyInstanceMetadataOptions", R"({"InstanceId": "i-00000000000000001",
                     "HttpTokens": "perhaps"})"),
            "InvalidParameterValue");
}

TEST_F(OptionsTest, CreditsAreThoseOfBurstableMachines) {
  EXPECT_EQ(ids(ec2("DescribeInstanceCreditSpecifications",
                    R"({"InstanceIds": ["i-00000000000000001"]})"),
                "InstanceCreditSpecifications", "CpuCredits"),
            "unlimited");
  ASSERT_EQ(code_of("ModifyInstanceAttribute", R"({"InstanceId": "i-00000000000000003",
                     "InstanceType": {"Value": "c5.large"}})"),
            "ok");
  EXPECT_EQ(code_of("DescribeInstanceCreditSpecifications",
                    R"({"InstanceIds": ["i-00000000000000003"]})"),
            "InvalidParameterCombination");
}

TEST_F(OptionsTest, AConsoleIsEmptyAndItsMachineMustBeThere) {
  EXPECT_EQ(code_of("GetConsoleOutput", R"({"InstanceId": "i-00000000000000001"})"), "ok");
  EXPECT_EQ(code_of("GetConsoleOutput", R"({"InstanceId": "i-0000000000000000f"})"),
            "InvalidInstanceID.NotFound");
}

TEST_F(OptionsTest, AMachineThatGetsAProfileRegistersWithSsm) {
  ASSERT_EQ(code_of("StartInstances", R"({"InstanceIds": ["i-00000000000000003"]})"), "ok");
  wait(minutes(10));
  EXPECT_EQ(ping_of(kAsleep), "unknown");
  const auto associate =
      R"({"InstanceId": "i-00000000000000003", "IamInstanceProfile": {"Name": "ops"}})";
  EXPECT_EQ(code_of("AssociateIamInstanceProfile", associate), "ok");
  EXPECT_EQ(code_of("AssociateIamInstanceProfile", associate), "IncorrectState");
  wait(minutes(10));
  EXPECT_EQ(ping_of(kAsleep), "Online");
}

TEST_F(OptionsTest, AMachineThatLosesItsProfilePingsNoMore) {
  ASSERT_EQ(code_of("AssociateIamInstanceProfile", R"({"InstanceId": "i-00000000000000001",
                     "IamInstanceProfile": {"Name": "ops"}})"),
            "ok");
  const auto first = association_of_web();
  const auto second = R"({"AssociationId": ")" + first + R"(", "IamInstanceProfile":
      {"Arn": "arn:aws:iam::123456789012:instance-profile/other"}})";
  EXPECT_EQ(code_of("ReplaceIamInstanceProfileAssociation", second), "ok");
  EXPECT_NE(association_of_web(), first);
  EXPECT_EQ(code_of("ReplaceIamInstanceProfileAssociation", second),
            "InvalidAssociationID.NotFound");
  EXPECT_EQ(code_of("DisassociateIamInstanceProfile",
                    R"({"AssociationId": ")" + association_of_web() + "\"}"),
            "ok");
  EXPECT_EQ(association_of_web(), "");
  wait(hours(2));
  EXPECT_EQ(ping_of(kWeb), "ConnectionLost");
}

}  // namespace
}  // namespace hikae::sandbox
