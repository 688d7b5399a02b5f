#include "schedule/lead.h"

#include <gtest/gtest.h>

#include "schedule/timetable.h"

namespace hikae::schedule {
namespace {

zone::Zone lead_zone(std::string_view name) { return *zone::Zone::load(name); }

std::string lead_of(std::string_view expression, std::string_view zone_name, int lead) {
  const auto answer = lead_expression(expression, lead_zone(zone_name), lead);
  return answer ? *answer : answer.error().message;
}

std::vector<WallTime> instants_of_days(const std::string& expression, std::string_view zone_name,
                                       WallTime from, Duration span) {
  Timetable table;
  table.expression = *parse(expression, Kind::Window);
  table.zone = lead_zone(zone_name);
  std::vector<WallTime> list;
  for (auto at = next(table, from); at && *at <= from + span; at = next(table, *at))
    list.push_back(*at);
  return list;
}

struct LeadCase {
  const char* expression;
  const char* zone;
  int lead;
  const char* expected;
};

TEST(Lead, FiresExactlyThatMuchEarlierOn400DaysInZonesWithDaylightSaving) {
  const LeadCase kCases[] = {
      {"cron(30 03 ? * * *)", "Asia/Tokyo", 10, "cron(20 03 ? * * *)"},
      {"cron(30 3 ? * * *)", "America/New_York", 10, "cron(20 3 ? * * *)"},
      {"cron(30 3 ? * * *)", "Europe/London", 10, "cron(20 3 ? * * *)"},
      {"cron(30 3 ? * * *)", "Australia/Lord_Howe", 10, "cron(20 3 ? * * *)"},
      {"cron(5 12 ? * MON-FRI *)", "America/New_York", 10, "cron(55 11 ? * MON-FRI *)"},
      {"cron(15 7,19 L * ? *)", "Europe/London", 30, "cron(45 6,18 L * ? *)"},
      {"cron(5 0 ? * * *)", "America/New_York", 10, "cron(55 23 ? * * *)"},
      {"cron(5 0 ? * MON,FRI *)", "America/New_York", 10, "cron(55 23 ? * 1,5 *)"},
      {"cron(0 0 ? * SUN *)", "Europe/London", 30, "cron(30 23 ? * 7 *)"},
      {"cron(0 0 1 * ? *)", "Europe/London", 30, "cron(30 23 L * ? *)"},
      {"cron(0 0 15 * ? *)", "America/New_York", 15, "cron(45 23 14 * ? *)"},
      {"cron(0 0 0 ? * * *)", "Asia/Tokyo", 1, "cron(0 59 23 ? * * *)"},
      {"cron(0/30 * ? * * *)", "Asia/Tokyo", 10, "cron(20,50 * ? * * *)"},
      {"cron(30 3 ? * * *)", "Asia/Tokyo", 1440, "cron(30 3 ? * * *)"},
  };
  const auto from = *parse_iso("2026-01-01T00:00:00Z");
  for (const auto& one : kCases) {
    const auto early = lead_of(one.expression, one.zone, one.lead);
    EXPECT_EQ(early, one.expected) << one.expression;
    const auto lead = minutes(one.lead);
    auto wanted = instants_of_days(one.expression, one.zone, from, hours(24 * 400));
    for (auto& at : wanted) at -= lead;
    EXPECT_GE(wanted.size(), 12U);
    EXPECT_EQ(instants_of_days(early, one.zone, from - lead, hours(24 * 400)), wanted)
        << one.expression << " in " << one.zone;
  }
}

TEST(Lead, WhatCannotBeWrittenExactlyNamesTheLongestThatCan) {
  const LeadCase kCases[] = {
      {"cron(5 0 ? * 6L *)", "UTC", 10,
       "the longest shorter lead that can be written is 5 minutes"},
      {"cron(5 0 L * ? *)", "UTC", 10, "is 5 minutes"},
      {"cron(5 0 15W * ? *)", "UTC", 10, "is 5 minutes"},
      {"cron(5 0 ? * TUE#1 *)", "UTC", 6, "is 5 minutes"},
      {"cron(5 0 31 * ? *)", "UTC", 10, "is 5 minutes"},
      {"cron(5 0 1,15 * ? *)", "UTC", 10, "is 5 minutes"},
      {"cron(5 0,12 ? * MON *)", "UTC", 10, "is 5 minutes"},
      {"cron(5 0 1 1 ? 2027)", "UTC", 10, "is 5 minutes"},
      {"cron(5 0 ? MAR MON *)", "UTC", 10, "is 5 minutes"},
      {"cron(0,30 3 ? * * *)", "UTC", 15, "no lead can be written"},
      {"cron(5,30 3 ? * * *)", "UTC", 15, "is 5 minutes"},
      {"cron(30 3 ? * * *)", "America/New_York", 60, "is 30 minutes"},
      {"cron(5 3 ? * * *)", "America/New_York", 10, "is 5 minutes"},
      {"cron(0 3 ? * * *)", "America/New_York", 10, "no lead can be written"},
  };
  for (const auto& one : kCases) {
    const auto message = lead_of(one.expression, one.zone, one.lead);
    EXPECT_NE(message.find(one.expected), std::string::npos) << one.expression << ": " << message;
  }
}

TEST(Lead, OnlyCronHasOneAndItLastsAMinuteToADay) {
  EXPECT_NE(lead_of("rate(1 day)", "UTC", 10).find("only a cron"), std::string::npos);
  EXPECT_NE(lead_of("cron(0 3 ? * * *)", "UTC", 0).find("not within"), std::string::npos);
  EXPECT_NE(lead_of("cron(0 3 ? * * *)", "UTC", 1441).find("not within"), std::string::npos);
  EXPECT_NE(lead_of("cron(0 3 * * *)", "UTC", 10).find("fields"), std::string::npos);
}

}  // namespace
}  // namespace hikae::schedule
