#include "zone/zone.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace hikae::zone {
namespace {

using std::chrono::day;
using std::chrono::month;
using std::chrono::year;

Zone zone_named(std::string_view name) {
  auto zone = Zone::load(name);
  EXPECT_TRUE(zone.has_value()) << (zone ? "" : zone.error().message);
  return zone ? *zone : Zone::utc();
}

Civil civil_at(int y, unsigned m, unsigned d, int hour, int minute = 0) {
  return {year{y} / month{m} / day{d}, hour, minute, 0};
}

std::string message_for(std::string_view name) {
  const auto zone = Zone::load(name);
  return zone ? "" : zone.error().message;
}

TEST(Zone, TokyoIsNineHoursAheadAllYear) {
  const auto tokyo = zone_named("Asia/Tokyo");
  EXPECT_EQ(iso(tokyo.instants_of(civil_at(2026, 1, 2, 3, 30)).first), "2026-01-01T18:30:00Z");
  EXPECT_EQ(iso(tokyo.instants_of(civil_at(2056, 7, 2, 3, 30)).first), "2056-07-01T18:30:00Z");
  EXPECT_EQ(tokyo.local(*parse_iso("2026-01-01T18:30:00Z")).abbreviation, "JST");
}

TEST(Zone, NewYorkSkipsAnHourInSpring) {
  const auto instants = zone_named("America/New_York").instants_of(civil_at(2026, 3, 8, 2, 30));
  EXPECT_EQ(instants.kind, CivilKind::Skipped);
  EXPECT_EQ(iso(instants.first), "2026-03-08T07:00:00Z");
  EXPECT_EQ(instants.first, instants.transition);
  EXPECT_EQ(instants.second, instants.transition);
}

TEST(Zone, NewYorkRepeatsAnHourInAutumn) {
  const auto instants = zone_named("America/New_York").instants_of(civil_at(2026, 11, 1, 1, 30));
  EXPECT_EQ(instants.kind, CivilKind::Repeated);
  EXPECT_EQ(iso(instants.first), "2026-11-01T05:30:00Z");
  EXPECT_EQ(iso(instants.second), "2026-11-01T06:30:00Z");
  EXPECT_EQ(iso(instants.transition), "2026-11-01T06:00:00Z");
}

TEST(Zone, TheHourAfterAGapIsUniqueAgain) {
  const auto instants = zone_named("America/New_York").instants_of(civil_at(2026, 3, 8, 3));
  EXPECT_EQ(instants.kind, CivilKind::Unique);
  EXPECT_EQ(iso(instants.first), "2026-03-08T07:00:00Z");
}

TEST(Zone, LondonChangesAtOneInTheMorning) {
  const auto london = zone_named("Europe/London");
  EXPECT_EQ(london.instants_of(civil_at(2026, 3, 29, 1, 30)).kind, CivilKind::Skipped);
  EXPECT_EQ(london.instants_of(civil_at(2026, 10, 25, 1, 30)).kind, CivilKind::Repeated);
}

TEST(Zone, LordHoweMovesByHalfAnHour) {
  const auto howe = zone_named("Australia/Lord_Howe");
  EXPECT_EQ(howe.instants_of(civil_at(2026, 10, 4, 2, 15)).kind, CivilKind::Skipped);
  EXPECT_EQ(howe.instants_of(civil_at(2026, 10, 4, 2, 30)).kind, CivilKind::Unique);
  const auto twice = howe.instants_of(civil_at(2026, 4, 5, 1, 45));
  EXPECT_EQ(twice.kind, CivilKind::Repeated);
  EXPECT_EQ(twice.second - twice.first, minutes(30));
}

TEST(Zone, CairoHasNoMidnightOnItsSpringDay) {
  const auto instants = zone_named("Africa/Cairo").instants_of(civil_at(2026, 4, 24, 0));
  EXPECT_EQ(instants.kind, CivilKind::Skipped);
  EXPECT_EQ(iso(instants.transition), "2026-04-23T22:00:00Z");
}

TEST(Zone, ApiaMissesAWholeDay) {
  const auto apia = zone_named("Pacific/Apia");
  EXPECT_EQ(apia.instants_of(civil_at(2011, 12, 30, 12)).kind, CivilKind::Skipped);
  EXPECT_EQ(apia.instants_of(civil_at(2011, 12, 31, 12)).kind, CivilKind::Unique);
  EXPECT_EQ(text(apia.local(*parse_iso("2011-12-30T10:00:00Z")).civil), "2011-12-31T00:00:00");
}

TEST(Zone, DublinsNegativeSavingEqualsLondonAlsoFarAhead) {
  const auto dublin = zone_named("Europe/Dublin");
  const auto london = zone_named("Europe/London");
  for (int y = 2026; y < 2199; y += 7)
    for (unsigned m = 1; m <= 12; ++m)
      EXPECT_EQ(dublin.instants_of(civil_at(y, m, 15, 12)).first,
                london.instants_of(civil_at(y, m, 15, 12)).first);
}

TEST(Zone, RulesGoOnAfterTheLastRecordedChange) {
  const auto new_york = zone_named("America/New_York");
  EXPECT_EQ(new_york.instants_of(civil_at(2055, 3, 14, 2, 30)).kind, CivilKind::Skipped);
  EXPECT_EQ(new_york.instants_of(civil_at(2190, 7, 1, 12)).first,
            *parse_iso("2190-07-01T16:00:00Z"));
}

TEST(Zone, GoesThereAndBackAtEveryHourOfAYear) {
  for (const char* name : {"America/New_York", "Australia/Lord_Howe", "Africa/Cairo",
                           "Asia/Kathmandu", "Antarctica/Troll", "America/St_Johns"}) {
    const auto zone = zone_named(name);
    for (auto at = *parse_iso("2026-01-01"); at < *parse_iso("2027-01-01"); at += minutes(30)) {
      const auto instants = zone.instants_of(zone.local(at).civil);
      EXPECT_NE(instants.kind, CivilKind::Skipped) << name << " " << iso(at);
      EXPECT_TRUE(instants.first == at || instants.second == at) << name << " " << iso(at);
    }
  }
}

TEST(Zone, NextChangeWalksThroughTheYear) {
  const auto new_york = zone_named("America/New_York");
  const auto spring = new_york.next_change(*parse_iso("2026-01-01"));
  ASSERT_TRUE(spring.has_value());
  EXPECT_EQ(iso(*spring), "2026-03-08T07:00:00Z");
  EXPECT_EQ(iso(new_york.next_change(*spring).value()), "2026-11-01T06:00:00Z");
  EXPECT_EQ(zone_named("Asia/Tokyo").next_change(*parse_iso("2026-01-01")), std::nullopt);
  EXPECT_EQ(Zone::utc().next_change(*parse_iso("2026-01-01")), std::nullopt);
}

TEST(Zone, AnUnknownNameIsAnErrorThatNamesCloseOnes) {
  EXPECT_NE(message_for("Asia/Tokio").find("Asia/Tokyo"), std::string::npos);
  EXPECT_NE(message_for("america/new york").find("America/New_York"), std::string::npos);
  EXPECT_NE(message_for("Europe/Tokyo").find("Asia/Tokyo"), std::string::npos);
  EXPECT_NE(message_for("Mars/Olympus_Mons").find("like Asia/Tokyo"), std::string::npos);
}

TEST(Zone, NothingButTheListOpensAFile) {
  for (const char* name :
       {"", "../zoneinfo/UTC", "/usr/share/zoneinfo/UTC", "Fixed/UTC+01:00:00", "file:/etc/passwd",
        "libc:localtime", "localtime", "Asia//Tokyo", "asia/tokyo", "Factory", "Asia", "+09:00"})
    EXPECT_FALSE(Zone::load(name).has_value()) << name;
}

TEST(Zone, OldNamesAreLinksToNewOnes) {
  EXPECT_EQ(zone_named("Japan").instants_of(civil_at(2026, 1, 2, 3)).first,
            zone_named("Asia/Tokyo").instants_of(civil_at(2026, 1, 2, 3)).first);
}

TEST(Zone, TellsTheReleaseOfItsData) { EXPECT_TRUE(tzdata_version().starts_with("20")); }

TEST(Zone, AFolderWithoutAListIsAnError) {
  const auto zone = Zone::load("Asia/Tokyo", "/nonexistent");
  ASSERT_FALSE(zone.has_value());
  EXPECT_EQ(zone.error().kind, ErrorKind::Io);
  EXPECT_TRUE(Zone::load("UTC", "/nonexistent").has_value());
  EXPECT_EQ(tzdata_version("/nonexistent"), "unknown");
}

TEST(Zone, AListedZoneWithoutItsFileIsAnError) {
  const auto folder = std::filesystem::temp_directory_path() / "hikae_zone_test";
  std::filesystem::create_directories(folder / "Asia");
  std::ofstream(folder / "tzdata.zi") << "# version 1999z\nZ Asia/Tokyo 9 - JST\nL A Asia/Broken\n";
  std::ofstream(folder / "Asia" / "Broken") << "TZif2 and then nothing";
  EXPECT_EQ(tzdata_version(folder.string()), "1999z");
  for (const char* name : {"Asia/Tokyo", "Asia/Broken"}) {
    const auto zone = Zone::load(name, folder.string());
    ASSERT_FALSE(zone.has_value()) << name;
    EXPECT_EQ(zone.error().kind, ErrorKind::Io);
  }
  std::filesystem::remove_all(folder);
}

TEST(Zone, PlusDaysCrossesMonthsAndLeapDays) {
  EXPECT_EQ(text(plus_days(civil_at(2028, 2, 28, 23, 30), 2)), "2028-03-01T23:30:00");
  EXPECT_EQ(text(plus_days(civil_at(2026, 1, 1, 0), -1)), "2025-12-31T00:00:00");
}

}  // namespace
}  // namespace hikae::zone
