// Policies and questions for the tests of this folder.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "iam/evaluate.h"
#include "text/json.h"

namespace hikae::iam {

inline Value test_data(const std::string& name) {
  std::ifstream in(std::string(HIKAE_TEST_DATA) + "/iam/" + name);
  std::stringstream text;
  text << in.rdbuf();
  auto value = text::parse_json(text.str());
  EXPECT_TRUE(value.has_value()) << name;
  return value ? *value : Value();
}

inline Policy policy_from(std::string_view json, PolicyUse use = PolicyUse::Identity) {
  auto policy = parse_policy(json, use);
  EXPECT_TRUE(policy.has_value()) << json << "\n" << (policy ? "" : policy.error().message);
  return policy ? *policy : Policy{};
}

inline Question stop_question() {
  return {{"arn:aws:sts::123456789012:assumed-role/R/s", "arn:aws:iam::123456789012:role/R",
           "123456789012", ""},
          "ec2:StopInstances",
          "arn:aws:ec2:ap-northeast-1:123456789012:instance/i-1",
          {}};
}

}  // namespace hikae::iam
