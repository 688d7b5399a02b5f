#include "runbook/parameters.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "runbook/document.h"
#include "text/json.h"

namespace hikae::runbook {
namespace {

std::shared_ptr<const Document> with_parameters(std::string_view parameters) {
  text::Diagnostics problems;
  auto document = read_document("schemaVersion: '0.3'\nparameters: " + std::string(parameters) +
                                    "\nmainSteps:\n  - name: A\n    action: aws:sleep\n"
                                    "    inputs: {Duration: PT1S}\n",
                                problems);
  EXPECT_TRUE(document) << text::as_error(problems, "").message;
  return document.value_or(nullptr);
}

std::string bound(std::string_view parameters, std::string_view given) {
  const auto values =
      bind_parameters(*with_parameters(parameters), text::parse_json(given).value());
  if (values) return text::to_json(*values);
  EXPECT_EQ(values.error().code, "InvalidAutomationExecutionParametersException");
  return values.error().message;
}

TEST(Parameters, EachTypeIsMadeOfItsTexts) {
  EXPECT_EQ(bound("{S: {type: String}, L: {type: StringList}, I: {type: Integer},"
                  " B: {type: Boolean}, M: {type: StringMap}, N: {type: MapList}}",
                  R"({"S":["x"],"L":["a","b"],"I":["12"],"B":["true"],
                      "M":["{\"k\":1}"],"N":["{\"a\":1}","{\"b\":2}"]})"),
            R"({"S":"x","L":["a","b"],"I":12,"B":true,"M":{"k":1},"N":[{"a":1},{"b":2}]})");
}

TEST(Parameters, DefaultsAreAddedInTheOrderOfDeclaration) {
  EXPECT_EQ(
      bound("{A: {type: String, default: ''}, B: {type: String}, C: {type: Integer, default: 3},"
            " D: {type: StringList, default: [x]}}",
            R"({"B":["b"]})"),
      R"({"A":"","B":"b","C":3,"D":["x"]})");
}

TEST(Parameters, ARequiredOneAndAnUndeclaredOneAreNamedTogether) {
  EXPECT_EQ(bound("{InstanceId: {type: String}}", R"({"Instance":["i"]})"),
            "Parameter \"Instance\" is not declared in the document. Parameter \"InstanceId\" is "
            "required: it has no default; give a value.");
}

TEST(Parameters, AllowedValuesAreCaseSensitiveAndWordedAsTheServiceDoes) {
  const auto* action = "{Action: {type: String, allowedValues: [Install, Uninstall]}}";
  EXPECT_EQ(bound(action, R"({"Action":["Install"]})"), R"({"Action":"Install"})");
  EXPECT_EQ(bound(action, R"({"Action":["install"]})"),
            "Parameter \"Action\" has value \"install\" not found in [Install, Uninstall].");
}

TEST(Parameters, AllowedValuesMayBeNumbers) {
  EXPECT_EQ(bound("{N: {type: Integer, allowedValues: [1, 2]}}", R"({"N":["2"]})"), R"({"N":2})");
}

TEST(Parameters, APatternMatchesTheWholeOfEachValue) {
  const auto* list = "{L: {type: StringList, allowedPattern: '[a-z]+'}}";
  EXPECT_EQ(bound(list, R"({"L":["a","bc"]})"), R"({"L":["a","bc"]})");
  EXPECT_EQ(bound(list, R"({"L":["a","b1"]})"),
            "Parameter \"L\" has value \"b1\", which does not match the pattern [a-z]+.");
}

TEST(Parameters, ResourceTypesBringTheirPattern) {
  const auto* id =
      "{I: {type: 'AWS::EC2::Instance::Id'}, R: {type: 'AWS::IAM::Role::Arn', default: ''}}";
  EXPECT_EQ(bound(id, R"({"I":["i-12345678"],"R":[""]})"), R"({"I":"i-12345678","R":""})");
  EXPECT_NE(bound(id, R"({"I":["web-1"]})").find("does not match"), std::string::npos);
  EXPECT_EQ(bound("{I: {type: 'List<AWS::EC2::Instance::Id>'}}",
                  R"({"I":["i-12345678","mi-12345678901234567"]})"),
            R"({"I":["i-12345678","mi-12345678901234567"]})");
}

TEST(Parameters, CountsAndLengthsAreChecked) {
  const auto* limited = "{L: {type: StringList, minItems: 1, maxItems: 2, maxChars: 3}}";
  EXPECT_EQ(bound(limited, R"({"L":["あいう"]})"), R"({"L":["あいう"]})");
  EXPECT_EQ(bound(limited, R"({"L":[]})"), "Parameter \"L\" has 0 values; allowed are 1 to 2.");
  EXPECT_EQ(bound(limited, R"({"L":["abcd"]})"),
            "Parameter \"L\" has 4 characters; allowed are at most 3.");
}

TEST(Parameters, AValueOfAnotherTypeIsRefused) {
  EXPECT_EQ(bound("{I: {type: Integer}}", R"({"I":["1.5"]})"),
            "Parameter \"I\" is no Integer: a whole number is needed.");
  EXPECT_EQ(bound("{B: {type: Boolean}}", R"({"B":["1"]})"),
            "Parameter \"B\" is no Boolean: true or false is needed.");
  EXPECT_EQ(bound("{S: {type: String}}", R"({"S":["a","b"]})"),
            "Parameter \"S\" is no String: one value is needed, but 2 are given.");
  EXPECT_EQ(bound("{M: {type: StringMap}}", R"({"M":["x"]})"),
            "Parameter \"M\" is no StringMap: a map is needed, or its JSON text.");
}

TEST(Parameters, ReferencesInGivenValuesArePlainText) {
  EXPECT_EQ(bound("{S: {type: String}}", R"({"S":["{{ global:DATE }}"]})"),
            R"({"S":"{{ global:DATE }}"})");
}

TEST(Parameters, ADefaultFromParameterStoreMustBeGiven) {
  const auto* store = "{S: {type: String, default: '{{ssm:/a/b}}'}}";
  EXPECT_NE(bound(store, "{}").find("Parameter Store"), std::string::npos);
  EXPECT_EQ(bound(store, R"({"S":["x"]})"), R"({"S":"x"})");
}

TEST(Parameters, WhatComesInIsBounded) {
  Array many(limits::kParameterValues + 1, Value("x"));
  EXPECT_NE(bound("{L: {type: StringList}}", text::to_json(Object{{"L", many}})).find("at most"),
            std::string::npos);
  EXPECT_NE(bound("{L: {type: StringList}}", R"({"L":[1]})").find("list of texts"),
            std::string::npos);
  EXPECT_NE(bound("{L: {type: StringList, default: [a]}}", "[]").find("must be a map"),
            std::string::npos);
}

TEST(Parameters, MapsAreCheckedAsAWholeAndTheirEntriesCounted) {
  const auto* map = "{M: {type: StringMap, allowedValues: [{a: 1}], maxItems: 1}}";
  EXPECT_EQ(bound(map, R"({"M":["{\"a\":1}"]})"), R"({"M":{"a":1}})");
  EXPECT_EQ(bound(map, R"({"M":["{\"a\":2}"]})"),
            R"(Parameter "M" has value "{"a":2}" not found in [[{"a":1}]].)");
  EXPECT_EQ(bound("{M: {type: StringMap, maxItems: 1}}", R"({"M":["{\"a\":1,\"b\":2}"]})"),
            "Parameter \"M\" has 2 entries; allowed are at most 1.");
}

Result<Value> from_toy_store(std::string_view name) {
  if (name == "/a/b") return Value(Object{{"Type", "String"}, {"Value", "x,y"}});
  if (name == "secret") return Value(Object{{"Type", "SecureString"}, {"Value", "?"}});
  return fail(ErrorKind::NotFound, "ParameterNotFound", "there is no " + str(name));
}

std::string started_with(std::string_view parameters, std::string_view given) {
  const auto document = with_parameters(parameters);
  const auto values =
      with_store_defaults(*document, text::parse_json(given).value(), from_toy_store);
  if (!values) return values.error().text();
  const auto all = bind_parameters(*document, *values);
  return all ? text::to_json(*all) : all.error().text();
}

TEST(Parameters, DefaultsFromParameterStoreAreLookedUpAtStart) {
  EXPECT_EQ(
      started_with("{S: {type: String, default: '{{ssm:/a/b}}'}, L: {type: StringList, default: "
                   "['{{ ssm:/a/b }}', z]}, P: {type: String, default: p}}",
                   "{}"),
      R"({"S":"x,y","L":["x","y","z"],"P":"p"})");
  EXPECT_EQ(started_with("{S: {type: String, default: '{{ssm:missing}}'}}", R"({"S":["given"]})"),
            R"({"S":"given"})");
}

TEST(Parameters, ASecureStringAndAMissingOneAreRefusedAsDefaults) {
  EXPECT_EQ(
      started_with("{S: {type: String, default: '{{ssm:secret}}'}}", "{}"),
      "InvalidAutomationExecutionParametersException: Parameter \"S\": "
      "InvalidAutomationExecutionParametersException: The parameter secret of Parameter Store "
      "is a SecureString: a default may name a String or StringList only.");
  EXPECT_NE(started_with("{S: {type: String, default: '{{ssm:missing}}'}}", "{}")
                .find("there is no missing"),
            std::string::npos);
}

TEST(Parameters, WhatTheStoreHoldsMustFitToo) {
  EXPECT_NE(started_with("{S: {type: String, default: '{{ssm:/a/b}}', allowedValues: [a]}}", "{}")
                .find("not found in [a]"),
            std::string::npos);
}

}  // namespace
}  // namespace hikae::runbook
