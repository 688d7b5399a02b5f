#include "os/log_file.h"

#include <gtest/gtest.h>

namespace hikae::os {
namespace {

TEST(LogFileTest, WhatTheDiskHasNoRoomForIsSaidOnStandardError) {
  const auto log = LogFile::open("/dev/full");
  ASSERT_TRUE(log) << log.error().text();
  ::testing::internal::CaptureStderr();
  (*log)->write("an instance may be left stopped");
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "an instance may be left stopped\n");
}

}  // namespace
}  // namespace hikae::os
