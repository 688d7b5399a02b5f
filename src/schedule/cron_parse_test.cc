#include <gtest/gtest.h>

#include "schedule/expression.h"

namespace hikae::schedule {
namespace {

std::string why_refused(std::string_view text, Kind kind = Kind::Window) {
  const auto parsed = parse(text, kind);
  return parsed ? "accepted" : parsed.error().message;
}

const Cron& cron_of(const Result<Expression>& parsed) { return std::get<Cron>(*parsed); }

struct Refusal {
  const char* text;
  const char* says;  // every message names the field and the value
};

TEST(CronParse, RefusesWithFieldValueAndWayOut) {
  const Refusal kRefusals[] = {
      {"cron(60 10 * * ? *)", "cron minutes '60': out of range; write a value within 0-59"},
      {"cron(0 24 * * ? *)", "cron hours '24'"},
      {"cron(0 0 0 * ? *)", "cron day-of-month '0'"},
      {"cron(0 0 32 * ? *)", "cron day-of-month '32'"},
      {"cron(0 0 1 13 ? *)", "cron month '13': out of range; write a value within 1-12 or JAN-DEC"},
      {"cron(0 0 ? * 0 *)", "cron day-of-week '0'"},
      {"cron(0 0 ? * 8 *)", "cron day-of-week '8'"},
      {"cron(0 0 1 1 ? 1969)", "cron year '1969'"},
      {"cron(0 0 1 1 ? 2200)", "cron year '2200'"},
      {"cron(0 0 1 1 ? 2030-2026)", "the range runs backwards; write 2026-2030"},
      {"cron(0 0 ? * FRI#6 *)", "1 to 5"},
      {"cron(0 0 ? * FRI#0 *)", "1 to 5"},
      {"cron(0 0 ? * FRI# *)", "1 to 5"},
      {"cron(0 0 ? * #2 *)", "a value is missing"},
      {"cron(0 0 ? * 3#1,6#3 *)", "stands alone"},
      {"cron(0 0 ? * MON,6#3 *)", "stands alone"},
      {"cron(0 0 ? * 2L,6L *)", "stand alone"},
      {"cron(0 0 0W * ? *)", "cron day-of-month '0'"},
      {"cron(0 0 32W * ? *)", "cron day-of-month '32'"},
      {"cron(0 0 W * ? *)", "day-of-month 'W'"},
      {"cron(0 0 1W,15W * ? *)", "stand alone"},
      {"cron(0 0 WL * ? *)", "day-of-month 'WL'"},
      {"cron(0 0 3L * ? *)", "stand alone"},
      {"cron(0 0 L-3 * ? *)", "day-of-month"},
      {"cron(? 0 * * ? *)", "'?' stands alone"},
      {"cron(0 ? * * ? *)", "'?' stands alone"},
      {"cron(0 0 * ? ? *)", "'?' stands alone"},
      {"cron(0 0 * * ? ?)", "'?' stands alone"},
      {"cron(0 0 ?/2 * MON *)", "exactly one"},
      {"cron(L 0 * * ? *)", "stand alone"},
      {"cron(0 L * * ? *)", "stand alone"},
      {"cron(/5 10 * * ? *)", "a value is missing"},
      {"cron(5/ 10 * * ? *)", "no positive whole number"},
      {"cron(5/0 10 * * ? *)", "no positive whole number"},
      {"cron(5/-1 10 * * ? *)", "no positive whole number"},
      {"cron(0 1, * * ? *)", "a value is missing"},
      {"cron(0 ,1 * * ? *)", "a value is missing"},
      {"cron(0 1-2-3 * * ? *)", "cron hours '2-3'"},
      {"cron(-1 0 * * ? *)", "a value is missing"},
      {"cron(+1 0 * * ? *)", "not a whole number"},
      {"cron(1.5 0 * * ? *)", "not a whole number"},
      {"cron(0 0 1 JANUARY ? *)", "neither a number nor a name"},
      {"cron(0 0 ? * Monday *)", "neither a number nor a name"},
      {"cron(0 0 1 * MON *)", "exactly one of the two must be '?'"},
      {"cron(0 0 ? * ? *)", "exactly one of the two must be '?'"},
      {"cron(*/5 * * * *)", "five fields are Unix cron"},
      {"cron()", "0 fields"},
      {"cron(0 0 * * ? * * *)", "8 fields"},
      {"cron(00000 0 * * ? *)", "not a whole number"},
      {"0 18 * * ? *", "not of the form"},
      {" cron(0 18 * * ? *)", "not of the form"},
      {"cron(0 18 * * ? *) ", "not of the form"},
      {"Cron(0 18 * * ? *)", "not of the form"},
      {"cron", "not of the form"},
      {"", "not of the form"},
      {"hello", "not of the form"},
      {"rate(1 hours)", "write rate(1 hour)"},
      {"rate(5 hour)", "write rate(5 hours)"},
      {"rate(0 minutes)", "no positive whole number"},
      {"rate(-5 minutes)", "no positive whole number"},
      {"rate(1.5 hours)", "no positive whole number"},
      {"rate(five minutes)", "no positive whole number"},
      {"rate(5 seconds)", "use minute(s), hour(s) or day(s)"},
      {"rate(5 weeks)", "use minute(s), hour(s) or day(s)"},
      {"rate(5minutes)", "one space"},
      {"rate(5  minutes)", "use minute(s)"},
      {"rate(5)", "one space"},
      {"rate()", "one space"},
      {"rate(999999999 days)", "no positive whole number"},
      {"at(2020-13-07T15:55:00)", "no such date"},
      {"at(2020-02-30T00:00:00)", "no such date"},
      {"at(2020-07-07T24:00:00)", "no such date"},
      {"at(2020-07-07T15:55:00Z)", "the zone stands apart"},
      {"at(2020-07-07T15:55)", "not yyyy-mm-ddThh:mm:ss"},
      {"at(2020-07-07 15:55:00)", "not yyyy-mm-ddThh:mm:ss"},
      {"at(2250-07-07T15:55:00)", "1970-2199"},
      {"at()", "not yyyy-mm-ddThh:mm:ss"},
  };
  for (const auto& refusal : kRefusals)
    EXPECT_NE(why_refused(refusal.text).find(refusal.says), std::string::npos)
        << refusal.text << " -> " << why_refused(refusal.text);
}

TEST(RateParse, SchedulerTakesBothUnitsWithAnyNumber) {
  for (const auto* text : {"rate(1 minutes)", "rate(5 minute)", "rate(1 day)", "rate(2 hours)"})
    EXPECT_EQ(why_refused(text, Kind::Scheduler), "accepted") << text;
  for (const auto kind : {Kind::Window, Kind::Rule})
    EXPECT_EQ(why_refused("rate(5 minute)", kind),
              "rate '5 minute': the unit is singular exactly for 1; write rate(5 minutes)");
}

TEST(CronParse, AWindowOpensEveryFiveMinutesAtMost) {
  for (const auto* text : {"cron(* * * * ? *)", "cron(0/4 * * * ? *)", "cron(0,3 12 * * ? *)",
                           "cron(58,0 1,2 * * ? *)", "cron(0,30 0 3 ? * * *)", "rate(1 minute)"})
    EXPECT_NE(why_refused(text, Kind::Window).find("every 5 minutes at most"), std::string::npos)
        << text << " -> " << why_refused(text, Kind::Window);
  for (const auto* text : {"cron(0/5 * * * ? *)", "cron(55,0 1,2 * * ? *)", "rate(5 minutes)",
                           "cron(58,0 3 * * ? *)", "at(2026-07-07T15:55:00)"})
    EXPECT_EQ(why_refused(text, Kind::Window), "accepted") << text;
  EXPECT_EQ(why_refused("cron(* * * * ? *)", Kind::Rule), "accepted");
}

TEST(CronParse, RulesTakeNeitherSecondsNorAt) {
  EXPECT_NE(why_refused("cron(0 0 18 ? * MON-FRI *)", Kind::Rule).find("seconds"),
            std::string::npos);
  EXPECT_NE(why_refused("cron(0 0 18 ? * MON-FRI *)", Kind::Scheduler).find("seconds"),
            std::string::npos);
  EXPECT_EQ(why_refused("cron(0 0 18 ? * MON-FRI *)", Kind::Window), "accepted");
  EXPECT_NE(why_refused("at(2026-07-07T15:55:00)", Kind::Rule).find("only cron and rate"),
            std::string::npos);
}

TEST(CronParse, ControlCharactersNeverReachTheMessage) {
  const auto message = why_refused("cron(\x1b[31m 0 * * ? *)");
  EXPECT_EQ(message.find('\x1b'), std::string::npos) << message;
}

TEST(CronParse, TextBeyond256CharactersIsRefused) {
  EXPECT_NE(why_refused("cron(" + std::string(300, '1') + " 0 * * ? *)").find("256"),
            std::string::npos);
}

TEST(CronParse, WrappedRangesGoOnAtTheStart) {
  const auto parsed = parse("cron(50-10/5 22-2 ? NOV-FEB FRI-MON *)", Kind::Rule);
  ASSERT_TRUE(parsed.has_value());
  const auto& cron = cron_of(parsed);
  const auto bit = [](int n) { return std::uint64_t{1} << n; };
  EXPECT_EQ(cron.minutes, bit(50) | bit(55) | bit(0) | bit(5) | bit(10));
  EXPECT_EQ(cron.hours, bit(22) | bit(23) | bit(0) | bit(1) | bit(2));
  EXPECT_EQ(cron.months, bit(11) | bit(12) | bit(1) | bit(2));
  EXPECT_EQ(cron.week_days, bit(6) | bit(7) | bit(1) | bit(2));
}

TEST(CronParse, NamesTakeAnyCaseStepsAndLists) {
  const auto parsed = parse("cron(0 0 ? jan/3 mon-Fri/2,SAT *)", Kind::Rule);
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(cron_of(parsed).months, 0x492U);
  EXPECT_EQ(cron_of(parsed).week_days, 0xD4U);
}

TEST(CronParse, LastAndNthTakeNamesAndNumbers) {
  for (const char* text : {"cron(0 0 ? * FRIL *)", "cron(0 0 ? * 6L *)", "cron(0 0 ? * fril *)"}) {
    const auto parsed = parse(text, Kind::Rule);
    ASSERT_TRUE(parsed.has_value()) << text;
    EXPECT_EQ(cron_of(parsed).rule, DayRule::LastWeekday);
    EXPECT_EQ(cron_of(parsed).weekday, 6);
  }
  for (const char* text : {"cron(0 0 ? * FRI#2 *)", "cron(0 0 ? * 6#2 *)"}) {
    const auto parsed = parse(text, Kind::Rule);
    ASSERT_TRUE(parsed.has_value()) << text;
    EXPECT_EQ(cron_of(parsed).number, 2);
  }
}

}  // namespace
}  // namespace hikae::schedule
