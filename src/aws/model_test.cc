#include "aws/model.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "aws/table.h"
#include "base/limits.h"
#include "text/json.h"

namespace hikae::aws {
namespace {

Operation operation_named(std::string_view service, std::string_view name) {
  auto found = Model::get().find(service, name);
  EXPECT_TRUE(found.has_value()) << service << ":" << name;
  return found.value_or(Operation{});
}

Value json_of(std::string_view text) {
  auto value = text::parse_json(text);
  EXPECT_TRUE(value.has_value()) << text;
  return value.value_or(Value{});
}

std::string check_message(std::string_view service, std::string_view name, const Value& input) {
  const auto checked = Model::get().check_input(operation_named(service, name), input);
  return checked ? "ok" : checked.error().message;
}

TEST(ModelTable, HoldsAllServicesAndOperations) {
  EXPECT_GT(Model::get().service_count(), 300u);
  EXPECT_GT(Model::get().operation_count(), 12'000u);
}

TEST(ModelTable, IsSortedByServiceAndBySpellingOfOperations) {
  const auto& all = table::Table::linked();
  std::string_view last;
  for (const auto& service : all.services()) {
    EXPECT_LT(last, all.text(service.name));
    last = all.text(service.name);
    std::string last_key;
    for (const auto& operation : all.operations_of(service)) {
      const auto key = table::spelling_key(all.text(operation.name));
      EXPECT_LT(last_key, key);
      last_key = key;
    }
  }
}

TEST(ModelTable, EveryReferenceLiesInsideTheTable) {
  const auto& all = table::Table::linked();
  std::size_t seen = 0;
  for (const auto& operation : all.operations()) {
    for (const auto index : {operation.input, operation.output}) {
      if (index == table::kNone) continue;
      for (const auto& member : all.members(all.shape(index)))
        seen += all.text(member.name).size() + all.text(all.shape(member.shape).name).size();
    }
    for (const auto index : all.list(operation.errors))
      seen += all.text(all.failure(index).code).size();
  }
  EXPECT_GT(seen, 100'000u);
}

TEST(ModelTable, RefusesBytesThatAreNone) {
  EXPECT_FALSE(table::Table::open({}).has_value());
  alignas(8) char wrong[200] = "hikaemdl";
  EXPECT_FALSE(table::Table::open(wrong).has_value());
}

TEST(ModelTable, RefusesATableThatIsCutOff) {
  std::ifstream file(HIKAE_BINARY_DIR "/models.bin", std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  ASSERT_GT(bytes.size(), 1000u);
  EXPECT_TRUE(table::Table::open(bytes).has_value());
  EXPECT_FALSE(table::Table::open(std::string_view(bytes).substr(0, 1000)).has_value());
  EXPECT_FALSE(table::Table::open(std::string_view(bytes).substr(0, bytes.size() - 1)).has_value());
}

TEST(ModelTable, KeepsWhatTheWireNeeds) {
  const auto& all = table::Table::linked();
  const auto& ec2 = *all.find_service("ec2");
  EXPECT_EQ(ec2.protocol, table::Protocol::Ec2);
  EXPECT_EQ(all.text(ec2.api_version), "2016-11-15");
  const auto& create = *all.find_operation(ec2, "CreateImage");
  EXPECT_EQ(all.text(create.method), "POST");
  const auto* no_reboot = all.find_member(all.shape(create.input), "NoReboot");
  ASSERT_NE(no_reboot, nullptr);
  EXPECT_EQ(all.text(no_reboot->location_name), "noReboot");

  const auto& ssm = *all.find_service("ssm");
  EXPECT_EQ(ssm.protocol, table::Protocol::Json);
  EXPECT_EQ(all.text(ssm.target_prefix), "AmazonSSM");
  EXPECT_EQ(all.text(ssm.json_version), "1.1");

  const auto& lambda = *all.find_service("lambda");
  const auto& invoke = *all.find_operation(lambda, "Invoke");
  const auto& request = all.shape(invoke.input);
  EXPECT_EQ(all.text(invoke.uri), "/2015-03-31/functions/{FunctionName}/invocations");
  EXPECT_EQ(all.text(all.members(request)[request.payload].name), "Payload");
  EXPECT_EQ(all.find_member(request, "FunctionName")->location, table::Location::Uri);
  EXPECT_EQ(all.find_member(request, "LogType")->location, table::Location::Header);
}

TEST(ModelTable, KeepsPaginatorsAndErrors) {
  const auto& all = table::Table::linked();
  const auto& ssm = *all.find_service("ssm");
  const auto& describe = *all.find_operation(ssm, "DescribeInstanceInformation");
  const auto* page = all.page(describe);
  ASSERT_NE(page, nullptr);
  EXPECT_EQ(all.text(all.list(page->result_keys)[0]), "InstanceInformationList");
  EXPECT_EQ(all.text(page->limit_key), "MaxResults");
  EXPECT_EQ(all.page(*all.find_operation(ssm, "SendCommand")), nullptr);
  const auto& sns = *all.find_service("sns");
  const auto& publish = *all.find_operation(sns, "Publish");
  bool found = false;
  for (const auto index : all.list(publish.errors))
    if (all.text(all.failure(index).code) == "NotFound")
      found = all.failure(index).http_status == 404;
  EXPECT_TRUE(found);
}

TEST(ModelFind, KnowsTheSpellingsThatDocumentsUse) {
  for (const auto* spelling : {"CreateImage", "createImage", "create_image", "create-image"})
    EXPECT_EQ(operation_named("ec2", spelling).name(), "CreateImage");
  EXPECT_EQ(operation_named("SQS", "SendMessage").service(), "sqs");
  EXPECT_EQ(operation_named("rds", "describe_db_instances").name(), "DescribeDBInstances");
  EXPECT_EQ(operation_named("ec2", "modify-image-attribute").name(), "ModifyImageAttribute");
}

TEST(ModelFind, NamesTheNearestSpelling) {
  const auto operation = Model::get().find("ec2", "CreateImages");
  ASSERT_FALSE(operation.has_value());
  EXPECT_EQ(operation.error().kind, ErrorKind::Unsupported);
  EXPECT_EQ(operation.error().message,
            "the service ec2 has no operation \"CreateImages\"; did you mean \"CreateImage\"?");
  const auto service = Model::get().find("cloudfromation", "CreateStack");
  ASSERT_FALSE(service.has_value());
  EXPECT_EQ(service.error().message,
            "there is no AWS service \"cloudfromation\"; did you mean \"cloudformation\"?");
}

TEST(ModelFind, SaysNothingOfWhatIsFarAway) {
  const auto operation = Model::get().find("ec2", "Zzzz");
  ASSERT_FALSE(operation.has_value());
  EXPECT_EQ(operation.error().message, "the service ec2 has no operation \"Zzzz\"");
  EXPECT_FALSE(Model::get().find("ec2", "").has_value());
  EXPECT_FALSE(Model::get().find("", "CreateImage").has_value());
  EXPECT_FALSE(Model::get().find("ec2", std::string(100'000, 'x')).has_value());
}

TEST(ModelFind, KnowsStreamsAndTokens) {
  EXPECT_TRUE(operation_named("s3", "GetObject").streams());
  EXPECT_TRUE(operation_named("s3", "PutObject").streams());
  EXPECT_FALSE(operation_named("ec2", "CreateImage").streams());
  EXPECT_EQ(operation_named("ec2", "RunInstances").token_member(), "ClientToken");
  EXPECT_EQ(operation_named("ssm", "StartAutomationExecution").token_member(), "ClientToken");
  EXPECT_EQ(operation_named("ec2", "CreateImage").token_member(), "");
}

struct InputCase {
  std::string_view service, operation, input, message;
};

class CheckInput : public ::testing::TestWithParam<InputCase> {};

TEST_P(CheckInput, SaysWhatBotocoreSays) {
  const auto& c = GetParam();
  EXPECT_EQ(check_message(c.service, c.operation, json_of(c.input)), c.message);
}

constexpr std::string_view kPrefix = "Parameter validation failed: ";

const InputCase kGoodInputs[] = {
    {"ec2", "CreateImage", R"({"InstanceId":"i-1","Name":"n","NoReboot":true})", "ok"},
    {"ec2", "DescribeImages", R"({})", "ok"},
    {"ec2", "DescribeImages", R"({"Filters":[{"Name":"name","Values":["a"]}]})", "ok"},
    {"ec2", "DescribeImages", R"({"MaxResults":100,"NextToken":"x"})", "ok"},
    {"ec2", "DeregisterImage", R"({"ImageId":"ami-1","DeleteAssociatedSnapshots":true})", "ok"},
    {"ssm", "StartAutomationExecution",
     R"({"DocumentName":"D","Parameters":{"InstanceId":["i-1"]}})", "ok"},
    {"ssm", "DescribeMaintenanceWindowSchedule", R"({"WindowId":"mw-12345678901234567"})", "ok"},
    {"cloudwatch", "PutMetricData",
     R"({"Namespace":"n","MetricData":[{"MetricName":"m","Value":3}]})", "ok"},
    {"cloudwatch", "PutMetricData",
     R"({"Namespace":"n","MetricData":[{"MetricName":"m","Value":3.5,)"
     R"("Timestamp":"2026-01-01T18:30:00.000Z"}]})",
     "ok"},
    {"lambda", "Invoke", R"({"FunctionName":"f","Payload":"{}"})", "ok"},
    {"sts", "GetCallerIdentity", R"(null)", "ok"},
    {"dynamodb", "PutItem", R"({"TableName":"ttt","Item":{"k":{"L":[{"S":"x"},{"N":"1"}]}}})",
     "ok"},
};

const InputCase kBadInputs[] = {
    {"ec2", "CreateImage", R"({"InstanceId":"i-1"})",
     R"(Parameter validation failed: Missing required parameter in input: "Name")"},
    {"ec2", "CreateImage", R"({"Name":"n","InstanceID":"i-1"})",
     R"(Parameter validation failed: Missing required parameter in input: "InstanceId"; )"
     R"(Unknown parameter in input: "InstanceID", must be one of: BlockDeviceMappings, )"
     R"(Description, DryRun, InstanceId, Name, NoReboot, TagSpecifications, SnapshotLocation)"},
    {"ec2", "CreateImage", R"({"InstanceId":"i-1","Name":"n","NoReboot":"true"})",
     "Parameter validation failed: Invalid type for parameter NoReboot, value: true, type: "
     "string, valid types: boolean"},
    {"ec2", "CreateImage", R"({"InstanceId":null,"Name":"n"})",
     "Parameter validation failed: Invalid type for parameter InstanceId, value: null, type: "
     "null, valid types: string"},
    {"ec2", "DescribeImages", R"({"Filters":[{"Name":"name","Value":["a"]}]})",
     R"(Parameter validation failed: Unknown parameter in Filters[0]: "Value", must be one of: )"
     "Name, Values"},
    {"ec2", "DescribeImages", R"({"Filters":{"Name":"name"}})",
     "Parameter validation failed: Invalid type for parameter Filters, value: …, type: map, "
     "valid types: list"},
    {"ec2", "DescribeImages", R"({"Filters":[{"Name":"a","Values":["x",7]}]})",
     "Parameter validation failed: Invalid type for parameter Filters[0].Values[1], value: 7, "
     "type: integer, valid types: string"},
    {"ec2", "DescribeImages", R"({"MaxResults":"100"})",
     "Parameter validation failed: Invalid type for parameter MaxResults, value: 100, type: "
     "string, valid types: integer"},
    {"ssm", "DescribeInstanceInformation", R"({"MaxResults":1})",
     "Parameter validation failed: Invalid value for parameter MaxResults, value: 1, valid min "
     "value: 5"},
    {"ssm", "DescribeMaintenanceWindowSchedule", R"({"WindowId":"mw-1"})",
     "Parameter validation failed: Invalid length for parameter WindowId, value: 4, valid min "
     "length: 20"},
    {"ssm", "StartAutomationExecution", R"({"DocumentName":"D","Parameters":{"InstanceId":"i-1"}})",
     "Parameter validation failed: Invalid type for parameter Parameters.InstanceId, value: i-1, "
     "type: string, valid types: list"},
    {"cloudwatch", "PutMetricData",
     R"({"Namespace":"n","MetricData":[{"MetricName":"m","Timestamp":"yesterday"}]})",
     "Parameter validation failed: Invalid type for parameter MetricData[0].Timestamp, value: "
     "yesterday, type: string, valid types: timestamp string (2026-01-01T18:30:00Z)"},
    {"ec2", "DescribeTags", R"([])",
     "Parameter validation failed: Invalid type for parameter input, value: …, type: list, valid "
     "types: map"},
    {"sts", "GetCallerIdentity", R"({"Account":"1"})",
     R"(Parameter validation failed: Unknown parameter in input: "Account", must be one of: )"},
};

INSTANTIATE_TEST_SUITE_P(Good, CheckInput, ::testing::ValuesIn(kGoodInputs));
INSTANTIATE_TEST_SUITE_P(Bad, CheckInput, ::testing::ValuesIn(kBadInputs));

TEST(CheckInputLimits, ListsTenProblemsAndCountsTheRest) {
  Object input;
  for (int i = 0; i < 14; ++i) input["X" + std::to_string(i)] = 1;
  const auto message = check_message("sts", "GetCallerIdentity", input);
  EXPECT_TRUE(message.starts_with(kPrefix));
  EXPECT_TRUE(message.ends_with("; and 4 more")) << message;
}

TEST(CheckInputLimits, RefusesWhatIsNestedTooDeep) {
  Value item = Object{{"S", "x"}};
  for (int i = 0; i < 80; ++i) item = Object{{"L", Array{item}}};
  const auto checked =
      Model::get().check_input(operation_named("dynamodb", "PutItem"),
                               Object{{"TableName", "ttt"}, {"Item", Object{{"k", item}}}});
  ASSERT_FALSE(checked.has_value());
  EXPECT_EQ(checked.error().kind, ErrorKind::Limit);
}

TEST(CheckInputLimits, RepeatsHostileTextHarmlessAndShort) {
  const auto message = check_message("ec2", "DescribeImages",
                                     Object{{"MaxResults", std::string(500, 'a') + "\x1b[31m"}});
  EXPECT_LT(message.size(), 250u);
  EXPECT_EQ(message.find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace hikae::aws
