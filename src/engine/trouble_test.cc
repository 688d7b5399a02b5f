// A disk without room, and machines that cannot go on.
#include <gtest/gtest.h>

#include "engine/testing_world_test.h"

namespace hikae::engine::testing {
namespace {

const Call kStopInTrouble{"ec2", "StopInstances", Object{{"InstanceIds", Array{"i-1"}}}, {}};
const Call kStartInTrouble{"ec2", "StartInstances", Object{{"InstanceIds", Array{"i-1"}}}, {}};

class TroubleTest : public EngineTest {
 protected:
  void limit_pages_to(int pages) {
    ASSERT_TRUE(database_->execute("PRAGMA max_page_count=" + std::to_string(pages)));
  }
  int pages() { return static_cast<int>(count("PRAGMA page_count")); }
  /// A machine that asks for `call` and ends with how that went; its row needs many pages.
  void ask(const std::string& id, const Call& call) {
    script_ = [call](const Event& e, Object&, WallTime, Commands& c) {
      if (std::holds_alternative<event::Started>(e)) return c.send("x", call);
      const auto& answer = std::get<event::Answered>(e).answer;
      c.finish(Value(std::string_view(answer ? "ok" : answer.error().code)));
    };
    start(id, Object{{"padding", std::string(100'000, 'x')}});
    run_for(minutes(1));
  }
};

TEST_F(TroubleTest, ACommitThatFindsTheDiskFullIsMadeAgainInTheRoomThatWasKept) {
  limit_pages_to(pages() + 2);
  struct Room final : Reserve {
    std::function<void()> clear;
    bool kept = true;
    [[nodiscard]] bool is_kept() const override { return kept; }
    [[nodiscard]] bool is_disk_low() const override { return false; }
    bool release() override {
      clear();
      return std::exchange(kept, false);
    }
    [[nodiscard]] Result<> keep() override { return fail(ErrorKind::Io, "no room"); }
  } room;
  room.clear = [this] { limit_pages_to(100'000); };
  kernel_.reset();
  std::vector<std::unique_ptr<MachineKind>> kinds;
  kinds.push_back(std::make_unique<ScriptedKind>(script_, judge_));
  kernel_ =
      Kernel::open(*database_, {*time_, *time_, entropy_, log_, &room}, *cloud_, std::move(kinds))
          .value();
  ASSERT_TRUE(kernel_->recover());
  ask("a", kStartInTrouble);
  EXPECT_FALSE(room.kept);
  EXPECT_EQ(outcome_of("a"), Value("ok"));
  EXPECT_EQ(kernel_->disk_space(), DiskSpace::Short);
  EXPECT_EQ(count("SELECT count(*) FROM journal"), 2);
}

TEST_F(TroubleTest, NothingIsStoppedWhileTheDiskIsShortOfSpace) {
  reserve_.low = true;
  ask("a", kStopInTrouble);
  EXPECT_EQ(calls("StopInstances"), 0);
  EXPECT_EQ(outcome_of("a"), Value("InsufficientDiskSpace"));
}

TEST_F(TroubleTest, AServerIsStartedAlsoWhileTheDiskIsShortOfSpace) {
  reserve_.low = true;
  ask("a", kStartInTrouble);
  EXPECT_EQ(calls("StartInstances"), 1);
  EXPECT_EQ(outcome_of("a"), Value("ok"));
}

TEST_F(TroubleTest, PeopleAreToldOnceWhenTheDiskIsShortAndOnceWhenItHasSpaceAgain) {
  reserve_.low = true;
  ask("a", kStartInTrouble);
  ask("b", kStartInTrouble);
  reserve_.low = false;
  ask("c", kStopInTrouble);
  EXPECT_EQ(told_, (std::vector<std::string>{"disk short", "disk enough"}));
  EXPECT_EQ(outcome_of("c"), Value("ok"));
}

TEST_F(TroubleTest, WithNoRoomLeftTheProcessSaysItsLastWordsAndEnds) {
  reserve_.kept = false;
  kernel_->tell_by({{}, {}, [](const std::string& why) {
                      std::fprintf(stderr, "last words: %s\n", why.c_str());
                    }});
  EXPECT_DEATH(
      {
        limit_pages_to(pages());
        ask("a", kStartInTrouble);
      },
      "last words: .*full");
}

TEST_F(TroubleTest, AMachineWhoseCodeThrowsEndsAsFailedAndPeopleAreTold) {
  script_ = [](const Event&, Object&, WallTime, Commands&) { throw std::runtime_error("a bug"); };
  start("a");
  EXPECT_EQ(text_at(outcome_of("a"), "Status"), "Failed");
  EXPECT_EQ(told_, std::vector<std::string>{"a: Internal error: a bug"});
}

TEST_F(TroubleTest, ARecordThatCannotBeReadFailsItsMachineAndNoOther) {
  script_ = [](const Event& e, Object&, WallTime, Commands& c) {
    std::holds_alternative<event::Started>(e) ? c.pause("p", minutes(5)) : c.finish("done");
  };
  start("bad");
  start("good");
  ASSERT_TRUE(database_->execute("UPDATE machines SET snapshot = '{' WHERE no = 1"));
  die_and_boot();
  run_for(minutes(6));
  EXPECT_EQ(outcome_of("good"), Value("done"));
  EXPECT_EQ(text_at(outcome_of("bad"), "Status"), "Failed");
  ASSERT_EQ(told_.size(), 1U);
  EXPECT_TRUE(told_[0].starts_with("bad: cannot be brought back after a restart")) << told_[0];
}

TEST_F(TroubleTest, WhoAwaitsAMachineThatCannotBeReadIsToldThatItFailed) {
  script_ = [this](const Event& e, Object&, WallTime, Commands& c) {
    if (const auto* first = std::get_if<event::Started>(&e)) {
      if (text_at(first->input, "role") == "child") return c.pause("p", hours(5));
      return c.await_end("child", {kScope, "toy", "child"});
    }
    if (const auto* ended = std::get_if<event::Ended>(&e)) c.finish(ended->outcome.value());
  };
  start("child", Object{{"role", "child"}});
  start("parent", Object{{"role", "parent"}});
  ASSERT_TRUE(database_->execute("UPDATE machines SET snapshot = '{' WHERE no = 1"));
  die_and_boot();
  run_for(minutes(1));
  EXPECT_EQ(text_at(outcome_of("parent"), "Status"), "Failed");
}

TEST_F(TroubleTest, AMachineThatWouldEndOnReplayIsFailedAndDoesNotEndTheProcess) {
  script_ = [](const Event&, Object&, WallTime, Commands& c) { c.pause("p", hours(5)); };
  start("a");
  script_ = [](const Event&, Object&, WallTime, Commands& c) { c.finish("done"); };
  die_and_boot();
  run_for(minutes(1));
  EXPECT_EQ(text_at(outcome_of("a"), "Status"), "Failed");
}

}  // namespace
}  // namespace hikae::engine::testing
