#include "base/time.h"

#include <gtest/gtest.h>

namespace hikae {
namespace {

TEST(Time, AnInstantPrintsAsItIsRead) {
  for (const auto* text : {"2026-01-01T18:30:00Z", "1970-01-01T00:00:00Z", "2199-12-31T23:59:59Z"})
    EXPECT_EQ(iso(parse_iso(text).value()), text);
}

TEST(Time, AnOffsetIsTakenOff) {
  EXPECT_EQ(iso(parse_iso("2026-01-02T03:30:00+09:00").value()), "2026-01-01T18:30:00Z");
  EXPECT_EQ(iso(parse_iso("2026-01-01T13:00-0530").value()), "2026-01-01T18:30:00Z");
}

TEST(Time, AFractionIsKeptInMilliseconds) {
  EXPECT_EQ(iso_ms(parse_iso("2026-01-01T18:30:00.1239Z").value()), "2026-01-01T18:30:00.123Z");
}

TEST(Time, WhatIsNoInstantIsRefusedWithItsText) {
  for (const auto* text :
       {"", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-01-01T24:00:00Z",
        "2026-01-01T00:00:00", "2026-01-01T00:00:00Zx", "yesterday"}) {
    const auto read = parse_iso(text);
    ASSERT_FALSE(read) << text;
    EXPECT_NE(read.error().message.find(text), std::string::npos);
  }
}

TEST(Time, DurationsAreReadAsIsoWritesThem) {
  EXPECT_EQ(parse_iso_duration("PT60M"), hours(1));
  EXPECT_EQ(parse_iso_duration("P1DT2H"), hours(26));
  EXPECT_EQ(parse_iso_duration("PT10S"), seconds(10));
  for (const auto* text : {"", "P", "PT", "PT-1S", "60M", "PT5", "P1Y", "PT99999999999999999999S"})
    EXPECT_FALSE(parse_iso_duration(text)) << text;
}

TEST(Time, PeopleReadHoursMinutesAndSeconds) {
  EXPECT_EQ(human(seconds(6)), "6 s");
  EXPECT_EQ(human(seconds(245)), "4 min 05 s");
  EXPECT_EQ(human(seconds(3723)), "1 h 02 min 03 s");
}

}  // namespace
}  // namespace hikae
