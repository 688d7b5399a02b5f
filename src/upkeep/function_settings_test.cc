#include "upkeep/function_settings.h"

#include <gtest/gtest.h>

namespace hikae::upkeep {
namespace {

Object config_with(std::initializer_list<std::pair<const char*, const char*>> variables) {
  Object config;
  for (const auto& [name, value] : variables) add_setting(config, name, value);
  return config;
}

TEST(FunctionSettings, AVariableStandsUnderItsNameAndAsAMember) {
  const auto config = config_with({{"TAG_KEY", "Group"}, {"SNS_TOPIC_ARN", "arn:t"}});
  EXPECT_EQ(text_at(config, "TAG_KEY"), "Group");
  EXPECT_EQ(text_at(config, "TagKey"), "Group");
  EXPECT_EQ(text_at(config, "SNS_TOPIC_ARN"), "arn:t");
}

TEST(FunctionSettings, HikaesOwnPrefixIsNoPartOfTheMember) {
  EXPECT_EQ(text_at(config_with({{"HIKAE_STOP_TAG", "Stop"}}), "StopTag"), "Stop");
}

TEST(FunctionSettings, HikaesOwnVariableGoesBeforeAnotherInAnyOrder) {
  EXPECT_EQ(text_at(config_with({{"HIKAE_KEEP", "3"}, {"KEEP", "1"}}), "Keep"), "3");
  EXPECT_EQ(text_at(config_with({{"KEEP", "1"}, {"HIKAE_KEEP", "3"}}), "Keep"), "3");
}

}  // namespace
}  // namespace hikae::upkeep
