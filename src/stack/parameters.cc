// Parameters of a template.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

#include "stack/evaluate.h"
#include "stack/validate.h"
#include "text/regex.h"

namespace hikae::stack {
namespace {

constexpr std::string_view kSsmValue = "AWS::SSM::Parameter::Value<";

bool is_ssm_type(std::string_view type) {
  return type.starts_with(kSsmValue) && type.ends_with('>');
}

bool is_list_type(std::string_view type) {
  return type == "CommaDelimitedList" || type.starts_with("List<");
}

/// What stands in AWS::SSM::Parameter::Value<…>; any other type itself.
std::string_view type_of_value(std::string_view type) {
  if (is_ssm_type(type)) type = type.substr(kSsmValue.size(), type.size() - kSsmValue.size() - 1);
  return type;
}

std::optional<double> number_of_text(std::string_view text) {
  double number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return {};
  return number;
}

std::optional<double> bound(const Value& declared, std::string_view name) {
  const auto* value = find(declared, name);
  if (!value) return {};
  auto scalar = scalar_text(*value);
  return scalar ? number_of_text(*scalar) : std::nullopt;
}

/// What is wrong with one text for a declared parameter.
std::optional<std::string> problem_with(const Value& declared, std::string_view text) {
  const auto& allowed = list_at(declared, "AllowedValues");
  const bool known = std::ranges::any_of(
      allowed, [&](const Value& value) { return scalar_text(value) == std::optional(str(text)); });
  if (!allowed.empty() && !known) {
    std::vector<std::string> texts;
    for (const auto& value : allowed) texts.push_back(scalar_text(value).value_or("?"));
    return fmt::format("\"{}\" is not allowed: expected one of {}", text, fmt::join(texts, ", "));
  }
  if (const auto pattern = text_at(declared, "AllowedPattern"); !pattern.empty()) {
    auto regex = text::Regex::compile(pattern);
    if (!regex) return fmt::format("AllowedPattern: {}", regex.error().message);
    auto fits = regex->matches(text);
    if (!fits) return fits.error().message;
    if (!*fits) return fmt::format("\"{}\" does not fit: expected the form {}", text, pattern);
  }
  const auto length = static_cast<double>(text.size());
  if (auto least = bound(declared, "MinLength"); least && length < *least)
    return fmt::format("is too short: expected at least {} bytes", *least);
  if (auto most = bound(declared, "MaxLength"); most && length > *most)
    return fmt::format("is too long: expected at most {} bytes", *most);
  if (text_at(declared, "Type") != "Number") return {};
  const auto number = number_of_text(text);
  if (!number) return fmt::format("\"{}\" is no number: expected a number", text);
  if (auto least = bound(declared, "MinValue"); least && *number < *least)
    return fmt::format("{} is too small: expected at least {}", text, *least);
  if (auto most = bound(declared, "MaxValue"); most && *number > *most)
    return fmt::format("{} is too large: expected at most {}", text, *most);
  return {};
}

Array split_commas(std::string_view text) {
  Array out;
  for (;;) {
    auto comma = text.find(',');
    auto part = text.substr(0, comma);
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    out.push_back(Value(part));
    if (comma == std::string_view::npos) return out;
    text.remove_prefix(comma + 1);
  }
}

Result<Value> bind_one(std::string_view name, const Value& declared, const Value* given) {
  const auto* value = given ? given : find(declared, "Default");
  if (!value)
    return fail(ErrorKind::Invalid,
                fmt::format("parameter {} has no value and no Default: give one", name));
  auto text = scalar_text(*value);
  if (!text)
    return fail(ErrorKind::Invalid,
                fmt::format("parameter {} is a {}: expected a text", name, kind_of(*value)));
  if (auto problem = problem_with(declared, *text))
    return fail(ErrorKind::Invalid, fmt::format("parameter {}: {}", name, *problem));
  if (is_list_type(text_at(declared, "Type"))) return Value(split_commas(*text));
  return Value(*text);
}

}  // namespace

bool gives_list(const Value& declared) {
  return is_list_type(type_of_value(text_at(declared, "Type")));
}

Value looked_up_value(const Value& declared, std::string_view text) {
  return gives_list(declared) ? Value(split_commas(text)) : Value(text);
}

Result<Object> bind_template_parameters(const Template& source, const Value& given,
                                        std::vector<std::string>* ssm_names) {
  if (const auto* values = given.if_object())
    for (const auto& value : *values)
      if (!source.parameters().contains(value.key()))
        return fail(ErrorKind::Invalid,
                    fmt::format("the template has no parameter {}", std::string_view(value.key())));
  Object bound_values;
  for (const auto& parameter : source.parameters()) {
    const std::string_view name = parameter.key();
    bound_values[name] = TRY(bind_one(name, parameter.value(), find(given, name)));
    if (ssm_names && is_ssm_type(text_at(parameter.value(), "Type")))
      ssm_names->push_back(str(name));
  }
  return bound_values;
}

}  // namespace hikae::stack
