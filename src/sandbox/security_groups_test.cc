#include "sandbox/world_fixture.h"

namespace hikae::sandbox {
namespace {

class NetworkTest : public WorldTest {
 protected:
  std::string new_group(std::string_view name) {
    const auto made =
        ec2("CreateSecurityGroup", R"({"Description": "d", "GroupName": ")" + str(name) + R"("})");
    return made ? str(text_at(*made, "GroupId")) : made.error().code;
  }
  Value group(const std::string& id) {
    const auto seen = ec2("DescribeSecurityGroups", R"({"GroupIds": [")" + id + R"("]})");
    return seen ? list_at(*seen, "SecurityGroups")[0] : Value{};
  }
};

TEST_F(NetworkTest, EachRegionHasOneDefaultVpcWithASubnetAZone) {
  const auto vpcs = ec2("DescribeVpcs", R"({"Filters": [{"Name": "is-default", "Values":
                                           ["true"]}]})");
  ASSERT_TRUE(vpcs);
  const auto& vpc = list_at(*vpcs, "Vpcs")[0];
  const auto subnets = ec2("DescribeSubnets", R"({"Filters": [{"Name": "vpc-id", "Values": [")" +
                                                  str(text_at(vpc, "VpcId")) + R"("]}]})");
  ASSERT_TRUE(subnets);
  EXPECT_EQ(list_at(*subnets, "Subnets").size(), 3U);
  for (const auto* operation : {"DescribeRouteTables", "DescribeInternetGateways",
                                "DescribeDhcpOptions", "DescribeAddresses"})
    EXPECT_EQ(code_of(operation, "{}"), "ok") << operation;
  EXPECT_EQ(code_of("DescribeVpcs", R"({"Filters": [{"Name": "colour", "Values": ["x"]}]})"),
            "InvalidParameterValue");
  EXPECT_EQ(code_of("DescribeVpcs", R"({"VpcIds": ["vpc-00000001"]})"), "InvalidVpcID.NotFound");
}

TEST_F(NetworkTest, EveryMachineThatRunsHasAnInterface) {
  load();
  const auto cards = ec2(
      "DescribeNetworkInterfaces",
      R"({"Filters": [{"Name": "attachment.instance-id", "Values": [")" + str(kWeb) + R"("]}]})");
  ASSERT_TRUE(cards);
  EXPECT_EQ(list_at(*cards, "NetworkInterfaces").size(), 1U);
}

TEST_F(NetworkTest, AGroupKeepsItsRulesUntilTheyAreRevoked) {
  const auto id = new_group("web");
  const auto rule = R"({"GroupId": ")" + id +
                    R"(", "IpPermissions": [{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22,
                        "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}]})";
  EXPECT_EQ(code_of("AuthorizeSecurityGroupIngress", rule), "ok");
  EXPECT_EQ(code_of("AuthorizeSecurityGroupIngress", rule), "InvalidPermission.Duplicate");
  EXPECT_EQ(int_at(list_at(group(id), "IpPermissions")[0], "FromPort"), 22);
  EXPECT_EQ(code_of("RevokeSecurityGroupIngress", rule), "ok");
  EXPECT_TRUE(list_at(group(id), "IpPermissions").empty());
  EXPECT_EQ(code_of("RevokeSecurityGroupIngress", rule), "InvalidPermission.NotFound");
}

TEST_F(NetworkTest, AGroupInUseCannotBeDeleted) {
  const auto id = new_group("web");
  EXPECT_EQ(new_group("web"), "InvalidGroup.Duplicate");
  const auto run = ec2("RunInstances", R"({"ImageId": "ami-00000001", "MinCount": 1, "MaxCount": 1,
                                          "SecurityGroupIds": [")" +
                                           id + R"("]})");
  ASSERT_TRUE(run) << run.error().text();
  EXPECT_EQ(code_of("DeleteSecurityGroup", R"({"GroupId": ")" + id + R"("})"),
            "DependencyViolation");
  EXPECT_EQ(code_of("DeleteSecurityGroup", R"({"GroupName": "default"})"), "CannotDelete");
  const auto other = new_group("other");
  EXPECT_EQ(code_of("DeleteSecurityGroup", R"({"GroupId": ")" + other + R"("})"), "ok");
}

}  // namespace
}  // namespace hikae::sandbox
