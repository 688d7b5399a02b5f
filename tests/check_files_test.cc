// `hikae check` on files that do not say at once what they are, and on documents inside of
// templates.
#include <gtest/gtest.h>

#include "world.h"

namespace hikae::tests {
namespace {

struct Judged {
  std::string kind;
  std::string first;  // "1:1: message" of the first finding
};

Judged judged(const std::string& name, const std::string& text) {
  const TempFolder folder;
  const auto answer = hikae(folder.file("data"), {"check", folder.write(name, text)});
  const auto& files = list_at(answer.json, "Files");
  if (files.empty()) return {"nothing", answer.ended.out + answer.ended.err};
  const auto& findings = list_at(files.front(), "Findings");
  Judged judged{str(text_at(files.front(), "Kind")), ""};
  if (findings.empty()) return judged;
  judged.first = std::to_string(int_at(findings.front(), "Line").value_or(-1)) + ":" +
                 std::to_string(int_at(findings.front(), "Column").value_or(-1)) + ": " +
                 str(text_at(findings.front(), "Message"));
  return judged;
}

void expect_judged(const std::string& name, const std::string& text, const std::string& kind,
                   const std::string& says) {
  const auto found = judged(name, text);
  EXPECT_EQ(found.kind, kind) << text;
  EXPECT_NE(found.first.find(says), std::string::npos) << text << ": " << found.first;
}

TEST(CheckFiles, WhatLacksItsMainPartIsToldWhatIsMissing) {
  expect_judged("t.yaml", "AWSTemplateFormatVersion: '2010-09-09'\n", "template",
                "expected at least one resource");
  expect_judged("t.yaml", "Parameters: {P: {Type: String}}\n", "template",
                "expected at least one resource");
  expect_judged("hikae.yaml", "", "configuration", "this is a null");
  expect_judged("hikae.yaml", "{}", "configuration", "plans");
  expect_judged("d.yaml", "parameters: {}\n", "document", "schemaVersion");
}

TEST(CheckFiles, WhatSaysNothingAboutItselfIsToldWhatThereIs) {
  expect_judged("any.yaml", "{}", "file", "1:1: nothing in it says what it is");
  expect_judged("any.yaml", "colour: blue\n", "file", "1:1: nothing in it says what it is");
}

TEST(CheckFiles, AFileOfTestsIsReadAsOne) {
  expect_judged("t.yaml", "document: none.yaml\ntests:\n  - {name: one, expect: {}}\n", "tests",
                "none.yaml");
  EXPECT_EQ(judged("t.yaml", "tests: []\n").kind, "tests");
  const auto own =
      hikae("/nowhere", {"check", HIKAE_SOURCE_DIR "/docs/examples/restart-tests.yaml"});
  EXPECT_EQ(own.ended.exit_code, 0) << own.ended.out;
}

TEST(CheckFiles, AMistakeInADocumentOfATemplateNamesThePropertyAndNoPlaceInUnseenText) {
  const TempFolder folder;
  const auto file =
      folder.write("stack.yaml",
                   "Resources:\n"
                   "  Backup:\n"
                   "    Type: AWS::SSM::Document\n"
                   "    Properties:\n"
                   "      DocumentType: Automation\n"
                   "      Content:\n"
                   "        schemaVersion: '0.3'\n"
                   "        mainSteps:\n"
                   "          - {name: Rest, action: 'aws:slep', inputs: {Duration: PT1M}}\n");
  const auto ended = run_process({program(), "check", file});
  EXPECT_NE(ended.out.find(file + ":7:9: error: "), std::string::npos) << ended.out;
  EXPECT_NE(ended.out.find("Backup"), std::string::npos) << ended.out;
  EXPECT_NE(ended.out.find("Content"), std::string::npos) << ended.out;
  EXPECT_NE(ended.out.find("step Rest: there is no action 'aws:slep'"), std::string::npos)
      << ended.out;
  EXPECT_EQ(ended.out.find(":1:"), std::string::npos) << ended.out;
}

}  // namespace
}  // namespace hikae::tests
