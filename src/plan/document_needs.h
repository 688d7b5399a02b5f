// Which API calls a step of a document makes, as far as its inputs say so. Private to src/plan.
#pragma once

#include <string>
#include <vector>

#include "base/value.h"
#include "runbook/document.h"

namespace hikae::plan {

/// `input` has a '*' in place of every reference, and "i-*", "ami-*" … of one that ends in
/// InstanceId, ImageId …
struct StepCall {
  std::string service;
  std::string operation;
  Value input;
};
[[nodiscard]] std::vector<StepCall> calls_of_step(const runbook::Step& step);

/// A value's texts with a '*' in place of each `{{ reference }}`.
[[nodiscard]] Value without_references(const Value& value);

}  // namespace hikae::plan
