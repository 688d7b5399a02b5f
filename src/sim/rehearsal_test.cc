#include <gtest/gtest.h>

#include "sim/rehearsal.h"
#include "sim/rehearsal_diff.h"

namespace hikae::sim::rehearsal {
namespace {

constexpr std::string_view kRestart = R"(schemaVersion: '0.3'
parameters: {InstanceId: {type: String}}
mainSteps:
  - name: StopIt
    action: aws:changeInstanceState
    inputs: {InstanceIds: ['{{ InstanceId }}'], DesiredState: stopped}
  - name: StartIt
    action: aws:changeInstanceState
    inputs: {InstanceIds: ['{{ InstanceId }}'], DesiredState: running}
)";

constexpr std::string_view kTop = R"(document: restart.yaml
parameters: {InstanceId: i-0000000000000abcd}
fleet:
  instances: [{id: i-0000000000000abcd, name: web, tags: {Role: web}}]
tests:
)";

Sources one_file() {
  return {[](const std::string& path) -> Result<std::string> {
            if (path == "restart.yaml" || path == "docs/restart.yaml") return std::string(kRestart);
            return fail(ErrorKind::NotFound, "cannot read " + path);
          },
          [](const std::string& name) -> std::optional<std::string> {
            return name == "DOCS" ? std::optional<std::string>("docs") : std::nullopt;
          }};
}

/// The findings of a file, one a line: "6:5: PATH: MESSAGE (fix: …)".
std::string findings_in(std::string_view text) {
  text::Diagnostics problems;
  const auto tests = read_rehearsals(text, one_file(), problems);
  EXPECT_EQ(tests.empty(), text::has_errors(problems));
  std::string all;
  for (const auto& problem : problems) all += text::format(problem, "t.yaml") + "\n";
  return all;
}

std::string findings_in_tests(std::string_view tests) {
  return findings_in(str(kTop) + str(tests));
}

std::vector<Played> played(std::string_view tests) {
  text::Diagnostics problems;
  std::vector<Played> all;
  for (const auto& test : read_rehearsals(str(kTop) + str(tests), one_file(), problems))
    all.push_back(play(test));
  EXPECT_FALSE(text::has_errors(problems)) << text::as_error(problems, "t.yaml").message;
  return all;
}

Played played_one(std::string_view test) {
  const auto all = played(test);
  EXPECT_EQ(all.size(), 1U);
  return all.empty() ? Played{} : all.front();
}

std::string mismatches_of(const Played& test) {
  std::string all = test.error;
  for (const auto& one : test.mismatches)
    all += one.key + ": " + one.expected + " / " + one.actual + "\n";
  return all;
}

testing::AssertionResult says(const std::string& text, const std::string& words) {
  if (text.find(words) != std::string::npos) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "'" << words << "' is not in: " << text;
}

// ---- reading ----

TEST(RehearsalReader, NamesThePlaceOfAnUnknownKeyAndTheNearestKnownOne) {
  const auto said =
      findings_in_tests("  - name: a\n    fualts: []\n    expect: {status: Success}\n");
  EXPECT_TRUE(says(said, "t.yaml:7:5: error: tests.0.fualts"));
  EXPECT_TRUE(says(said, "did you mean \"faults\""));
}

TEST(RehearsalReader, WantsANameADocumentAndAnExpectation) {
  EXPECT_TRUE(says(findings_in_tests("  - expect: {status: Success}\n"), "has no name"));
  EXPECT_TRUE(says(findings_in_tests("  - name: a\n"), "expects nothing"));
  EXPECT_TRUE(says(findings_in_tests("  - {name: a, expect: {mails: 0}}\n"), "says no status"));
  EXPECT_TRUE(
      says(findings_in("tests: [{name: a, expect: {status: Success}}]\n"), "names no document"));
  EXPECT_TRUE(says(findings_in("document: restart.yaml\n"), "there are no tests"));
}

TEST(RehearsalReader, RefusesTwoTestsOfOneName) {
  EXPECT_TRUE(says(findings_in_tests("  - {name: a, expect: {status: Success}}\n"
                                     "  - {name: a, expect: {status: Failed}}\n"),
                   "t.yaml:7:5: error: tests.1: there are two tests \"a\""));
}

TEST(RehearsalReader, ShowsWhereInAFleetOrAFaultTheMistakeIs) {
  EXPECT_TRUE(says(findings_in_tests("  - name: a\n    expect: {status: Success}\n    fleet:\n"
                                     "      instances:\n        - name: web\n"
                                     "          state: asleep\n"),
                   "t.yaml:11:11: error: tests.0.fleet.instances.0.state: is \"asleep\""));
  EXPECT_TRUE(says(findings_in_tests("  - name: a\n    expect: {status: Success}\n    faults:\n"
                                     "      - {action: throttle}\n      - {action: vanish}\n"),
                   "t.yaml:10:10: error: tests.0.faults.1.action: \"vanish\" is no fault"));
}

TEST(RehearsalReader, KnowsStatusesStatesCallsAndNumbers) {
  const auto said = findings_in_tests(R"(  - name: a
    expect:
      status: Sucess
      steps: [StopIt Broken]
      instances: {web: asleep}
      calls: {StopInstance: 1, 'ec2:StartInstances': some}
      took: soon
)");
  EXPECT_TRUE(says(said, "\"Sucess\" is no status of an execution"));
  EXPECT_TRUE(says(said, "did you mean \"Success\""));
  EXPECT_TRUE(says(said, "\"Broken\" is no status of a step"));
  EXPECT_TRUE(says(said, "\"asleep\" is no state of an instance"));
  EXPECT_TRUE(says(said, "StopInstances"));
  EXPECT_TRUE(says(said, "this is no number"));
  EXPECT_TRUE(says(said, "this is no duration"));
}

TEST(RehearsalReader, SaysWhichDocumentCannotBeReadAndWhichVariableIsNotSet) {
  EXPECT_TRUE(says(findings_in("document: gone.yaml\ntests: [{name: a, expect: {status: Failed}}]"),
                   "t.yaml:1:1: error: document: cannot read gone.yaml"));
  EXPECT_TRUE(
      says(findings_in("document: ${NO}/x.yaml\ntests: [{name: a, expect: {status: Failed}}]"),
           "NO is not set in the environment"));
  EXPECT_EQ(
      findings_in("document: ${DOCS}/restart.yaml\ntests: [{name: a, expect: {status: Failed}}]"),
      "");
}

TEST(RehearsalReader, RefusesInputsThatTheServiceModelDoesNotKnow) {
  EXPECT_TRUE(says(findings_in_tests("  - name: a\n    expect: {status: Success}\n    setup:\n"
                                     "      - {call: sns:CreateTopic, input: {Nam: ops}}\n"),
                   "Nam"));
}

TEST(RehearsalReader, SurvivesAnythingInPlaceOfAnything) {
  for (const auto* junk : {"5", "[]", "{}", "''", "[[[]]]", "{a: {b: [1]}}", "null", "[null, 1]"})
    for (const auto* key : {"document", "also", "parameters", "request", "fleet", "tags", "faults",
                            "answers", "setup", "start", "seed", "cancel", "restart", "meanwhile",
                            "max_time", "linger", "expect", "rows"})
      std::ignore = findings_in_tests(std::string("  - {name: a, ") + key + ": " + junk + "}\n");
  for (const auto* junk : {"5", "[]", "{}", "''", "[[[]]]", "{a: {b: [1]}}", "null", "[null, 1]"})
    for (const auto* key : {"status", "failure", "steps", "outputs", "calls", "instances", "images",
                            "snapshots", "mails", "took"})
      std::ignore =
          findings_in_tests(std::string("  - {name: a, expect: {") + key + ": " + junk + "}}\n");
}

TEST(RehearsalReader, LetsARowSayOnlyWhatDiffers) {
  const auto all = played(R"(  - name: power
    expect: {status: Success, instances: {web: {was: [stopping, stopped, pending, running]}}}
    rows:
      - {name: as it is}
      - name: refused
        faults: [{action: error, operation: StopInstances, code: UnauthorizedOperation}]
        expect: {status: Failed, instances: {web: untouched}}
)");
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].name, "power: as it is");
  EXPECT_EQ(mismatches_of(all[0]), "");
  EXPECT_EQ(all[1].name, "power: refused");
  EXPECT_EQ(mismatches_of(all[1]), "");
}

// ---- playing ----

TEST(Rehearsal, TellsEachExpectationThatIsNotMet) {
  const auto test = played_one(R"(  - name: a
    expect:
      status: Failed
      failure: nothing of the kind
      steps: [StopIt, StartIt Failed]
      outputs: {StopIt.InstanceStates: running}
      calls: {StopInstances: 0}
      instances: {web: {state: stopped, tags: {Role: db, Other: null}}, db: running}
      images: 1
      mails: 1
      took: '<=1s'
)");
  const auto said = mismatches_of(test);
  EXPECT_TRUE(says(said, "status: Failed / Success\n"));
  EXPECT_TRUE(says(said, "failure: the words \"nothing of the kind\" / no failure message\n"));
  EXPECT_TRUE(says(said, "steps: 2 steps / 2 steps\n"));
  EXPECT_TRUE(says(said,
                   "outputs: StopIt.InstanceStates = [\"running\"] / StopIt.InstanceStates = "
                   "[\"stopped\"]\n"));
  EXPECT_TRUE(says(said, "calls: 0 ec2:StopInstances / 1\n"));
  EXPECT_TRUE(says(said, "instances.web: stopped / running\n"));
  EXPECT_TRUE(says(said, "instances.web: Role=db / Role=web\n"));
  EXPECT_TRUE(says(said, "instances.db: an instance of that name or id / there is none\n"));
  EXPECT_TRUE(says(said, "images: 1 total / 0\n"));
  EXPECT_TRUE(says(said, "mails: 1 / 0\n"));
  EXPECT_TRUE(says(said, "took: <=1s / "));
  EXPECT_EQ(test.mismatches.front().at.line, 8);
}

TEST(Rehearsal, ShowsStepsCallsAnswersAndTheMachinesInItsTimeline) {
  const auto test = played_one("  - {name: a, expect: {status: Success}}\n");
  std::string all;
  for (const auto& moment : test.timeline)
    all += moment.step + "|" + moment.what + "|" + moment.answer + "\n";
  EXPECT_TRUE(says(all, "StopIt|begins|aws:changeInstanceState\n"));
  EXPECT_TRUE(says(all, "StopIt|ec2:StopInstances|"));
  EXPECT_TRUE(says(all, "i-0000000000000abcd stopped|"));
  EXPECT_TRUE(says(all, "StopIt|Success|\n"));
  EXPECT_TRUE(says(all, "StartIt|begins|"));
}

TEST(Rehearsal, IsTheSameTwice) {
  const auto once = played_one("  - {name: a, expect: {status: Success}}\n");
  const auto twice = played_one("  - {name: a, expect: {status: Success}}\n");
  ASSERT_EQ(once.timeline.size(), twice.timeline.size());
  for (std::size_t i = 0; i < once.timeline.size(); ++i) {
    EXPECT_EQ(once.timeline[i].at, twice.timeline[i].at);
    EXPECT_EQ(once.timeline[i].answer, twice.timeline[i].answer);
  }
}

TEST(Rehearsal, CancelsAtAStepAndSaysWhereThatStepNeverCame) {
  const auto all = played(R"(  - name: in the stop
    cancel: {at: StopIt, after: 5s}
    expect: {status: Cancelled, steps: [StopIt Cancelled]}
  - name: at a step there is not
    cancel: {at: Nowhere}
    expect: {status: Success}
)");
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(mismatches_of(all[0]), "");
  EXPECT_TRUE(
      says(mismatches_of(all[1]), "meanwhile: cancel at Nowhere / it did not come to that"));
}

TEST(Rehearsal, EndsHikaeAndBeginsItAgainWithoutASecondStop) {
  const auto test = played_one(R"(  - name: a
    restart: {at: StopIt, after: 0.05, down: 5m}
    expect: {status: Success, calls: {StopInstances: 1}, instances: {web: running}}
)");
  EXPECT_EQ(mismatches_of(test), "");
}

TEST(Rehearsal, LetsSomebodyElseAct) {
  const auto test = played_one(R"(  - name: a
    meanwhile:
      - at: StartIt
        after: 10m
        call: ec2:StopInstances
        input: {InstanceIds: [i-0000000000000abcd]}
    linger: 1h
    expect: {status: Success, instances: {web: running}}
)");
  EXPECT_TRUE(says(mismatches_of(test), "instances.web: running / stopped"));
}

TEST(Rehearsal, AnswersAScriptByTheFile) {
  const auto script = R"(schemaVersion: '0.3'
mainSteps:
  - name: Count
    action: aws:executeScript
    inputs: {Runtime: python3.11, Handler: f, Script: 'def f(e, c): return {"n": 3}'}
    outputs: [{Name: N, Selector: $.Payload.n, Type: Integer}]
)";
  const Sources sources{[&](const std::string&) -> Result<std::string> { return script; }, {}};
  text::Diagnostics problems;
  const auto tests = read_rehearsals(R"(document: count.yaml
tests:
  - name: a
    answers: [{call: 'hikae-script:Run', input: {StepName: Count}, gives: {Payload: {n: 3}}}]
    expect: {status: Success, outputs: {Count.N: 3}, calls: {'hikae-script:Run': 1}}
)",
                                     sources, problems);
  ASSERT_EQ(tests.size(), 1U) << text::as_error(problems, "t").message;
  EXPECT_EQ(mismatches_of(play(tests.front())), "");
}

TEST(Rehearsal, GivesUpAtMaxTimeAndSaysWhereTheRunStands) {
  const auto test = played_one(R"(  - name: a
    max_time: 10s
    expect: {status: Success}
)");
  EXPECT_TRUE(says(test.error, "had not ended after 10 s; it is InProgress at step StopIt"));
}

TEST(Rehearsal, ARefusedExecutionIsAStatusOfItsOwn) {
  const auto test = played_one(R"(  - name: a
    parameters: {InstanceId: null}
    expect: {status: Refused, failure: InstanceId}
)");
  EXPECT_EQ(mismatches_of(test), "");
}

// ---- the diff ----

std::vector<std::string> diff_lines(const std::vector<std::string>& expected,
                                    const std::vector<std::string>& actual) {
  std::vector<DiffLine> lines;
  for (const auto& text : expected) lines.push_back({text == "...", text});
  return diff_of(lines, actual, [&](auto i, auto j) { return expected[i] == actual[j]; }).lines;
}

using Lines = std::vector<std::string>;

TEST(RehearsalDiff, KeepsWhatIsTheSame) {
  EXPECT_EQ(diff_lines({"a", "b", "c"}, {"a", "x", "c"}), (Lines{"  a", "- b", "+ x", "  c"}));
  EXPECT_EQ(diff_lines({"a", "b"}, {"b"}), (Lines{"- a", "  b"}));
  EXPECT_EQ(diff_lines({}, {"a"}), (Lines{"+ a"}));
}

TEST(RehearsalDiff, AGapTakesAnyNumberOfLines) {
  EXPECT_EQ(diff_lines({"...", "c"}, {"a", "b", "c"}), (Lines{"  ... (2)", "  c"}));
  EXPECT_EQ(diff_lines({"a", "..."}, {"a"}), (Lines{"  a", "  ..."}));
  EXPECT_EQ(diff_lines({"...", "d"}, {"a", "b"}), (Lines{"  ... (2)", "- d"}));
}

}  // namespace
}  // namespace hikae::sim::rehearsal
