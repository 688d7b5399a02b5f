#include <array>

#include "sandbox/world_fixture.h"

namespace hikae::sandbox {
namespace {

class FleetTest : public WorldTest {
 protected:
  std::string information(std::string_view input) {
    const auto answer = ask("ssm", "DescribeInstanceInformation", input);
    if (!answer) return answer.error().code;
    std::string joined;
    for (const auto& row : list_at(*answer, "InstanceInformationList"))
      joined +=
          str(text_at(row, "InstanceId")).substr(17) + ":" + str(text_at(row, "PingStatus")) + " ";
    return joined;
  }
};

TEST_F(FleetTest, ImagesOfEarlierNightsHaveAgesTagsAndSnapshots) {
  load(R"({"instances": [{"name": "web", "volumes": 2, "images": [
      {"age": "1d", "count": 3, "tags": {"Name": "{name}", "Source": "{instance}"}},
      {"age": "12h", "state": "failed"}]}]})");
  const auto images = sandbox_->images(kHere);
  ASSERT_EQ(images.size(), 4U);
  EXPECT_EQ(sandbox_->snapshots(kHere).size(), 8U);
  const auto old =
      ec2("DescribeImages", R"({"Filters": [{"Name": "tag:Name", "Values": ["web"]}]})");
  ASSERT_EQ(list_at(*old, "Images").size(), 3U);
  std::set<std::string> created;
  for (const auto& image : list_at(*old, "Images")) created.emplace(text_at(image, "CreationDate"));
  EXPECT_EQ(*created.rbegin(), "2025-12-31T18:30:00.000Z");
  EXPECT_EQ(*created.begin(), "2025-12-29T18:30:00.000Z");
}

TEST_F(FleetTest, AForeignImageHasItsOwner) {
  load(R"({"images": [{"name": "theirs", "owner": "999988887777", "public": true,
                       "tags": {"AutoBackup": "true"}}]})");
  EXPECT_TRUE(sandbox_->images(kHere).empty());
  const auto found = ec2("DescribeImages", R"({"Owners": ["999988887777"]})");
  EXPECT_EQ(ids(found, "Images", "Name"), "theirs");
}

TEST_F(FleetTest, AProtectedImageCannotBeDeregistered) {
  load(R"({"images": [{"id": "ami-00000000000000001", "protected": true}]})");
  EXPECT_EQ(code_of("DeregisterImage", R"({"ImageId": "ami-00000000000000001"})"),
            "OperationNotPermitted");
}

TEST_F(FleetTest, ManyAreNumbered) {
  load(R"({"instances": [{"name": "web-{n}-tokyo", "count": 12}]})");
  EXPECT_EQ(
      instance_ids(R"({"Filters": [{"Name": "tag:Name", "Values": ["web-07-tokyo"]}]})").size(),
      2U);
}

TEST_F(FleetTest, AgentsAreOnlineLostInactiveOrUnknown) {
  load(R"({"instances": [
    {"id": "i-00000000000000001", "name": "a"},
    {"id": "i-00000000000000002", "name": "b", "agent": "lost"},
    {"id": "i-00000000000000003", "name": "c", "agent": "inactive"},
    {"id": "i-00000000000000004", "name": "d", "agent": "none"},
    {"id": "i-00000000000000005", "name": "e", "state": "stopped"}]})");
  EXPECT_EQ(information("{}"), "01:Online 02:ConnectionLost 03:Inactive 05:ConnectionLost ");
  EXPECT_EQ(information(R"({"Filters": [{"Key": "PingStatus", "Values": ["ConnectionLost"]}],
                            "MaxResults": 50})"),
            "02:ConnectionLost 05:ConnectionLost ");
  EXPECT_EQ(information(R"({"Filters": [{"Key": "InstanceIds",
                                         "Values": ["i-00000000000000001"]}]})"),
            "01:Online ");
  EXPECT_EQ(information(R"({"Filters": [{"Key": "tag:Name", "Values": ["c"]}]})"), "03:Inactive ");
  EXPECT_EQ(information(R"({"InstanceInformationFilterList": [{"key": "PingStatus",
                            "valueSet": ["Inactive"]}]})"),
            "03:Inactive ");
  EXPECT_EQ(information(R"({"Filters": [{"Key": "Colour", "Values": ["x"]}]})"),
            "InvalidFilterKey");
  EXPECT_EQ(information(R"({"MaxResults": 51})"), "ValidationException");
}

TEST_F(FleetTest, AStoppedMachinesAgentIsLostAfterFiveMinutesAndBackAfterAStart) {
  load();
  const std::string web = R"({"Filters": [{"Key": "tag:Name", "Values": ["web"]}]})";
  ASSERT_TRUE(ec2("StopInstances", R"({"InstanceIds": ["i-00000000000000001"]})"));
  wait(minutes(4));
  EXPECT_EQ(information(web), "01:Online ");
  wait(minutes(2));
  EXPECT_EQ(information(web), "01:ConnectionLost ");
  ASSERT_TRUE(ec2("StartInstances", R"({"InstanceIds": ["i-00000000000000001"]})"));
  wait(minutes(1));
  EXPECT_EQ(information(web), "01:Online ");
}

TEST_F(FleetTest, InformationComesInPagesOfTen) {
  load(R"({"instances": [{"name": "s", "count": 12}]})");
  const auto first = ask("ssm", "DescribeInstanceInformation", "{}");
  ASSERT_TRUE(first);
  EXPECT_EQ(list_at(*first, "InstanceInformationList").size(), 10U);
  const auto second = ask("ssm", "DescribeInstanceInformation",
                          R"({"NextToken": ")" + str(text_at(*first, "NextToken")) + "\"}");
  ASSERT_TRUE(second);
  EXPECT_EQ(list_at(*second, "InstanceInformationList").size(), 2U);
}

struct BadFleet {
  std::string_view fleet;
  std::string_view message;
};

TEST_F(FleetTest, ABadFleetIsRefusedWholeWithPlaceAndFix) {
  constexpr std::array kBad{
      BadFleet{R"([])", "fleet: this is a list; write a map"},
      BadFleet{R"({"instance": []})", "fleet: instance: is not known here"},
      BadFleet{R"({"instances": {}})", "fleet: instances: is a map; write a list of maps"},
      BadFleet{R"({"instances": [{"agent": "onlin"}]})",
               "fleet: instances[0].agent: is \"onlin\"; write one of: none, online"},
      BadFleet{R"({"instances": [{"name": "a"}, {"state": "off"}]})",
               "fleet: instances[1].state: is \"off\"; write one of: running, stopped"},
      BadFleet{R"({"instances": [{"id": "web"}]})", "fleet: instances[0].id: \"web\" is no inst"},
      BadFleet{R"({"instances": [{"volumes": 0}]})", "fleet: instances[0].volumes: is 0"},
      BadFleet{R"({"instances": [{"count": 0}]})", "fleet: instances[0].count: is 0"},
      BadFleet{R"({"instances": [{"images": [{"age": "old"}]}]})",
               "fleet: instances[0].images[0].age: is no duration"},
      BadFleet{R"({"instances": [{"images": [{"name": "x", "count": 2}]}]})",
               "fleet: two images of 123456789012 are named \"x\""},
      BadFleet{R"({"instances": [{"id": "i-00000000"}, {"id": "i-00000000"}]})",
               "fleet: the id i-00000000 is in use"},
  };
  for (const auto& bad : kBad) {
    const auto loaded = sandbox_->load_fleet(kHere, json(bad.fleet));
    ASSERT_FALSE(loaded) << bad.fleet;
    EXPECT_TRUE(loaded.error().message.starts_with(bad.message)) << loaded.error().message;
  }
  EXPECT_FALSE(sandbox_->has_instances(kHere));
}

TEST_F(FleetTest, AThousandMachinesAreDescribedQuickly) {
  load(R"({"instances": [{"name": "s-{n}", "count": 1000, "tags": {"BackupGroup": "g"},
           "images": [{"age": "1d", "count": 5, "tags": {"Of": "{instance}", "AutoBackup": "true"}}]
           }]})");
  EXPECT_EQ(sandbox_->images(kHere).size(), 5000U);
  const auto machines = sandbox_->instances(kHere);
  std::size_t found = 0;
  for (std::size_t i = 0; i < machines.size(); i += 10) {
    const auto id = str(text_at(machines[i], "InstanceId"));
    const auto images = ec2("DescribeImages",
                            R"({"Owners": ["self"], "Filters": [
                                {"Name": "tag:AutoBackup", "Values": ["true"]},
                                {"Name": "tag:Of", "Values": [")" +
                                id + R"("]}]})");
    found += list_at(*images, "Images").size();
  }
  EXPECT_EQ(found, 500U);
}

}  // namespace
}  // namespace hikae::sandbox
