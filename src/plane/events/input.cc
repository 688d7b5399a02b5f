#include "plane/events/input.h"

#include <algorithm>
#include <optional>

#include "plane/events/rows.h"
#include "plane/events/template_text.h"
#include "text/json.h"
#include "text/selector.h"

namespace hikae::plane::events {
namespace {

constexpr std::string_view kReserved[] = {"aws.events.rule-arn", "aws.events.rule-name",
                                          "aws.events.event.ingestion-time", "aws.events.event",
                                          "aws.events.event.json"};
constexpr std::string_view kWholeEvent = "aws.events.event.json";

std::unexpected<Error> wrong_for(const Value& target, std::string_view what, std::string why) {
  return not_valid(str(what) + " for target " + str(text_at(target, "Id")) +
                   " is not valid: " + std::move(why));
}

Result<> check_path(const Value& target, std::string_view what, std::string_view path) {
  if (path.empty() || path.front() != '$')
    return wrong_for(target, what, "'" + str(path) + "' is no path; a path begins with $");
  const auto selector = text::Selector::parse(path);
  if (selector) return {};
  return wrong_for(target, what, selector.error().message);
}

Result<> check_paths(const Value& target, const Object& paths) {
  if (paths.size() > kInputPaths)
    return wrong_for(target, "InputTransformer", "it has over 100 paths");
  for (const auto& [name, path] : paths) {
    if (!is_name(name, ".-_", 256) || std::string_view(name).starts_with("aws."))
      return wrong_for(target, "InputTransformer",
                       "'" + str(name) +
                           "' cannot be a path's name (letters, digits, '.', '-', "
                           "'_'; not beginning with aws.)");
    TRY_DO(check_path(target, "InputPathsMap", text_of(path)));
  }
  return {};
}

Result<> check_placeholder(const Value& target, const Object& paths, const TemplatePart& part) {
  const bool known =
      paths.contains(part.text) || std::ranges::find(kReserved, part.text) != std::end(kReserved);
  if (!known)
    return wrong_for(target, "InputTemplate", "<" + part.text + "> is not a name of InputPathsMap");
  if (part.text == kWholeEvent && part.kind == TemplatePart::Kind::InString)
    return wrong_for(target, "InputTemplate",
                     "<aws.events.event.json> can only stand as a value, not inside of a string");
  return {};
}

/// A template that begins as an object or a list must become one.
Result<> check_form(const Value& target, const std::vector<TemplatePart>& parts) {
  std::string sample;
  for (const auto& part : parts)
    sample += part.kind == TemplatePart::Kind::Text    ? part.text
              : part.kind == TemplatePart::Kind::Value ? "null"
                                                       : "x";
  const auto first = sample.find_first_not_of(" \t\r\n");
  if (first == std::string::npos || (sample[first] != '{' && sample[first] != '[')) return {};
  const auto json = text::parse_json(sample);
  if (json) return {};
  return wrong_for(target, "InputTemplate", json.error().message);
}

Result<> check_transformer(const Value& target, const Value& transformer) {
  const auto text = text_at(transformer, "InputTemplate");
  const auto& paths = object_at(transformer, "InputPathsMap");
  if (text.empty() || text.size() > kInputBytes)
    return wrong_for(target, "InputTemplate", "it must have 1 to 8,192 characters");
  TRY_DO(check_paths(target, paths));
  const auto parts = parts_of_template(text);
  for (const auto& part : parts)
    if (part.kind != TemplatePart::Kind::Text) TRY_DO(check_placeholder(target, paths, part));
  return check_form(target, parts);
}

Result<> check_constant(const Value& target, std::string_view text) {
  if (text.size() > kInputBytes) return wrong_for(target, "Input", "it has over 8,192 characters");
  const auto json = text::parse_json(text);
  if (json) return {};
  return wrong_for(target, "Input", "JSON syntax error: " + json.error().message);
}

std::optional<Value> at_path(const Value& event, std::string_view path) {
  const auto selector = text::Selector::parse(path);
  return selector ? selector->select(event) : std::nullopt;
}

Value without_detail(const Value& event) {
  Object rest;
  for (const auto& [name, value] : event.as_object())
    if (name != "detail") rest[name] = value;
  return rest;
}

/// What a name stands for; nothing where its path finds nothing.
std::optional<Value> value_of(std::string_view name, const Object& paths, const Value& event,
                              const RuleFacts& rule) {
  if (name == kWholeEvent) return event;
  if (name == "aws.events.event") return without_detail(event);
  if (name == "aws.events.rule-arn") return Value(rule.arn);
  if (name == "aws.events.rule-name") return Value(rule.name);
  if (name == "aws.events.event.ingestion-time") return Value(iso(rule.ingested));
  return at_path(event, text_at(paths, name));
}

std::string fill(const Value& transformer, const Value& event, const RuleFacts& rule) {
  const auto& paths = object_at(transformer, "InputPathsMap");
  std::string text;
  for (const auto& part : parts_of_template(text_at(transformer, "InputTemplate"))) {
    if (part.kind == TemplatePart::Kind::Text) {
      text += part.text;
      continue;
    }
    const auto value = value_of(part.text, paths, event, rule);
    if (!value) continue;
    const bool bare = part.kind == TemplatePart::Kind::InString && value->is_string();
    text += bare ? str(text_of(*value)) : text::to_json(*value);
  }
  return text;
}

}  // namespace

Result<> check_input(const Value& target) {
  const auto* constant = find(target, "Input");
  const auto* path = find(target, "InputPath");
  const auto* transformer = find(target, "InputTransformer");
  if ((constant != nullptr) + (path != nullptr) + (transformer != nullptr) > 1)
    return not_valid(
        "Only one of Input, InputPath, or InputTransformer must be provided for target " +
        str(text_at(target, "Id")) + ".");
  if (constant) return check_constant(target, text_of(*constant));
  if (path) return check_path(target, "InputPath", text_of(*path));
  if (transformer) return check_transformer(target, *transformer);
  return {};
}

std::string input_of(const Value& target, const Value& event, const RuleFacts& rule) {
  if (const auto* constant = find(target, "Input")) return str(text_of(*constant));
  if (const auto* transformer = find(target, "InputTransformer"))
    return fill(*transformer, event, rule);
  if (const auto* path = find(target, "InputPath"))
    return text::to_json(at_path(event, text_of(*path)).value_or(Value(Object())));
  return text::to_json(event);
}

}  // namespace hikae::plane::events
