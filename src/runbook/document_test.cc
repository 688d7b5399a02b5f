#include "runbook/document.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/limits.h"
#include "runbook/check_actions.h"
#include "text/json.h"

namespace hikae::runbook {
namespace {

struct ReadDocument {
  std::shared_ptr<const Document> document;
  text::Diagnostics problems;
};

ReadDocument read_sample(std::string_view text) {
  ReadDocument out;
  auto read = read_document(text, out.problems);
  EXPECT_TRUE(read) << text::as_error(out.problems, "").message;
  if (read) out.document = *std::move(read);
  return out;
}

std::string document_codes(std::string_view text) {
  text::Diagnostics problems;
  std::ignore = read_document(text, problems);
  std::string codes;
  for (const auto& problem : problems) codes += (codes.empty() ? "" : " ") + problem.code;
  return codes;
}

constexpr const char* kFullDocument = R"(
description: all of it
schemaVersion: 0.3
assumeRole: '{{ Role }}'
parameters:
  Role: {type: String, default: ''}
  Ids: {type: StringList, description: which, displayType: textfield}
variables:
  count: {type: Integer, default: 0}
files: {}
mainSteps:
  - name: First
    action: aws:executeAwsApi
    description: a call
    maxAttempts: '3'
    timeoutSeconds: '600'
    onFailure: step:Last
    onCancel: step:Other
    isCritical: 'false'
    isEnd: 'False'
    nextStep: Last
    inputs:
      Service: ec2
      Api: DescribeImages
      Ids: '{{ Ids }}'
    outputs:
      - {Name: State, Selector: '$.Images[0].State', Type: String}
      - {Name: All, Selector: '$.Images..ImageId', Type: StringList}
      - {Name: Plain, Selector: $}
  - name: Other
    action: aws:executeAutomation
    onFailure: Continue
    inputs: {DocumentName: 'X{{ variable:count }}'}
  - name: Last
    action: aws:executeAwsApi
    isEnd: true
    inputs: {Service: sts, Api: GetCallerIdentity, x: '{{ First.OutputPayload }}'}
outputs:
  - First.State
)";

TEST(Document, EverythingIsReadAsWritten) {
  const auto [document, problems] = read_sample(kFullDocument);
  ASSERT_TRUE(document);
  EXPECT_TRUE(problems.empty()) << text::format(problems[0], "");
  EXPECT_EQ(document->description, "all of it");
  EXPECT_EQ(document->assume_role, "{{ Role }}");
  EXPECT_EQ(document->parameter("Role")->default_value, Value(""));
  EXPECT_FALSE(document->parameter("Ids")->default_value);
  EXPECT_EQ(document->outputs, std::vector<std::string>{"First.State"});
  const auto& first = *document->step("First");
  EXPECT_EQ(first.max_attempts, 3);
  EXPECT_EQ(first.timeout, seconds(600));
  EXPECT_EQ(first.on_failure, Jump::Step);
  EXPECT_EQ(first.on_failure_step, "Last");
  EXPECT_EQ(first.on_cancel_step, "Other");
  EXPECT_EQ(first.is_critical, false);
  EXPECT_FALSE(first.is_end);
  EXPECT_EQ(first.next_step, "Last");
  ASSERT_EQ(first.outputs.size(), 3U);
  EXPECT_EQ(first.outputs[2].type, "String");
  EXPECT_TRUE(first.outputs[1].selector.yields_list());
  EXPECT_EQ(first.position, (text::Position{12, 5}));
  EXPECT_EQ(document->step_index("Last"), 2U);
  EXPECT_TRUE(document->step("Last")->is_end);
}

TEST(Document, AStepIsCriticalUnlessItSaysSoOrContinues) {
  Step step;
  EXPECT_TRUE(step.critical());
  step.on_failure = Jump::Continue;
  EXPECT_FALSE(step.critical());
  step.is_critical = true;
  EXPECT_TRUE(step.critical());
  step.on_failure = Jump::Step;
  step.is_critical = false;
  EXPECT_FALSE(step.critical());
}

TEST(Document, JsonIndentedWithTabsIsRead) {
  const auto [document, problems] = read_sample(
      "{\n\t\"schemaVersion\": \"0.3\",\n\t\"mainSteps\": [\n\t\t{\"name\": \"A\", \"action\": "
      "\"aws:sleep\", \"inputs\": {\"Duration\": \"PT1S\"}}\n\t]\n}");
  ASSERT_TRUE(document);
  EXPECT_EQ(document->steps[0].position, (text::Position{4, 3}));
}

TEST(Document, KeysInAnyOrderAndJapaneseTextAreRead) {
  const auto [document, problems] = read_sample(
      "mainSteps:\n# 事前処理\n  - inputs: {Tags: [{Key: Name, Value: 本番}], ResourceIds: [i-1]}\n"
      "    action: aws:createTags\n    name: A\nschemaVersion: '0.3'\ndescription: 控え\n");
  ASSERT_TRUE(document);
  EXPECT_EQ(document->description, "控え");
  EXPECT_TRUE(problems.empty());
}

TEST(Document, UnknownKeysAreWarnedOfOnly) {
  const auto [document, problems] = read_sample(
      "schemaVersion: '0.3'\nextra: 1\nmainSteps:\n  - name: A\n    action: aws:sleep\n"
      "    timeOutSeconds: 3\n    inputs: {Duration: PT1S}\n");
  ASSERT_EQ(problems.size(), 2U);
  EXPECT_EQ(problems[0].severity, text::Severity::Warning);
  EXPECT_EQ(problems[0].position, (text::Position{2, 1}));
  EXPECT_NE(problems[1].message.find("did you mean 'timeoutSeconds'?"), std::string::npos);
}

TEST(Document, EmptyAndLargeOnesAreRefused) {
  EXPECT_EQ(document_codes(""), "wrong-type");
  EXPECT_EQ(document_codes(std::string(limits::kDocumentBytes + 1, '#')), "too-large");
}

std::string stepped(std::string_view steps) {
  return "schemaVersion: '0.3'\nmainSteps:\n" + std::string(steps);
}

TEST(Document, AnEndWithinACircleBreaksIt) {
  EXPECT_EQ(document_codes(stepped("  - {name: A, action: 'aws:sleep', inputs: {Duration: PT1S}}\n"
                                   "  - {name: B, action: 'aws:sleep', isEnd: true, inputs: "
                                   "{Duration: PT1S}}\n")),
            "");
}

TEST(Document, AStepThatLeadsToItselfIsACircle) {
  EXPECT_EQ(document_codes(stepped("  - {name: A, action: 'aws:sleep', nextStep: A, inputs: "
                                   "{Duration: PT1S}}\n")),
            "circle");
}

TEST(Document, ACircleThroughABranchOrAFailureIsFound) {
  EXPECT_EQ(document_codes(stepped(
                "  - {name: A, action: 'aws:sleep', inputs: {Duration: PT1S}}\n"
                "  - {name: B, action: 'aws:branch', isEnd: true, inputs: {Choices: [{NextStep: A,"
                " Variable: '{{ global:DATE }}', StringEquals: x}]}}\n")),
            "circle");
  EXPECT_EQ(document_codes(stepped(
                "  - {name: A, action: 'aws:sleep', inputs: {Duration: PT1S}}\n"
                "  - {name: B, action: 'aws:sleep', isEnd: true, onFailure: 'step:A', inputs: "
                "{Duration: PT1S}}\n")),
            "circle");
}

TEST(Document, ABranchWithDefaultDoesNotFallThrough) {
  EXPECT_EQ(document_codes(stepped(
                "  - {name: A, action: 'aws:branch', inputs: {Choices: [{NextStep: C, Variable: "
                "'{{ global:DATE }}', StringEquals: x}], Default: C}}\n"
                "  - {name: B, action: 'aws:sleep', inputs: {Duration: PT1S}}\n"
                "  - {name: C, action: 'aws:sleep', inputs: {Duration: PT1S}}\n")),
            "unreached");
}

TEST(Document, AnUncriticalStopThatIsNotTheLastStepIsWarnedOf) {
  EXPECT_EQ(
      document_codes(stepped(
          "  - {name: A, action: 'aws:sleep', isCritical: false, inputs: {Duration: PT1S}}\n"
          "  - {name: B, action: 'aws:sleep', isCritical: false, inputs: {Duration: PT1S}}\n")),
      "silent-stop");
}

TEST(Document, AsManyStepsAsFitAreNoTrouble) {
  std::string steps;
  for (int i = 0; steps.size() < limits::kDocumentBytes - 200; ++i)
    steps +=
        "  - {name: S" + std::to_string(i) + ", action: 'aws:sleep', inputs: {Duration: PT1S}}\n";
  EXPECT_EQ(document_codes(stepped(steps)), "");
}

TEST(Document, NestedConditionsAreRead) {
  EXPECT_EQ(document_codes(stepped(
                "  - {name: A, action: 'aws:branch', isEnd: true, inputs: {Choices: [{NextStep: B, "
                "And: [{Variable: '{{ global:DATE }}', StartsWith: x}, {Not: {Or: [{Variable: "
                "'{{ global:DATE }}', Contains: y}]}}]}]}}\n"
                "  - {name: B, action: 'aws:sleep', inputs: {Duration: PT1S}}\n")),
            "");
}

TEST(Document, ValuesWithReferencesAreNotCheckedBeforeTheyAreKnown) {
  EXPECT_EQ(
      document_codes("schemaVersion: '0.3'\nparameters: {P: {type: String}}\nmainSteps:\n"
                     "  - {name: A, action: 'aws:sleep', inputs: {Duration: 'PT{{ P }}M'}}\n"
                     "  - {name: B, action: 'aws:changeInstanceState', inputs: {InstanceIds: "
                     "'{{ P }}', DesiredState: '{{ P }}', Force: '{{ P }}'}}\n"
                     "  - {name: C, action: 'aws:createTags', inputs: {ResourceIds: ['{{ P }}'],"
                     " Tags: '{{ P }}'}}\n"),
      "");
}

TEST(Document, EveryActionHasARuleAndAMissingInputIsNamed) {
  ASSERT_EQ(action_names().size(), 23U);
  for (const auto name : action_names()) {
    const auto& rule = *rule_of(name);
    const auto codes =
        document_codes(stepped("  - {name: A, action: '" + std::string(name) + "', inputs: {}}\n"));
    std::string expected;
    for (std::size_t i = 0; i < words_of(rule.required).size(); ++i)
      expected += (expected.empty() ? "" : " ") + std::string("missing-input");
    EXPECT_EQ(codes, expected) << name;
  }
}

std::filesystem::path shared_folder() {
  const auto* folder = std::getenv("HIKAE_SHARED");
  return folder ? std::filesystem::path(folder)
                : std::filesystem::path(HIKAE_SOURCE_DIR) / ".." / "shared";
}

TEST(Document, TheArticlesDocumentIsReadWithoutErrors) {
  const auto path = shared_folder() / "compat" / "backup-document.yaml";
  std::ifstream file(path, std::ios::binary);
  if (!file) GTEST_SKIP() << path << " is not here";
  std::ostringstream text;
  text << file.rdbuf();
  const auto [document, problems] = read_sample(text.str());
  ASSERT_TRUE(document);
  EXPECT_EQ(document->steps.size(), 18U);
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].code, "timeout-cap");
  EXPECT_EQ(document->step("Run_EC2StopSV1")->timeout, seconds(600));
}

}  // namespace
}  // namespace hikae::runbook
