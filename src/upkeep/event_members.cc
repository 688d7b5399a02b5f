#include "upkeep/event_members.h"

#include <fmt/format.h>

namespace hikae::upkeep {

std::string member_text(const Value& event, const Value& config, std::string_view key) {
  for (const auto* from : {&event, &config}) {
    const auto* value = find(*from, key);
    if (!value || value->is_null()) continue;
    if (const auto number = int_of(*value)) return fmt::format("{}", *number);
    if (value->is_string()) return str(text_of(*value));
    return str(kind_of(*value));
  }
  return {};
}

bool is_set(const Value& value, std::string_view key) {
  return is_true_at(value, key) || text_at(value, key) == "true";
}

}  // namespace hikae::upkeep
