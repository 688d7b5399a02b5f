#include "runbook/parameters.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/escape.h"
#include "base/limits.h"
#include "runbook/resolve.h"
#include "text/regex.h"

namespace hikae::runbook {
namespace {

constexpr std::string_view kBadParameters = "InvalidAutomationExecutionParametersException";

std::unexpected<Error> bad_parameter(std::string message) {
  return fail(ErrorKind::Invalid, std::string(kBadParameters), std::move(message));
}

std::string quoted_name(const Parameter& parameter) {
  return "Parameter \"" + parameter.name + "\"";
}

std::string shown_value(std::string_view text) {
  constexpr std::size_t kShown = 80;
  return printable(text.size() <= kShown ? str(text) : str(text.substr(0, kShown)) + "…");
}

/// The texts a list, a number or a single text consists of.
std::vector<std::string> texts_in(const Value& value) {
  if (!value.is_array()) return {as_text(value)};
  std::vector<std::string> texts;
  for (const auto& item : value.get_array()) texts.push_back(as_text(item));
  return texts;
}

std::int64_t characters_in(std::string_view text) {
  return std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
}

Result<> check_allowed(const Parameter& parameter, std::string_view text) {
  if (parameter.allowed_values.empty()) return {};
  std::vector<std::string> allowed;
  for (const auto& value : parameter.allowed_values) allowed.push_back(as_text(value));
  if (std::ranges::find(allowed, text) != allowed.end()) return {};
  return bad_parameter(fmt::format("{} has value \"{}\" not found in [{}].", quoted_name(parameter),
                                   shown_value(text), fmt::join(allowed, ", ")));
}

Result<> check_pattern(const Parameter& parameter, std::string_view pattern,
                       std::string_view text) {
  if (pattern.empty()) return {};
  const auto regex = TRY(text::Regex::compile(pattern));
  if (TRY(in_context(regex.matches(text), quoted_name(parameter)))) return {};
  return bad_parameter(fmt::format("{} has value \"{}\", which does not match the pattern {}.",
                                   quoted_name(parameter), shown_value(text), pattern));
}

Result<> check_count(const Parameter& parameter, std::int64_t count, std::string_view what,
                     std::optional<std::int64_t> least, std::optional<std::int64_t> most) {
  if ((!least || count >= *least) && (!most || count <= *most)) return {};
  const auto range = least && most ? fmt::format("{} to {}", *least, *most)
                     : least       ? fmt::format("at least {}", *least)
                                   : fmt::format("at most {}", *most);
  return bad_parameter(
      fmt::format("{} has {} {}; allowed are {}.", quoted_name(parameter), count, what, range));
}

Result<> check_text(const Parameter& parameter, std::string_view text) {
  TRY_DO(check_allowed(parameter, text));
  TRY_DO(check_pattern(parameter, pattern_of(parameter.type), text));
  TRY_DO(check_pattern(parameter, parameter.allowed_pattern, text));
  return check_count(parameter, characters_in(text), "characters", parameter.min_chars,
                     parameter.max_chars);
}

bool is_map_type(std::string_view type) { return type == "StringMap" || type == "MapList"; }

/// Of maps: what is allowed is compared as a whole, and their members are counted.
Result<> check_map(const Parameter& parameter, const Value& value) {
  if (const auto* map = value.if_object())
    TRY_DO(check_count(parameter, static_cast<std::int64_t>(map->size()), "entries",
                       parameter.min_items, parameter.max_items));
  const auto& allowed = parameter.allowed_values;
  if (allowed.empty() || std::ranges::find(allowed, value) != allowed.end()) return {};
  return bad_parameter(fmt::format("{} has value \"{}\" not found in [{}].", quoted_name(parameter),
                                   shown_value(as_text(value)),
                                   as_text(Value(Array(allowed.begin(), allowed.end())))));
}

}  // namespace

Result<> check_constraints(const Parameter& parameter, const Value& value) {
  // What the author wrote as default is fine, also where his own pattern forbids it: an empty
  // default is how a role is made optional.
  if (parameter.default_value && *parameter.default_value == value) return {};
  if (const auto* list = value.if_array())
    TRY_DO(check_count(parameter, static_cast<std::int64_t>(list->size()), "values",
                       parameter.min_items, parameter.max_items));
  if (is_map_type(parameter.type)) return check_map(parameter, value);
  for (const auto& text : texts_in(value)) TRY_DO(check_text(parameter, text));
  return {};
}

namespace {

Result<Array> given_texts(const Parameter& parameter, const Value& given) {
  const auto texts = given.is_array() ? given.get_array() : Array{given};
  if (texts.size() > limits::kParameterValues)
    return bad_parameter(fmt::format("{} has {} values; at most {} are taken.",
                                     quoted_name(parameter), texts.size(),
                                     limits::kParameterValues));
  for (const auto& text : texts)
    if (!text.is_string() || text.get_string().size() > limits::kParameterBytes)
      return bad_parameter(fmt::format("{} must be given as a list of texts of at most {} bytes.",
                                       quoted_name(parameter), limits::kParameterBytes));
  return texts;
}

Result<Value> bind_given(const Parameter& parameter, const Value& given) {
  const auto texts = TRY(given_texts(parameter, given));
  auto value = typed_given(texts, parameter.type);
  if (!value) return bad_parameter(quoted_name(parameter) + " " + value.error().message + ".");
  TRY_DO(check_constraints(parameter, *value));
  return *std::move(value);
}

Result<Value> bind_default(const Parameter& parameter) {
  if (!parameter.default_value)
    return bad_parameter(quoted_name(parameter) + " is required: it has no default; give a value.");
  if (is_from_store(*parameter.default_value))
    return bad_parameter(
        fmt::format("{} takes its default {} from Parameter Store, which is not there; give a "
                    "value.",
                    quoted_name(parameter), shown_value(as_text(*parameter.default_value))));
  return *parameter.default_value;
}

void gather(std::string& all, const Error& error) {
  if (!all.empty()) all += " ";
  all += error.message;
}

std::string undeclared_names(const Document& document, const Object& given) {
  std::string all;
  for (const auto& member : given)
    if (!document.parameter(member.key()))
      gather(all, {ErrorKind::Invalid,
                   {},
                   fmt::format("Parameter \"{}\" is not declared in the document.",
                               shown_value(std::string_view(member.key())))});
  return all;
}

}  // namespace

Result<Object> bind_parameters(const Document& document, const Value& given) {
  static const Object kNone;
  if (!given.is_object() && !given.is_null())
    return bad_parameter("Parameters must be a map of names to lists of texts.");
  const auto& values = given.is_object() ? given.get_object() : kNone;
  std::string problems = undeclared_names(document, values);
  Object bound;
  for (const auto& parameter : document.parameters) {
    const auto* value = find(values, parameter.name);
    auto result = value ? bind_given(parameter, *value) : bind_default(parameter);
    if (result)
      bound.insert_or_assign(parameter.name, *std::move(result));
    else
      gather(problems, result.error());
  }
  if (!problems.empty()) return bad_parameter(std::move(problems));
  TRY_DO(role_of(document, bound));
  return bound;
}

}  // namespace hikae::runbook
