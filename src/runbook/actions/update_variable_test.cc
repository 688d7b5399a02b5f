#include "runbook/actions/one_step_test.h"

namespace hikae::runbook::testing {
namespace {

class UpdateVariableStep : public OneStep {
 protected:
  std::string set(const std::string& declared, const std::string& value,
                  const std::string& name = "variable:v") {
    driver.add_document(
        "Doc",
        fmt::format("schemaVersion: '0.3'\nparameters: {{P: {{type: StringList, default: [a, "
                    "b]}}, N: {{type: String, default: 'variable:other'}}}}\nvariables:\n  v: "
                    "{{{}}}\nmainSteps:\n"
                    "  - {{name: Before, action: 'aws:executeAwsApi', inputs: {{Service: ec2, "
                    "Api: LookBefore}}}}\n"
                    "  - name: Do\n    action: aws:updateVariable\n    inputs: {{Name: '{}', "
                    "Value: {}}}\n"
                    "  - {{name: After, action: 'aws:executeAwsApi', inputs: {{Service: ec2, "
                    "Api: LookAfter, V: '{{{{ variable:v }}}}'}}}}\n",
                    declared, name, value));
    run = driver.start("Doc");
    driver.play();
    return driver.status(run);
  }
};

TEST_F(UpdateVariableStep, ChangesWhatLaterStepsSee) {
  EXPECT_EQ(set("type: String, default: old", "new"), "Success");
  EXPECT_EQ(sent("LookAfter"), R"({"V":"new"})");
  EXPECT_EQ(text::to_json(object_at(driver.describe(run), "Variables")), R"({"v":["new"]})");
}

TEST_F(UpdateVariableStep, KeepsTypes) {
  EXPECT_EQ(set("type: StringList", "'{{ P }}'"), "Success");
  EXPECT_EQ(sent("LookAfter"), R"({"V":["a","b"]})");
  EXPECT_EQ(set("type: Integer, default: 1", "7"), "Success");
  EXPECT_EQ(sent("LookAfter", 1), R"({"V":7})");
  EXPECT_EQ(set("type: MapList", "[{a: 1}]"), "Success");
  EXPECT_EQ(sent("LookAfter", 2), R"({"V":[{"a":1}]})");
}

TEST_F(UpdateVariableStep, EarlierStepsKeepTheirInputsInTheDescription) {
  driver.add_document("Doc", R"(
schemaVersion: '0.3'
variables: {v: {type: Integer, default: 1}}
mainSteps:
  - {name: A, action: 'aws:executeAwsApi', inputs: {Service: ec2, Api: Look, V: '{{ variable:v }}'}}
  - {name: B, action: 'aws:updateVariable', inputs: {Name: 'variable:v', Value: 2}}
  - {name: C, action: 'aws:executeAwsApi', inputs: {Service: ec2, Api: Look, V: '{{ variable:v }}'}}
)");
  run = driver.start("Doc");
  driver.play();
  EXPECT_EQ(driver.input_of(run, "A", "V"), "1");
  EXPECT_EQ(driver.input_of(run, "C", "V"), "2");
}

TEST_F(UpdateVariableStep, AValueOfAnotherTypeFailsWithoutConversion) {
  EXPECT_EQ(set("type: Integer", "'7'"), "Failed");
  EXPECT_NE(
      failure().find("The value for the variable 'v' is a string, its type is Integer: nothing "
                     "is converted"),
      std::string::npos)
      << failure();
  EXPECT_EQ(set("type: StringList", "one"), "Failed");
}

TEST_F(UpdateVariableStep, TooLongAValueFails) {
  EXPECT_EQ(set("type: String", std::string(513, 'x')), "Failed");
  EXPECT_NE(failure().find("too long: 513, at most 512"), std::string::npos) << failure();
  std::string list = "[";
  for (int i = 0; i < 51; ++i) list += "a, ";
  EXPECT_EQ(set("type: StringList", list + "a]"), "Failed");
  std::string maps = "[";
  for (int i = 0; i < 200; ++i) maps += "{a: 1}, ";
  EXPECT_EQ(set("type: MapList", maps + "{a: 1}]"), "Failed");
  EXPECT_NE(failure().find("too long: 201, at most 200"), std::string::npos) << failure();
}

TEST_F(UpdateVariableStep, ConstraintsOfTheDeclarationFailAValue) {
  EXPECT_EQ(set("type: String, allowedValues: [a, b]", "c"), "Failed");
  EXPECT_NE(failure().find("not found in [a, b]"), std::string::npos) << failure();
  EXPECT_EQ(set("type: String, allowedPattern: '[0-9]+'", "c"), "Failed");
}

TEST_F(UpdateVariableStep, AVariableThatIsNotDeclaredIsRefusedAtOnce) {
  for (const auto* name : {"variable:w", "v"}) {
    text::Diagnostics problems;
    const auto document = read_document(
        fmt::format(
            "schemaVersion: '0.3'\nvariables: {{v: {{type: String}}}}\nmainSteps:\n  - name: "
            "Do\n    action: aws:updateVariable\n    inputs: {{Name: '{}', Value: x}}\n",
            name),
        problems);
    EXPECT_FALSE(document.has_value()) << name;
  }
}

TEST_F(UpdateVariableStep, AVariableNamedAtRunTimeThatIsNotDeclaredFails) {
  driver.add_document("Doc", R"(
schemaVersion: '0.3'
variables: {v: {type: String}}
parameters: {N: {type: String}}
mainSteps:
  - {name: Do, action: 'aws:updateVariable', inputs: {Name: 'variable:v', Value: '{{ N }}'}}
  - {name: Use, action: 'aws:executeAwsApi', inputs: {Service: ec2, Api: Look, V: '{{ variable:v }}'}}
)");
  run = driver.start("Doc", {{"N", Array{std::string(513, 'x')}}});
  driver.play();
  EXPECT_EQ(driver.status(run), "Failed");
}

TEST_F(UpdateVariableStep, AVariableWithoutAValueFailsWhoUsesIt) {
  driver.add_document("Doc", R"(
schemaVersion: '0.3'
variables: {v: {type: String}}
mainSteps:
  - {name: Do, action: 'aws:executeAwsApi', inputs: {Service: ec2, Api: Look, V: '{{ variable:v }}'}}
)");
  run = driver.start("Doc");
  driver.play();
  EXPECT_NE(failure().find("{{ variable:v }} has no value"), std::string::npos) << failure();
}

}  // namespace
}  // namespace hikae::runbook::testing
