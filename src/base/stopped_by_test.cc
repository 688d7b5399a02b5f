#include "base/stopped_by.h"

#include <gtest/gtest.h>

namespace hikae {
namespace {

const WallTime kOfTheStop = wall_ms(1'777'660'200'000);

TEST(StoppedBy, SaysRunMomentAndInstallation) {
  EXPECT_EQ(to_tag_value({"run-1", kOfTheStop, "tokyo"}), "run-1 2026-05-01T18:30:00Z tokyo");
  EXPECT_EQ(to_tag_value({"run-1", kOfTheStop, ""}), "run-1 2026-05-01T18:30:00Z");
}

TEST(StoppedBy, IsReadAsItWasWritten) {
  for (const auto* installation : {"tokyo", ""}) {
    const auto read = read_stopped_by(to_tag_value({"run-1", kOfTheStop, installation}));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->run, "run-1");
    EXPECT_EQ(read->at, kOfTheStop);
    EXPECT_EQ(read->installation, installation);
  }
}

TEST(StoppedBy, WhatSomebodyElseWroteIsNotTakenForOurs) {
  for (const auto* value : {"", " ", "true", "run-1", "run-1 yesterday", "run-1  tokyo",
                            " 2026-05-01T18:30:00Z", "run-1 2026-05-01T18:30:00Z tokyo more"})
    EXPECT_FALSE(read_stopped_by(value)) << value;
  EXPECT_FALSE(read_stopped_by(std::string(300, 'x') + " 2026-05-01T18:30:00Z"));
}

}  // namespace
}  // namespace hikae
