#include "stack/validate.h"

#include <array>

#include "stack/graph.h"
#include "stack/testing_template.h"

namespace hikae::stack {
namespace {

using testing::errors_in;
using testing::errors_of;
using testing::shared_folder;
using testing::template_from;
using testing::text_of_file;

// Checks that stand in for src/schedule and src/pattern, which this floor may not include; the same
// cases run against the real ones in src/plan.
Checkers narrow_checkers() {
  Checkers checkers;
  checkers.schedule = [](std::string_view text, ScheduleUse) -> Result<> {
    if (text == "cron(30 03 ? * * *)" || text == "cron(20 18 * * ? *)") return {};
    return fail(ErrorKind::Invalid, "expected another schedule");
  };
  checkers.timezone = [](std::string_view zone) -> Result<> {
    if (zone == "Asia/Tokyo") return {};
    return fail(ErrorKind::Invalid, "expected a known zone");
  };
  checkers.event_pattern = [](const Value& pattern) -> Result<> {
    const auto* source = find(pattern, "source");
    if (source && source->is_array()) return {};
    return fail(ErrorKind::Invalid, "expected a list at source");
  };
  return checkers;
}

Value* child_of(Value& parent, std::string_view token) {
  if (auto* object = parent.if_object()) return object->if_contains(token);
  auto* list = parent.if_array();
  const auto index = static_cast<std::size_t>(std::stoul(str(token)));
  return list && index < list->size() ? &(*list)[index] : nullptr;
}

/// One step of RFC 6902: add, replace or remove at a pointer without escapes.
void apply_patch_step(Value& root, const Value& step) {
  auto pointer = text_at(step, "path").substr(1);
  Value* at = &root;
  for (auto slash = pointer.find('/'); slash != std::string_view::npos; slash = pointer.find('/')) {
    at = child_of(*at, pointer.substr(0, slash));
    ASSERT_NE(at, nullptr) << text_at(step, "path");
    pointer.remove_prefix(slash + 1);
  }
  if (text_at(step, "op") == "remove")
    at->as_object().stable_erase(pointer);
  else if (at->is_array())
    at->as_array()[std::stoul(str(pointer))] = *find(step, "value");
  else
    at->as_object()[pointer] = *find(step, "value");
}

TEST(Validate, TheArticlesTemplatesHaveNoErrors) {
  if (shared_folder().empty()) GTEST_SKIP() << "the article's files are not beside the project";
  for (std::string_view name : {"", ".cli", ".env", ".legacy"}) {
    const auto path = shared_folder() + "/compat/article-template" + str(name) + ".json";
    EXPECT_EQ(errors_of(text_of_file(path), narrow_checkers()), "") << path;
  }
}

TEST(Validate, EveryNegativeCaseGetsItsVerdictAndItsPlace) {
  if (shared_folder().empty()) GTEST_SKIP() << "the article's files are not beside the project";
  const auto cases = *text::parse_json(text_of_file(HIKAE_TEST_DATA "/cfn-negative.json"));
  for (const auto& one : list_at(cases, "cases")) {
    auto source =
        template_from(text_of_file(shared_folder() + "/compat/" + str(text_at(cases, "base"))));
    for (const auto& step : list_at(one, "patch")) apply_patch_step(source.value, step);
    const auto errors = errors_in(validate(source, narrow_checkers()));
    const bool accepted = text_at(one, "expected").starts_with("accepted");
    EXPECT_EQ(errors.empty(), accepted) << text_at(one, "id") << "\n" << errors;
    if (accepted) continue;
    EXPECT_TRUE(errors.starts_with("Resources.SsmBackup")) << text_at(one, "id") << "\n" << errors;
    EXPECT_NE(errors.find("expected"), std::string::npos) << text_at(one, "id") << "\n" << errors;
  }
}

constexpr std::string_view kWindowText = R"(
Resources:
  Window:
    Type: AWS::SSM::MaintenanceWindow
    Properties:
      Name: nightly
      Schedule: cron(30 03 ? * * *)
      Duration: 2
      Cutoff: 0
      AllowUnassociatedTargets: false
)";

/// The window's template with one line replaced or added.
std::string window_with(std::string_view line, std::string_view instead) {
  std::string text(kWindowText);
  if (line.empty()) return text + str(instead) + "\n";
  text.replace(text.find(line), line.size(), instead);
  return text;
}

struct BadWindow {
  std::string_view line, instead, path, said;
};

TEST(Validate, NamesResourcePropertyAndExpectation) {
  constexpr auto kBad = std::to_array<BadWindow>({
      {"Duration: 2", "Duration: 25", "Window.Properties.Duration", "expected 1 to 24"},
      {"Duration: 2", "Duration: '25'", "Window.Properties.Duration", "expected 1 to 24"},
      {"Duration: 2", "Duration: two", "Window.Properties.Duration", "expected a whole number"},
      {"Duration: 2", "Duration: 1.5", "Window.Properties.Duration", "expected a whole number"},
      {"Duration: 2", "Duration: [2]", "Window.Properties.Duration", "expected a whole number"},
      {"Cutoff: 0", "Cutoff: 2", "Window.Properties.Cutoff", "expected 0 to 1 hours"},
      {"Cutoff: 0", "Cutof: 0", "Window.Properties.Cutof", "did you mean Cutoff?"},
      {"Cutoff: 0", "Cutof: 0", "Window.Properties.Cutoff", "required and missing"},
      {"Name: nightly", "Name: no", "Window.Properties.Name", "expected the form"},
      {"Name: nightly", "Name: a night", "Window.Properties.Name", "expected the form"},
      {"Name: nightly", "Name: {a: b}", "Window.Properties.Name", "expected a text"},
      {"Targets: false", "Targets: maybe", "AllowUnassociatedTargets", "expected true or false"},
      {"Window:", "My-Window:", "Resources.My-Window", "letters and digits"},
      {"AWS::SSM::Main", "AWS::SSM::Maim", "Window.Type", "AWS::SSM::MaintenanceWindow?"},
      {"Type: AWS", "DependsOn: Nobody\n    Type: AWS", "Window.DependsOn", "\"Nobody\""},
      {"Type: AWS", "Condition: Nobody\n    Type: AWS", "Window.Condition", "\"Nobody\""},
      {"Type: AWS", "Propertys: {}\n    Type: AWS", "Window.Propertys", "mean Properties?"},
      {"Type: AWS", "DeletionPolicy: Keep\n    Type: AWS", "DeletionPolicy", "expected Delete"},
      {"nightly", "!GetAtt Window.Id", "Name.Fn::GetAtt", "has no attribute Id"},
      {"nightly", "!Sub '${Nobody}'", "Name.Fn::Sub", "\"Nobody\" is unknown"},
      {"nightly", "!Sub '${Windo.WindowId}'", "Name.Fn::Sub", "did you mean Window?"},
      {"nightly", "!ImportValue {Ref: Window}", "Name.Fn::ImportValue", "hangs on a resource"},
      {"nightly", "{Fn::Upper: x}", "Name.Fn::Upper", "there is no function Fn::Upper"},
      {"nightly", "{Fn::Equals: [1, 1]}", "Name.Fn::Equals", "expected it in Conditions"},
      {"nightly", "{Fn::Split: [',', 'a,b']}", "Window.Properties.Name", "gives a list"},
      {"nightly", "{Fn::If: [Nope, a, b]}", "Name.Fn::If", "there is no condition"},
      {"nightly", "{Ref: Window, a: b}", "Name.Ref", "expected it alone"},
      {"nightly", "{Fn::Join: ['-', x]}", "Name.Fn::Join", "expected a list"},
      {"nightly", "{Fn::Select: [5, [a]]}", "Name.Fn::Select", "item 5 of a list of 1"},
      {"nightly", "{Fn::Select: [first, [a]]}", "Name.Fn::Select", "no index"},
      {"nightly", "{Fn::Cidr: [10.0.0.0/16, 2, 8]}", "Window.Properties.Name", "gives a list"},
      {"nightly", "'{{resolve:secretsmanager:a:SecretString:b}}'", "Window.Properties.Name",
       "{{resolve:secretsmanager:…}} is not resolved"},
      {"nightly", "!Sub 'x{{resolve:ssm-secure:a}}'", "Window.Properties.Name",
       "{{resolve:ssm-secure:…}} is not resolved"},
      {"Resources:", "Resource:", "Resource", "did you mean Resources?"},
      {"Resources:", "Transform: X\nResources:", "Transform", "macros are not run"},
      {"Resources:", "Parameters: {A: {Type: Text}}\nResources:", "A.Type", "no parameter type"},
      {"Resources:", "Parameters: {A: {Type: Number, Default: x}}\nResources:", "A.Default",
       "no number"},
      {"Resources:", "Conditions: {A: {Fn::Equals: [!Ref Window, 1]}}\nResources:", "A.Fn::Equals",
       "expected a parameter"},
      {"Resources:", "Outputs: {A: {Value: !Ref Windo}}\nResources:", "A.Value", "mean Window?"},
      {"", "      ScheduleOffset: 7", "Window.Properties.ScheduleOffset", "expected 1 to 6"},
      {"", "      Tags: [{Key: a}]", "Window.Properties.Tags[0].Value", "required and missing"},
      {"", "      StartDate: tomorrow", "Window.Properties.StartDate", "expected a form like"},
  });
  for (const auto& bad : kBad) {
    const auto errors = errors_of(window_with(bad.line, bad.instead));
    EXPECT_NE(errors.find(bad.path), std::string::npos) << bad.instead << "\n" << errors;
    EXPECT_NE(errors.find(bad.said), std::string::npos) << bad.instead << "\n" << errors;
  }
}

std::string problems_of(std::string_view type, std::string_view properties) {
  return errors_of(
      "Resources: {Role: {Type: AWS::IAM::Role, Properties: "
      "{AssumeRolePolicyDocument: {Statement: {Effect: Allow, Action: sts:AssumeRole, "
      "Principal: {Service: ssm.amazonaws.com}}}}}, It: {Type: '" +
      str(type) + "', Properties: " + str(properties) + "}}");
}

TEST(Validate, WhatAReferenceWillGiveIsNotJudgedYet) {
  EXPECT_EQ(errors_of(window_with("Duration: 2", "Duration: '{{resolve:ssm:/hours:2}}'")), "");
}

TEST(Validate, ConstantKeysOfMappingsAreThere) {
  const auto errors = [](const std::string& call) {
    return errors_of(
        "Mappings: {Sizes: {prod: {Count: '3'}}}\nParameters: {Stage: {Type: String}}" +
        window_with("nightly", "{Fn::FindInMap: " + call + "}"));
  };
  EXPECT_EQ(errors("[Sizes, prod, Count]"), "");
  EXPECT_EQ(errors("[Sizes, !Ref Stage, Count]"), "");
  EXPECT_NE(errors("[Size, prod, Count]").find("did you mean Sizes?"), std::string::npos);
  EXPECT_NE(errors("[Sizes, dev, Count]").find("Sizes has no key \"dev\""), std::string::npos);
  EXPECT_NE(errors("[Sizes, prod, Cout]").find("did you mean Count?"), std::string::npos);
  EXPECT_NE(errors("[Sizes, !Ref Stage, Cout]").find("holds \"Cout\""), std::string::npos);
}

TEST(Validate, WhatHikaeWouldNotDoIsRefusedByItsProperty) {
  EXPECT_NE(problems_of("AWS::S3::Bucket", "{CorsConfiguration: {CorsRules: []}}")
                .find("It.Properties.CorsConfiguration: hikae does not do this"),
            std::string::npos);
  EXPECT_EQ(problems_of("AWS::S3::Bucket", "{ObjectLockEnabled: false}"), "") << "asks nothing";
}

TEST(Validate, WhatHikaeNeverMakesIsRefusedByItsType) {
  const auto made = problems_of("AWS::Events::EventBus", "{Name: other}");
  EXPECT_NE(made.find("It.Type: hikae makes no resources of type AWS::Events::EventBus"),
            std::string::npos)
      << made;
  for (const auto* type : {"", "DocumentType: Command, "}) {
    const auto errors =
        problems_of("AWS::SSM::Document", "{" + str(type) + "Content: {schemaVersion: '2.2'}}");
    EXPECT_NE(errors.find("DocumentType: hikae makes no documents of type Command"),
              std::string::npos)
        << errors;
  }
}

TEST(Validate, ProblemsHaveTheirLine) {
  const auto problems =
      validate(template_from(window_with("Duration: 2", "Duration: 30")), Checkers{});
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].position.line, 8);
}

TEST(Validate, TextsAreTurnedIntoNumbersAndBack) {
  EXPECT_EQ(errors_of(window_with("Duration: 2", "Duration: '2'")), "");
  EXPECT_EQ(errors_of(window_with("Targets: false", "Targets: 'false'")), "");
  const auto meant = conform_resolved(
      "Rule", "AWS::SSM::MaintenanceWindowTask",
      *text::parse_json(R"({"WindowId":"mw-0123456789abcdef0","TaskArn":"x","TaskType":"AUTOMATION",
        "Priority":"1","MaxConcurrency":100,"MaxErrors":"10%","Targets":[{"Key":"WindowTargetIds",
        "Values":["a"]}]})"),
      Checkers{});
  ASSERT_TRUE(meant.has_value()) << meant.error().message;
  EXPECT_EQ(int_at(*meant, "Priority"), 1);
  EXPECT_EQ(text_at(*meant, "MaxConcurrency"), "100");
}

struct BadProperties {
  std::string_view type, properties, path, said;
};

TEST(Validate, KnowsWhatHoldsBetweenProperties) {
  constexpr std::string_view kTask =
      "{WindowId: mw-0123456789abcdef0, TaskArn: d, Priority: 1, TaskType: ";
  const std::string task(kTask);
  const BadProperties bad[] = {
      {"AWS::Events::Rule", "{Name: r}", "It.Properties", "EventPattern or ScheduleExpression"},
      {"AWS::Events::Rule",
       "{EventPattern: {source: [a]}, Targets: [{Id: a, Arn: 'arn:x'}, {Id: a, Arn: 'arn:y'}]}",
       "Targets[1].Id", "stands twice"},
      {"AWS::Events::Rule",
       "{EventPattern: {source: [a]}, Targets: [{Id: a, Arn: 'arn:x', Input: '{'}]}",
       "Targets[0].Input", "no JSON text"},
      {"AWS::Lambda::Function", "{Role: 'arn:x', Code: {S3Bucket: abc, S3Key: k}, Handler: h}",
       "It.Properties.Runtime", "required for code in a zip"},
      {"AWS::Lambda::Function",
       "{Role: 'arn:x', Code: {S3Bucket: abc}, Handler: h, Runtime: python3.13}",
       "It.Properties.Code", "S3Bucket and S3Key together"},
      {"AWS::Lambda::Function",
       "{Role: !Ref Role, Code: {ZipFile: x}, Handler: h, Runtime: python3.13}",
       "It.Properties.Role", "expected an ARN"},
      {"AWS::Lambda::Function",
       "{Role: 'arn:x', Code: {ZipFile: x}, Handler: h, Runtime: python3.99}",
       "It.Properties.Runtime", "no Lambda runtime"},
      {"AWS::SNS::Subscription", "{TopicArn: 'arn:x', Protocol: email, Endpoint: nobody}",
       "It.Properties.Endpoint", "name@domain"},
      {"AWS::SNS::Subscription", "{TopicArn: !Ref Role, Protocol: sms, Endpoint: '+81'}",
       "It.Properties.TopicArn", "expected a AWS::SNS::Topic"},
      {"AWS::SNS::Subscription", "{TopicArn: 'arn:x', Protocol: mail, Endpoint: a@b}",
       "It.Properties.Protocol", "did you mean email?"},
      {"AWS::IAM::Policy",
       "{PolicyName: p, PolicyDocument: {Statement: [{Effect: Allow, Action: 'ec2:*', Resource: "
       "'*'}]}}",
       "It.Properties", "Roles, Users, Groups"},
      {"AWS::IAM::Policy",
       "{PolicyName: p, Roles: [!Ref Role], PolicyDocument: {Statement: [{Effect: Maybe, Action: "
       "ec2, Resource: '*'}]}}",
       "Statement[0].Effect", "expected Allow or Deny"},
      {"AWS::IAM::Policy",
       "{PolicyName: p, Roles: [!Ref Role], PolicyDocument: {Statement: [{Effect: Allow, Action: "
       "ec2, Resource: '*'}]}}",
       "Statement[0].Action", "expected service:Operation"},
      {"AWS::SSM::Document", "{Name: aws-mine, Content: {}}", "It.Properties.Name", "reserved"},
      {"AWS::SNS::Topic", "{TopicName: a.b}", "It.Properties.TopicName", "expected letters"},
  };
  for (const auto& one : bad) {
    const auto errors = problems_of(one.type, one.properties);
    EXPECT_NE(errors.find(one.path), std::string::npos) << one.properties << "\n" << errors;
    EXPECT_NE(errors.find(one.said), std::string::npos) << one.properties << "\n" << errors;
  }
  const auto targetless =
      problems_of("AWS::SSM::MaintenanceWindowTask", task + "LAMBDA, MaxErrors: 1}");
  EXPECT_NE(targetless.find("without targets does not support MaxErrors"), std::string::npos);
  const auto block = problems_of("AWS::SSM::MaintenanceWindowTask",
                                 task +
                                     "LAMBDA, TaskInvocationParameters: "
                                     "{MaintenanceWindowAutomationParameters: {}}}");
  EXPECT_NE(block.find("expected MaintenanceWindowLambdaParameters"), std::string::npos);
}

TEST(Validate, ACircleNamesEveryResourceOfIt) {
  const auto errors = errors_of(
      "Resources:\n"
      "  A: {Type: AWS::SNS::Topic, DependsOn: C}\n"
      "  B: {Type: AWS::SNS::Topic, Properties: {DisplayName: !GetAtt A.TopicName}}\n"
      "  C: {Type: AWS::SNS::Topic, Properties: {DisplayName: !Sub '${B.TopicName}'}}\n");
  EXPECT_NE(errors.find("A -> C -> B -> A"), std::string::npos) << errors;
}

TEST(Order, PutsEachResourceBehindWhatItNeeds) {
  const auto source = template_from(
      "Resources:\n"
      "  Last: {Type: AWS::SNS::Topic, DependsOn: [Middle]}\n"
      "  Middle: {Type: AWS::SNS::Topic, Properties: {DisplayName: !Ref First}}\n"
      "  Alone: {Type: AWS::SNS::Topic}\n"
      "  First: {Type: AWS::SNS::Topic}\n");
  const auto order = order_of(source, needs_of(source));
  EXPECT_EQ(order.ids, (std::vector<std::string>{"First", "Middle", "Last", "Alone"}));
}

TEST(ResourceTable, PatternsBoundTheWholeText) {
  EXPECT_TRUE(matches("mw-[0-9a-f]{17}", "mw-0123456789abcdef0"));
  EXPECT_FALSE(matches("mw-[0-9a-f]{17}", "mw-0123456789abcdef"));
  EXPECT_FALSE(matches("mw-[0-9a-f]{17}", "mw-0123456789abcdef01"));
  EXPECT_TRUE(matches("[a-z]*", ""));
  EXPECT_FALSE(matches("[a-z]+", ""));
  EXPECT_FALSE(matches("[A-Za-z0-9_.-]{3,128}", "控え"));
}

TEST(ResourceTable, HoldsEveryTypeAndPropertyOfTheSpecification) {
  if (shared_folder().empty()) GTEST_SKIP() << "the specification is not beside the project";
  const auto spec =
      *text::parse_json(text_of_file(shared_folder() + "/compat/cfn-resource-spec.json"));
  for (const auto& type : object_at(spec, "resources")) {
    const auto* known = find_resource_type(type.key());
    ASSERT_NE(known, nullptr) << type.key();
    for (const auto& property : object_at(type.value(), "properties")) {
      const auto* mine = known->properties.find(property.key());
      ASSERT_NE(mine, nullptr) << type.key() << "." << property.key();
      EXPECT_EQ(mine->required, is_true_at(property.value(), "required")) << property.key();
      EXPECT_EQ(mine->many == Many::List, text_at(property.value(), "type").starts_with("list<") &&
                                              mine->shape != Shape::Json)
          << type.key() << "." << property.key();
    }
    for (const auto& attribute : object_at(type.value(), "attributes"))
      EXPECT_TRUE(attribute.key() == "State" ||
                  std::ranges::find(known->attributes, std::string_view(attribute.key())) !=
                      known->attributes.end())
          << type.key() << "." << attribute.key();
  }
}

TEST(TemplateParameters, ListsOfParameterStoreAreLists) {
  for (const auto* type : {"List<String>", "CommaDelimitedList", "List<AWS::EC2::Subnet::Id>"}) {
    const Value declared = Object{{"Type", "AWS::SSM::Parameter::Value<" + str(type) + ">"}};
    EXPECT_EQ(looked_up_value(declared, "a, b"), Value(Array{"a", "b"})) << type;
    const auto source = Template{Object{{"Parameters", Object{{"P", declared}}}}, {}};
    EXPECT_EQ(bind_template_parameters(source, Object{{"P", "/a"}}, nullptr)->at("P"), "/a");
    const auto used = "Parameters: {P: {Type: '" + str(text_at(declared, "Type")) +
                      "'}}\nResources: {R: {Type: AWS::SSM::MaintenanceWindowTarget, Properties: "
                      "{WindowId: mw-0123456789abcdef0, ResourceType: INSTANCE, Targets: [{Key: "
                      "InstanceIds, Values: !Ref P}]}}}";
    EXPECT_EQ(errors_of(used), "");
  }
  EXPECT_EQ(looked_up_value(Object{{"Type", "AWS::SSM::Parameter::Value<String>"}}, "a,b"), "a,b");
}

TEST(TemplateParameters, AreBoundCheckedAndSplit) {
  const auto source = template_from(
      "Parameters:\n"
      "  Stage: {Type: String, AllowedValues: [dev, prod], Default: dev}\n"
      "  Count: {Type: Number, MinValue: 1, MaxValue: 5}\n"
      "  Names: {Type: CommaDelimitedList, Default: 'a, b'}\n"
      "  Code: {Type: String, AllowedPattern: '[a-z]{2}', Default: ab}\n"
      "  Boot: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /boot}\n");
  std::vector<std::string> names;
  const auto bound_values = bind_template_parameters(source, Object{{"Count", "3"}}, &names);
  ASSERT_TRUE(bound_values.has_value()) << bound_values.error().message;
  EXPECT_EQ(text::to_json(*bound_values),
            R"({"Stage":"dev","Count":"3","Names":["a","b"],"Code":"ab","Boot":"/boot"})");
  EXPECT_EQ(names, std::vector<std::string>{"Boot"});
  const auto error = [&](Object given) {
    return bind_template_parameters(source, given, nullptr).error().message;
  };
  EXPECT_NE(error({}).find("Count has no value"), std::string::npos);
  EXPECT_NE(error({{"Count", "6"}}).find("at most 5"), std::string::npos);
  EXPECT_NE(error({{"Count", "1"}, {"Stage", "x"}}).find("one of dev, prod"), std::string::npos);
  EXPECT_NE(error({{"Count", "1"}, {"Code", "abc"}}).find("[a-z]{2}"), std::string::npos);
  EXPECT_NE(error({{"Other", "1"}}).find("no parameter Other"), std::string::npos);
}

}  // namespace
}  // namespace hikae::stack
