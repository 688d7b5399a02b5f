#include "runbook/actions/inputs.h"

#include <fmt/format.h>

#include <algorithm>

#include "runbook/resolve.h"
#include "runbook/run_compare.h"

namespace hikae::runbook {
namespace {

std::unexpected<Error> missing_input(std::string_view name, std::string_view wanted) {
  return fail(ErrorKind::Invalid,
              fmt::format("The input {} is missing: it must be {}", name, wanted));
}

std::unexpected<Error> odd_input(std::string_view name, std::string_view wanted,
                                 const Value& found) {
  return fail(ErrorKind::Invalid,
              fmt::format("The input {} must be {}, not a {}", name, wanted, kind_of(found)));
}

}  // namespace

Result<std::string> required_text(const Object& inputs, std::string_view name) {
  const auto* value = find(inputs, name);
  if (!value || value->is_null()) return missing_input(name, "a text");
  if (value->is_array() || value->is_object()) return odd_input(name, "a text", *value);
  auto text = as_text(*value);
  if (text.empty()) return fail(ErrorKind::Invalid, fmt::format("The input {} is empty", name));
  return text;
}

Result<Array> required_list(const Object& inputs, std::string_view name) {
  const auto* value = find(inputs, name);
  if (!value || value->is_null()) return missing_input(name, "a list");
  if (!value->is_array()) return Array{*value};
  if (value->get_array().empty())
    return fail(ErrorKind::Invalid, fmt::format("The input {} is an empty list", name));
  return value->get_array();
}

Result<bool> optional_flag(const Object& inputs, std::string_view name, bool otherwise) {
  const auto* value = find(inputs, name);
  if (!value || value->is_null()) return otherwise;
  if (const auto flag = as_boolean(*value)) return *flag;
  return odd_input(name, "true or false", *value);
}

Result<std::int64_t> optional_whole(const Object& inputs, std::string_view name,
                                    std::int64_t otherwise) {
  const auto* value = find(inputs, name);
  if (!value || value->is_null()) return otherwise;
  if (const auto whole = int_of(*value)) return *whole;
  if (const auto whole = convert(*value, "Integer")) return int_of(*whole).value_or(otherwise);
  return odd_input(name, "a whole number", *value);
}

Result<> optional_word(const Object& inputs, std::string_view name,
                       std::initializer_list<std::string_view> words) {
  const auto* value = find(inputs, name);
  if (!value || value->is_null()) return {};
  if (std::find(words.begin(), words.end(), text_of(*value)) != words.end()) return {};
  return fail(ErrorKind::Invalid, fmt::format("The input {} is '{}': it must be one of {}", name,
                                              as_text(*value), fmt::join(words, ", ")));
}

Result<> optional_map(const Object& inputs, std::string_view name) {
  const auto* value = find(inputs, name);
  if (!value || value->is_null() || value->is_object()) return {};
  return odd_input(name, "a map", *value);
}

void copy_members(const Object& from, std::initializer_list<std::string_view> names, Object& to) {
  for (const auto name : names)
    if (const auto* value = find(from, name)) to[name] = *value;
}

Object without_members(const Object& inputs, std::initializer_list<std::string_view> names) {
  Object rest;
  rest.reserve(inputs.size());
  for (const auto& [key, value] : inputs)
    if (std::find(names.begin(), names.end(), std::string_view(key)) == names.end())
      rest[key] = value;
  return rest;
}

}  // namespace hikae::runbook
