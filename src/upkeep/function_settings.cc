#include "upkeep/function_settings.h"

namespace hikae::upkeep {
namespace {

constexpr std::string_view kOwnPrefix = "HIKAE_";

std::string as_member(std::string_view variable) {
  std::string name;
  bool begins_word = true;
  for (const char c : variable) {
    const bool is_upper = c >= 'A' && c <= 'Z';
    if (c != '_') name += is_upper && !begins_word ? static_cast<char>(c - 'A' + 'a') : c;
    begins_word = c == '_';
  }
  return name;
}

}  // namespace

void add_setting(Object& config, std::string_view variable, std::string_view value) {
  const bool is_own = variable.starts_with(kOwnPrefix);
  const auto member = as_member(is_own ? variable.substr(kOwnPrefix.size()) : variable);
  if (is_own || !config.contains(member)) config[member] = value;
  config[variable] = value;
}

}  // namespace hikae::upkeep
