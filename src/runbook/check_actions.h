// What is known of each of the 23 actions (docs/reference/ssm-automation.md 5): one table.
#pragma once

#include <string_view>
#include <vector>

namespace hikae::runbook {

/// Words are separated by spaces. `required`: each word an input; "A|B": one of the two.
/// `optional`: "*" means any further input.
struct ActionRule {
  std::string_view name;  // with "aws:"
  std::string_view required;
  std::string_view optional;
  std::string_view outputs;  // there without being declared
};

/// nullptr: no such action.
[[nodiscard]] const ActionRule* rule_of(std::string_view action);
[[nodiscard]] std::vector<std::string_view> action_names();
/// Splits at spaces.
[[nodiscard]] std::vector<std::string_view> words_of(std::string_view text, char separator = ' ');

}  // namespace hikae::runbook
