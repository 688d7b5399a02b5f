#include "plane/ssm/window_meaning.h"

#include <algorithm>

#include "plane/ssm/window_rows.h"

namespace hikae::plane {
namespace {

constexpr std::string_view kInstanceIds = "InstanceIds";

bool has_in_common(const Value& one, const Value& other) {
  if (text_at(one, "Key") != text_at(other, "Key")) return false;
  const auto& values = list_at(one, "Values");
  return std::ranges::any_of(list_at(other, "Values"), [&](const Value& value) {
    return std::ranges::find(values, value) != values.end();
  });
}

bool takes_in(const Value& criterion, const Value& id, const Object& tags) {
  const auto key = text_at(criterion, "Key");
  const auto& values = list_at(criterion, "Values");
  const auto is_named = [&](const Value& value) {
    return std::ranges::find(values, value) != values.end();
  };
  if (key == kInstanceIds) return is_named(id);
  if (key == "tag-key")
    return std::ranges::any_of(values,
                               [&](const Value& name) { return tags.contains(text_of(name)); });
  const auto* tag = key.starts_with("tag:") ? find(tags, key.substr(4)) : nullptr;
  return tag && is_named(*tag);
}

/// An instance is a target where it meets every criterion.
bool takes_in_instance(const Array& criteria, const Value& id, const Object& tags) {
  return !criteria.empty() && std::ranges::all_of(criteria, [&](const Value& criterion) {
    return takes_in(criterion, id, tags);
  });
}

bool means(const Ask& ask, const Value& wanted, const Array& criteria,
           const access::MachineTags& tags) {
  if (std::ranges::any_of(criteria, [&](const Value& mine) { return has_in_common(wanted, mine); }))
    return true;
  if (text_at(wanted, "Key") != kInstanceIds) return false;
  return std::ranges::any_of(list_at(wanted, "Values"), [&](const Value& id) {
    return takes_in_instance(criteria, id, tags ? tags(ask.scope, text_of(id)) : Object());
  });
}

}  // namespace

bool has_target(const Ask& ask, std::string_view window, const access::MachineTags& tags) {
  const auto& wanted = list_at(ask.input, "Targets");
  return std::ranges::any_of(members_of(ask, kWindowTargetRows, window), [&](const Value* target) {
    return std::ranges::any_of(wanted, [&](const Value& one) {
      return means(ask, one, list_at(*target, "Targets"), tags);
    });
  });
}

}  // namespace hikae::plane
