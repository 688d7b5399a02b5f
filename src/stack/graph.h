// Which resource needs which: DependsOn, and every Ref, Fn::GetAtt and Fn::Sub in its properties.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "stack/template.h"

namespace hikae::stack {

/// Logical id -> the logical ids it needs; only names of resources of the template.
using Needs = std::map<std::string, std::set<std::string>, std::less<>>;

[[nodiscard]] Needs needs_of(const Template& source);
/// The resources named anywhere in `value` (properties, an output).
[[nodiscard]] std::set<std::string> resources_named_in(const Value& value, const Template& source);

struct Order {
  std::vector<std::string> ids;    // each after all that it needs; else in the template's order
  std::vector<std::string> cycle;  // "A", "B", "A"; empty where there is none
};
[[nodiscard]] Order order_of(const Template& source, const Needs& needs);

}  // namespace hikae::stack
