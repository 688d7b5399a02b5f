// hikae's own backup document with one safety taken out: the linter must notice its absence.
#include <gtest/gtest.h>

#include "plan/lint.h"
#include "plan/runbooks.h"
#include "text/json.h"

namespace hikae::plan {
namespace {

/// The backup document as a value that a test may spoil.
class Spoiled {
 public:
  Spoiled() : document_(runbook_value(backup_runbook())) {}

  Object& step(std::string_view name) {
    for (auto& step : document_.as_object()["mainSteps"].as_array())
      if (text_at(step, "name") == name) return step.as_object();
    ADD_FAILURE() << "the backup document has no step " << name;
    static Object none;
    return none;
  }
  Object& inputs(std::string_view name) { return step(name)["inputs"].as_object(); }
  void remove(std::string_view name) {
    auto& steps = document_.as_object()["mainSteps"].as_array();
    for (auto at = steps.begin(); at != steps.end(); ++at)
      if (text_at(*at, "name") == name) return void(steps.erase(at));
    ADD_FAILURE() << "the backup document has no step " << name;
  }

  /// "P9 at Stop, P23 at Await"
  [[nodiscard]] std::string findings() const {
    std::string all;
    for (const auto& finding : lint_document(text::to_json(document_)))
      all += (all.empty() ? "" : ", ") + finding.code + " at " + finding.path;
    return all;
  }

 private:
  Value document_;
};

bool says(const std::string& findings, std::string_view part) {
  return findings.find(part) != std::string::npos;
}

TEST(LintMutation, TheDocumentItselfIsClean) { EXPECT_EQ(Spoiled().findings(), ""); }

TEST(LintMutation, AFailedImageThatEndsTheRunIsP9) {
  for (const auto* name : {"ImageStoppedNamed", "ImageStoppedUnnamed", "WaitForWholeImage"}) {
    Spoiled spoiled;
    spoiled.step(name)["onFailure"] = "Abort";
    EXPECT_EQ(spoiled.findings(), std::string("P9 at step ") + name);
  }
}

TEST(LintMutation, AWaitForSnapshotsThatEndsTheRunIsP9) {
  Spoiled spoiled;
  spoiled.step("WaitFor3Snapshots").erase("onFailure");
  EXPECT_EQ(spoiled.findings(), "P9 at step WaitFor3Snapshots");
}

TEST(LintMutation, AStepOfTheFailurePathThatEndsTheRunIsP9) {
  Spoiled spoiled;
  spoiled.step("MarkDoubtfulImage").erase("onFailure");
  EXPECT_EQ(spoiled.findings(), "P9 at step MarkDoubtfulImage");
}

TEST(LintMutation, AMissingOnCancelIsP9) {
  for (const auto* name : {"ImageStoppedNamed", "SettlePower", "StartInstance", "KeepStarting"}) {
    Spoiled spoiled;
    spoiled.step(name).erase("onCancel");
    EXPECT_TRUE(says(spoiled.findings(), std::string("P9 at step ") + name)) << spoiled.findings();
  }
}

TEST(LintMutation, ARestoreThatLooksAtSomethingElseIsP9) {
  Spoiled spoiled;
  spoiled.inputs("RestorePower")["Choices"] =
      Array{Object{{"NextStep", "SettlePower"},
                   {"Variable", "{{ RecordPower.Volume2 }}"},
                   {"StringEquals", "vol-0"}}};
  EXPECT_TRUE(says(spoiled.findings(), "P9 at step RestorePower")) << spoiled.findings();
}

TEST(LintMutation, ARestoreThatAlwaysStartsIsP12) {
  Spoiled spoiled;
  spoiled.inputs("RestorePower")["Default"] = "SettlePower";
  EXPECT_EQ(spoiled.findings(), "P12 at step StartInstance");
}

TEST(LintMutation, AStartThatGoesByTheTagAloneIsP12) {
  Spoiled spoiled;
  const Value by_tag = Array{Object{{"NextStep", "StartUnmarked"},
                                    {"Variable", "{{ ReadStopTag.Value }}"},
                                    {"StringEquals", "true"}}};
  spoiled.inputs("RestorePowerUnmarked")["Choices"] = by_tag;
  EXPECT_EQ(spoiled.findings(), "P12 at step StartUnmarked");
}

TEST(LintMutation, ARestartAsRepairIsP11) {
  Spoiled spoiled;
  auto& start = spoiled.inputs("KeepStarting");
  start["DocumentName"] = "AWS-RestartEC2Instance";
  start["RuntimeParameters"].as_object().erase("TopicArn");
  start["RuntimeParameters"].as_object().erase("TellOfFirstFailure");
  spoiled.step("ImageRunningNamed")["onFailure"] = "step:KeepStarting";
  EXPECT_TRUE(says(spoiled.findings(), "P11 at step KeepStarting")) << spoiled.findings();
}

TEST(LintMutation, AnImageThatMayRebootIsP11) {
  Spoiled spoiled;
  spoiled.inputs("ImageRunningNamed").erase("NoReboot");
  EXPECT_EQ(spoiled.findings(), "P11 at step ImageRunningNamed");
}

TEST(LintMutation, AWaitThatNeverSeesFailedIsP23) {
  Spoiled spoiled;
  spoiled.inputs("WaitForImage")["DesiredValues"] = Array{"available"};
  EXPECT_EQ(spoiled.findings(), "P23 at step WaitForImage");
}

TEST(LintMutation, PruningWithoutTheAssertIsP26) {
  Spoiled spoiled;
  spoiled.remove("RefuseFailedImage");
  EXPECT_TRUE(says(spoiled.findings(), "P26 at step Prune")) << spoiled.findings();
}

TEST(LintMutation, AnImageThatDoesNotCountIsP1) {
  Spoiled spoiled;
  spoiled.step("ImageStoppedNamed")["isCritical"] = false;
  EXPECT_EQ(spoiled.findings(), "P1 at step ImageStoppedNamed");
}

TEST(LintMutation, ATimeOutAboveTheCapIsP32) {
  Spoiled spoiled;
  spoiled.step("Prune")["timeoutSeconds"] = 900;
  EXPECT_EQ(spoiled.findings(), "P32 at step Prune");
}

TEST(LintMutation, APayloadOfTextIsP33) {
  Spoiled spoiled;
  auto& inputs = spoiled.inputs("Prune");
  inputs.erase("InputPayload");
  inputs["Payload"] = R"({"InstanceId": "{{ InstanceId }}", "Name": "{{ ReadNameTag.Value }}"})";
  EXPECT_EQ(spoiled.findings(), "P33 at step Prune");
}

TEST(LintMutation, ANameMadeOfTheTagIsP19) {
  Spoiled spoiled;
  spoiled.inputs("ImageRunningNamed")["Name"] =
      "{{ ReadNameTag.Value }}-{{ automation:EXECUTION_ID }}";
  EXPECT_TRUE(says(spoiled.findings(), "P19 at step ImageRunningNamed")) << spoiled.findings();
}

TEST(LintMutation, SnapshotsOfEverybodyAreP17) {
  Spoiled spoiled;
  spoiled.inputs("WaitFor1Snapshot").erase("OwnerIds");
  EXPECT_EQ(spoiled.findings(), "P17 at step WaitFor1Snapshot");
}

}  // namespace
}  // namespace hikae::plan
