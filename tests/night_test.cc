// The night of `hikae demo`, against a table that was written by hand.
#include <gtest/gtest.h>

#include <set>

#include "base/time.h"
#include "base/value.h"
#include "process.h"
#include "text/json.h"

namespace hikae {
namespace {

/// Plays the night once for all tests of this file.
const Value& night() {
  static const Value kNight = [] {
    const tests::TempFolder folder;
    const auto played = tests::run_process({std::string(HIKAE_BINARY_DIR) + "/hikae", "demo",
                                            "--json", "--data", folder.path() + "/data"});
    EXPECT_EQ(played.exit_code, 0) << played.err;
    auto value = text::parse_json(played.out);
    EXPECT_TRUE(value) << played.out.substr(0, 500);
    return value ? *value : Value();
  }();
  return kNight;
}

const Value& expected() {
  static const Value kExpected =
      text::parse_json(tests::read_text(std::string(HIKAE_TEST_DATA) + "/night/expected.json"))
          .value();
  return kExpected;
}

const Value& row_named(std::string_view name) {
  for (const auto& row : list_at(night(), "Instances"))
    if (text_at(row, "Name") == name) return row;
  static const Value kNone;
  ADD_FAILURE() << "no row for " << name;
  return kNone;
}

int mails_about(const Value& row, std::string_view to, std::string_view words) {
  int count = 0;
  for (const auto& mail : list_at(night(), "Mails")) {
    const auto subject = text_at(mail, "Subject");
    const bool names_it = subject.find(text_at(row, "InstanceId")) != std::string_view::npos ||
                          subject.find(text_at(row, "Name")) != std::string_view::npos;
    count += text_at(mail, "To") == to && names_it && subject.find(words) != std::string_view::npos;
  }
  return count;
}

TEST(Night, EveryServerEndsAsTheTableSays) {
  ASSERT_EQ(list_at(night(), "Instances").size(), list_at(expected(), "Instances").size());
  for (const auto& want : list_at(expected(), "Instances")) {
    const auto name = text_at(want, "Name");
    const auto& row = row_named(name);
    EXPECT_EQ(text_at(row, "Outcome"), text_at(want, "Outcome")) << name;
    EXPECT_EQ(text_at(row, "ImageState"), text_at(want, "Image")) << name;
    EXPECT_EQ(text_at(row, "Power"), text_at(want, "Power")) << name;
    const auto stopped = int_at(row, "StoppedSeconds").value_or(-1);
    EXPECT_GE(stopped, int_of(list_at(want, "Stopped")[0])) << name;
    EXPECT_LE(stopped, int_of(list_at(want, "Stopped")[1])) << name;
    EXPECT_EQ(int_at(row, "GenerationsBefore"), int_of(list_at(want, "Generations")[0])) << name;
    EXPECT_EQ(int_at(row, "GenerationsAfter"), int_of(list_at(want, "Generations")[1])) << name;
  }
}

TEST(Night, WhatIsPrunedIsPrunedForTheReasonInTheTable) {
  for (const auto& want : list_at(expected(), "Instances")) {
    const auto& row = row_named(text_at(want, "Name"));
    const auto& pruned = list_at(row, "Pruned");
    EXPECT_EQ(static_cast<std::int64_t>(pruned.size()), int_of(list_at(want, "Pruned")[0]))
        << text_at(want, "Name");
    for (const auto& one : pruned)
      EXPECT_NE(text_at(one, "Reason").find(text_of(list_at(want, "Pruned")[1])),
                std::string_view::npos)
          << text_at(one, "Reason");
  }
}

TEST(Night, EachSubscriberIsToldOnceOfWhatTheTableSaysAndOfNothingElse) {
  for (const auto& want : list_at(expected(), "Instances")) {
    const auto& row = row_named(text_at(want, "Name"));
    for (const auto& subscriber : list_at(expected(), "Subscribers")) {
      const auto& told = list_at(want, "Told");
      for (const auto& words : told)
        EXPECT_EQ(mails_about(row, text_of(subscriber), text_of(words)), 1)
            << text_at(want, "Name") << ": " << text_of(words);
      if (text_at(want, "Name") == "web-1") continue;  // web-10's mails name it too
      EXPECT_EQ(mails_about(row, text_of(subscriber), ""), static_cast<int>(told.size()))
          << text_at(want, "Name");
    }
  }
}

TEST(Night, TheAgentCheckIsOneMailPerSubscriberAtTwentyPastThree) {
  for (const auto& subscriber : list_at(expected(), "Subscribers")) {
    int count = 0;
    for (const auto& mail : list_at(night(), "Mails")) {
      if (text_at(mail, "Subject").find("agent check") == std::string_view::npos) continue;
      EXPECT_TRUE(text_at(mail, "At").starts_with("2026-05-01T18:20"));
      count += text_at(mail, "To") == text_of(subscriber);
    }
    EXPECT_EQ(count, 1);
  }
}

TEST(Night, NeitherOfTwoServersWithOneNameInTheOtherPrunesTheOthersImages) {
  std::set<std::string> gone;
  for (const auto& one : list_at(row_named("web-1"), "Pruned"))
    gone.insert(str(text_at(one, "ImageId")));
  for (const auto& one : list_at(row_named("web-10"), "Pruned"))
    EXPECT_TRUE(gone.insert(str(text_at(one, "ImageId"))).second) << text_at(one, "ImageId");
  // Two of web-1's and one of web-10's, as the table says: no other was touched.
  EXPECT_EQ(gone.size(), 3U);
}

}  // namespace
}  // namespace hikae
