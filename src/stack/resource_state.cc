#include "stack/resource_state.h"

#include <algorithm>

#include "stack/resource_types.h"
#include "text/json.h"

namespace hikae::stack {

std::string_view status_word(std::string_view operation) {
  if (operation == kCreate) return "CREATE";
  return operation == kUpdate ? "UPDATE" : "DELETE";
}

const Value& properties_in(const Value& resource) {
  static const Value kNone = Object{};
  const auto* properties = find(resource, "Properties");
  return properties ? *properties : kNone;
}

bool is_retained(const Value& resource, std::string_view policy) {
  const auto word = text_at(resource, policy);
  return word == "Retain" || word == "RetainExceptOnCreate";
}

bool is_same(const Value& a, const Value& b) {
  return text::to_canonical_json(a) == text::to_canonical_json(b);
}

bool needs_replacement(std::string_view type, const Value& before, const Value& after) {
  const auto* known = find_resource_type(type);
  if (!known) return false;
  return std::ranges::any_of(known->properties.properties, [&](const Property& property) {
    if (!property.replaces) return false;
    const auto* old_value = find(before, property.name);
    const auto* new_value = find(after, property.name);
    if (!old_value || !new_value) return old_value != new_value;
    return !is_same(*old_value, *new_value);
  });
}

}  // namespace hikae::stack
