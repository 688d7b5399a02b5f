// The judge of the crash test is judged: each kind of violation, planted into a record that is
// well, is found, and nothing else is.
#include "crash_expected.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

namespace hikae::tests {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kServer = "i-1";
const std::vector<ReadMail> kMailsOfRun = {{
    "<m-1@hikae>",
    "",
    "ops@example.com",
    "[hikae] FAILED i-2",
    "run r-2",
}};

/// One server that was stopped, imaged and started by run r-1, and one whose run r-2 failed.
CrashRecord well() {
  CrashRecord record;
  record.events = {{1, 11}, {2, 22}};
  record.effects = {{1, {"StopInstances", R"({"InstanceIds":["i-1"]})", "ok"}},
                    {2, {"CreateImage", R"({"InstanceId":"i-1","Name":"hikae/i-1/r-1"})", "ok"}},
                    {3, {"StartInstances", R"({"InstanceIds":["i-1"]})", "ok"}}};
  record.ended = {{{"run", "r-1"}, "S"}, {{"run", "r-2"}, "F"}};
  record.runs = {{"r-1", {"i-1", "w-1", "Success"}}, {"r-2", {"i-2", "w-1", "Failed"}}};
  record.instants = {{{"w/1", "i-1"}, {"Success", "r-1"}}, {{"w/1", "i-2"}, {"Failed", "r-2"}}};
  record.mails_accepted = {"m-1@hikae"};
  record.power = {{"i-1", "running"}, {"i-2", "stopped"}};
  record.images = {{"ami-1", {"hikae/i-1/r-1", "i-1", "r-1", true}},
                   {"ami-2", {"hikae/i-2/old", "i-2", "old", true}}};
  record.changes = {{"stopping", "i-1", "i-1", "StopInstances"},
                    {"image-pending", "ami-1", "i-1", "CreateImage"},
                    {"pending", "i-1", "i-1", "StartInstances"}};
  return record;
}

class CrashJudge : public ::testing::Test {
 protected:
  CrashJudge() { EXPECT_THAT(expected_.look(well(), kMailsOfRun), IsEmpty()); }
  /// What the next look finds where that was done to the record.
  std::vector<std::string> found_after(const std::function<void(CrashRecord&)>& harm) {
    auto record = well();
    harm(record);
    return expected_.look(record, kMailsOfRun);
  }
  [[nodiscard]] std::vector<std::string> found_at_end_after(
      const std::function<void(CrashRecord&)>& harm) const {
    auto record = well();
    harm(record);
    return expected_.look_at_end(record, kMailsOfRun, {{"w/1", "i-1"}, {"w/1", "i-2"}});
  }
  CrashExpected expected_{{1, {"i-2"}, {"ops@example.com"}}};
};

TEST_F(CrashJudge, FindsNothingWhereAllIsWell) {
  EXPECT_THAT(found_after([](CrashRecord&) {}), IsEmpty());
  EXPECT_THAT(found_at_end_after([](CrashRecord&) {}), IsEmpty());
}

TEST_F(CrashJudge, FindsADamagedFile) {
  EXPECT_THAT(found_after([](CrashRecord& r) { r.damage = "page 3"; }),
              ElementsAre(HasSubstr("page 3")));
}

TEST_F(CrashJudge, FindsALostEvent) {
  EXPECT_THAT(found_after([](CrashRecord& r) { r.events.erase(2); }),
              ElementsAre(HasSubstr("event 2")));
}

TEST_F(CrashJudge, FindsAnOutcomeThatWasOnDiskAndIsAnotherNow) {
  EXPECT_THAT(found_after([](CrashRecord& r) { r.effects[1].outcome = "error"; }),
              ElementsAre(HasSubstr("effect 1")));
  EXPECT_THAT(found_after([](CrashRecord& r) {
                r.ended[{"run", "r-1"}] = "F";
              }),
              ElementsAre(HasSubstr("effect 1"), HasSubstr("run r-1")));
}

TEST_F(CrashJudge, FindsAServerThatIsDownAndOwedNothing) {
  EXPECT_THAT(found_after([](CrashRecord& r) { r.power["i-1"] = "stopping"; }),
              ElementsAre(HasSubstr("nothing is owed")));
}

TEST_F(CrashJudge, LetsAServerBeDownThatIsOwedItsStart) {
  EXPECT_THAT(found_after([](CrashRecord& r) {
                r.power["i-1"] = "stopped";
                r.owed.insert("i-1");
              }),
              IsEmpty());
}

TEST_F(CrashJudge, FindsASecondImageOfARunAlsoWhereTheFirstIsGone) {
  EXPECT_THAT(found_after([](CrashRecord& r) {
                r.images.erase("ami-1");
                r.images["ami-3"] = {"hikae/i-1/r-1", kServer, "r-1", true};
              }),
              ElementsAre(HasSubstr("2 images")));
}

TEST_F(CrashJudge, FindsTooFewGenerations) {
  EXPECT_THAT(found_after([](CrashRecord& r) { r.images["ami-1"].is_good = false; }),
              ElementsAre(HasSubstr("0 good images of 1")));
}

TEST_F(CrashJudge, FindsAnEffectWithoutAnIntent) {
  EXPECT_THAT(found_after([](CrashRecord& r) {
                r.changes.push_back({"image-pending", "ami-4", kServer, "CreateImage"});
              }),
              ElementsAre(HasSubstr("1 intents became 2")));
}

TEST_F(CrashJudge, FindsAStartOfWhatHikaeHasNotStopped) {
  EXPECT_THAT(found_after([](CrashRecord& r) {
                r.effects[4] = {"StartInstances", R"({"InstanceIds":["i-2"]})", "ok"};
                r.changes.push_back({"pending", "i-2", "i-2", "StartInstances"});
              }),
              ElementsAre(HasSubstr("without a stop")));
}

TEST_F(CrashJudge, FindsAnAcknowledgedImageThatNobodyHasSeen) {
  EXPECT_THAT(
      found_after([](CrashRecord& r) {
        r.effects[4] = {"CreateImage", R"({"InstanceId":"i-1","Name":"hikae/i-1/r-9"})", "ok"};
      }),
      ElementsAre(HasSubstr("2 images were acknowledged and 1 were made")));
}

TEST_F(CrashJudge, FindsASecondRunOfAnInstant) {
  EXPECT_THAT(found_after([](CrashRecord& r) {
                r.runs["r-3"] = {kServer, "w-1", ""};
              }),
              ElementsAre(HasSubstr("more than one run")));
}

TEST_F(CrashJudge, FindsAnInstantWhoseOutcomeIsLostOrChanged) {
  EXPECT_THAT(found_after([](CrashRecord& r) {
                r.instants[{"w/1", "i-1"}].outcome = "Missed";
              }),
              ElementsAre(HasSubstr("was Success and is Missed")));
}

TEST_F(CrashJudge, FindsAMailThatTheServerDoesNotHave) {
  EXPECT_THAT(found_after([](CrashRecord& r) { r.mails_accepted.insert("m-2@hikae"); }),
              ElementsAre(HasSubstr("the server does not have it")));
}

TEST_F(CrashJudge, FindsAnAcknowledgedHoldThatIsLost) {
  expected_.hold(kServer, CrashExpected::Hold::On, CrashExpected::Acknowledged::Yes);
  EXPECT_THAT(found_after([](CrashRecord&) {}), ElementsAre(HasSubstr("hold")));
}

TEST_F(CrashJudge, LetsAHoldThatWasNotAcknowledgedBeEither) {
  expected_.hold(kServer, CrashExpected::Hold::Off, CrashExpected::Acknowledged::Yes);
  expected_.hold(kServer, CrashExpected::Hold::On, CrashExpected::Acknowledged::No);
  EXPECT_THAT(found_after([](CrashRecord& r) { r.held.insert(kServer); }), IsEmpty());
  EXPECT_THAT(found_after([](CrashRecord&) {}), ElementsAre(HasSubstr("hold")))
      << "it was seen to be held";
}

TEST_F(CrashJudge, FindsThatWhatWasSaidIsNotSo) {
  expected_.said("18:45:25  server-1      image  ami-1\n18:45:39  server-1  available  ami-1\ncut");
  EXPECT_THAT(found_after([](CrashRecord&) {}), ElementsAre(HasSubstr("image-available ami-1")));
}

TEST_F(CrashJudge, FindsAtTheEndAServerThatIsLeftStopped) {
  EXPECT_THAT(found_at_end_after([](CrashRecord& r) { r.power["i-1"] = "stopped"; }),
              ElementsAre(HasSubstr("left stopped")));
}

TEST_F(CrashJudge, FindsAtTheEndAnInstantWithoutAnOutcome) {
  EXPECT_THAT(found_at_end_after([](CrashRecord& r) {
                r.instants.erase({"w/1", "i-2"});
              }),
              ElementsAre(HasSubstr("w/1 i-2 has no outcome")));
}

TEST_F(CrashJudge, FindsAtTheEndARunThatNeverEnded) {
  EXPECT_THAT(found_at_end_after([](CrashRecord& r) { r.runs["r-1"].status = ""; }),
              ElementsAre(HasSubstr("never ended"), HasSubstr("was not told")));
}

TEST_F(CrashJudge, FindsAtTheEndAFailureThatNobodyWasToldOf) {
  EXPECT_THAT(found_at_end_after([](CrashRecord& r) { r.runs["r-2"].status = "TimedOut"; }),
              ElementsAre(HasSubstr("not told that run r-2")));
}

}  // namespace
}  // namespace hikae::tests
