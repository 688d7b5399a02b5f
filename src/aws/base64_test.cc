#include "aws/base64.h"

#include <gtest/gtest.h>

#include <vector>

namespace hikae::aws {
namespace {

TEST(Base64, GoesThereAndBack) {
  for (const auto& [bytes, text] : std::vector<std::pair<std::string, std::string>>{
           {"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"\xff\xfe\xfd", "//79"}}) {
    EXPECT_EQ(to_base64(bytes), text);
    EXPECT_EQ(from_base64(text), bytes);
  }
}

TEST(Base64, TheUrlsAlphabetIsNone) { EXPECT_FALSE(from_base64("Z-8=")); }

}  // namespace
}  // namespace hikae::aws
