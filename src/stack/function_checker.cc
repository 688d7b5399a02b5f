#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "stack/evaluate.h"
#include "stack/graph.h"
#include "stack/references.h"
#include "stack/validator.h"

namespace hikae::stack {
namespace {

constexpr auto kValueFunctions = std::to_array<std::string_view>(
    {"Ref", "Fn::GetAtt", "Fn::Join", "Fn::Sub", "Fn::Select", "Fn::Split", "Fn::FindInMap",
     "Fn::If", "Fn::Base64", "Fn::GetAZs", "Fn::Cidr", "Fn::ImportValue"});
constexpr auto kConditionFunctions =
    std::to_array<std::string_view>({"Fn::Equals", "Fn::And", "Fn::Or", "Fn::Not", "Fn::Contains",
                                     "Fn::EachMemberEquals", "Fn::EachMemberIn", "Condition"});

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

/// Why a function that exists in CloudFormation is refused.
std::string_view refusal_of(std::string_view function) {
  if (function == "Fn::Transform")
    return "Fn::Transform runs a macro, which hikae does not have: expected the template's final "
           "form";
  if (function == "Fn::ToJsonString" || function == "Fn::Length" ||
      function.starts_with("Fn::ForEach"))
    return "is a language extension that hikae does not have: expected the value itself";
  return {};
}

std::vector<std::string_view> keys_of(const Object& object) {
  std::vector<std::string_view> keys;
  for (const auto& member : object) keys.push_back(member.key());
  return keys;
}

bool any_branch_has(const Value& mapping, std::string_view key) {
  const auto* branches = mapping.if_object();
  return !branches || std::ranges::any_of(*branches, [&](const auto& branch) {
    return find(branch.value(), key) != nullptr;
  });
}

}  // namespace

void FunctionChecker::check(const Value& value, Context context, const Where& where) const {
  if (value.is_string()) return reference_text(text_of(value), where);
  const auto function = intrinsic_of(value);
  const bool data_named_condition =
      function == "Condition" && context != Context::Condition && context != Context::Rule;
  if (!function.empty() && !data_named_condition)
    return call(function, argument_of(value), context, where.at(function));
  if (const auto* list = value.if_array())
    for (std::size_t i = 0; i < list->size(); ++i) check((*list)[i], context, where.at(i));
  if (const auto* object = value.if_object()) {
    for (const auto& member : *object) {
      const std::string_view key = member.key();
      if (object->size() > 1 && (key == "Ref" || key.starts_with("Fn::")))
        findings_.error(
            where.at(key), "function",
            fmt::format("{} stands beside other members: expected it alone in its map", key));
      check(member.value(), context, where.at(key));
    }
  }
}

void FunctionChecker::call(std::string_view function, const Value& argument, Context context,
                           const Where& where) const {
  if (const auto refusal = refusal_of(function); !refusal.empty())
    return findings_.error(where, "function", str(refusal));
  const bool logical = is_one_of(kConditionFunctions, function);
  const bool condition_place = context == Context::Condition || context == Context::Rule;
  if (!logical && !is_one_of(kValueFunctions, function))
    return findings_.error(
        where, "function",
        fmt::format("there is no function {}{}; expected one such as Ref, Fn::Sub, Fn::GetAtt",
                    function,
                    did_you_mean(function, {kValueFunctions.begin(), kValueFunctions.end()})));
  if (logical && !condition_place)
    return findings_.error(
        where, "function",
        fmt::format("{} has no place here: expected it in Conditions", function));
  if (function == "Ref") return reference(text_of(argument), context, where);
  if (function == "Condition") return condition_name(text_of(argument), where);
  if (function == "Fn::Sub") return sub(argument, context, where);
  if (function == "Fn::GetAtt") {
    auto name = attribute_name(argument);
    if (!name) return findings_.error(where, "function", name.error().message);
    if (condition_place)
      return findings_.error(where, "function",
                             "Fn::GetAtt has no place in a condition: expected "
                             "parameters only");
    return attribute(name->resource, name->attribute, where);
  }
  if (function == "Fn::If") if_call(argument, where);
  if (function == "Fn::ImportValue") import(argument, context, where);
  if (function == "Fn::FindInMap") find_in_map(argument, where);
  if (function == "Fn::Join" || function == "Fn::Select" || function == "Fn::Split" ||
      function == "Fn::Equals" || function == "Fn::Contains")
    pair_of(function, argument, where);
  if (function == "Fn::Select") select(argument, where);
  check(argument, context, where);
}

/// What is imported is known before anything is made.
void FunctionChecker::import(const Value& argument, Context context, const Where& where) const {
  if (context == Context::Condition || context == Context::Rule)
    findings_.error(where, "function",
                    "Fn::ImportValue has no place in a condition: expected parameters only");
  else if (!resources_named_in(argument, source_).empty())
    findings_.error(where, "function",
                    "Fn::ImportValue hangs on a resource: expected a name that is known "
                    "before anything is made");
}

std::vector<std::string_view> FunctionChecker::names_for_ref() const {
  auto names = keys_of(source_.parameters());
  std::ranges::copy(keys_of(source_.resources()), std::back_inserter(names));
  return names;
}

void FunctionChecker::reference(std::string_view name, Context context, const Where& where) const {
  if (source_.parameters().contains(name) || is_pseudo_parameter(name)) return;
  const bool condition_place = context == Context::Condition || context == Context::Rule;
  if (source_.resources().contains(name)) {
    if (condition_place)
      findings_.error(where, "ref",
                      fmt::format("Ref names the resource {}: expected a parameter, "
                                  "since conditions are decided first",
                                  name));
    return;
  }
  findings_.error(where, "ref",
                  fmt::format("\"{}\" is unknown: expected the name of a resource or parameter{}",
                              name, did_you_mean(name, names_for_ref())));
}

void FunctionChecker::attribute(std::string_view resource, std::string_view name,
                                const Where& where) const {
  if (!source_.resources().contains(resource))
    return findings_.error(
        where, "get-att",
        fmt::format("\"{}\" is no resource: expected the name of one{}", resource,
                    did_you_mean(resource, keys_of(source_.resources()))));
  const auto* type = find_resource_type(source_.type_of(resource));
  if (!type || std::ranges::find(type->attributes, name) != type->attributes.end()) return;
  std::string known;
  for (auto one : type->attributes) known += (known.empty() ? "" : ", ") + str(one);
  findings_.error(where, "get-att",
                  fmt::format("{} ({}) has no attribute {}: expected {}{}", resource, type->name,
                              name, known.empty() ? "none, since it has no attributes" : known,
                              did_you_mean(name, type->attributes)));
}

void FunctionChecker::sub(const Value& argument, Context context, const Where& where) const {
  const auto* pair = argument.if_array();
  const bool good = pair ? pair->size() == 2 && (*pair)[0].is_string() && (*pair)[1].is_object()
                         : argument.is_string();
  if (!good)
    return findings_.error(where, "function", "Fn::Sub: expected a text, or [text, map of names]");
  auto parts = sub_parts(text_of(pair ? (*pair)[0] : argument));
  if (!parts) return findings_.error(where, "function", parts.error().message);
  for (const auto& part : *parts) {
    if (!part.placeholder) reference_text(part.text, where);
    if (!part.placeholder || (pair && find((*pair)[1], part.text))) continue;
    const auto dot = part.text.find('.');
    if (dot == std::string::npos)
      reference(part.text, context, where);
    else
      attribute(std::string_view(part.text).substr(0, dot),
                std::string_view(part.text).substr(dot + 1), where);
  }
  if (pair) check((*pair)[1], context, where.at(std::size_t{1}));
}

void FunctionChecker::reference_text(std::string_view text, const Where& where) const {
  if (const auto why = refused_reference(text)) findings_.error(where, "dynamic-reference", *why);
}

void FunctionChecker::if_call(const Value& argument, const Where& where) const {
  const auto* parts = argument.if_array();
  if (!parts || parts->size() != 3 || !(*parts)[0].is_string())
    return findings_.error(where, "function",
                           "Fn::If: expected [condition, value if true, value if false]");
  condition_name(text_of((*parts)[0]), where);
}

void FunctionChecker::find_in_map(const Value& argument, const Where& where) const {
  const auto* parts = argument.if_array();
  if (!parts || parts->size() != 3)
    return findings_.error(where, "function",
                           "Fn::FindInMap: expected [map, first key, second key]");
  const auto map = scalar_text((*parts)[0]);
  if (!map) return;
  const auto* level = source_.mappings().if_contains(*map);
  if (!level)
    return findings_.error(where, "function",
                           fmt::format("there is no mapping {}: expected one of Mappings{}", *map,
                                       did_you_mean(*map, keys_of(source_.mappings()))));
  const auto second = scalar_text((*parts)[2]);
  if (const auto top = scalar_text((*parts)[1])) {
    level = object_key(*level, *top, fmt::format("the mapping {}", *map), where);
    if (level && second) object_key(*level, *second, fmt::format("{}.{}", *map, *top), where);
  } else if (second && !any_branch_has(*level, *second)) {
    findings_.error(where, "function",
                    fmt::format("no key of the mapping {} holds \"{}\"", *map, *second));
  }
}

const Value* FunctionChecker::object_key(const Value& level, std::string_view key,
                                         std::string_view what, const Where& where) const {
  const auto* object = level.if_object();
  const auto* found = object ? object->if_contains(key) : nullptr;
  if (!found)
    findings_.error(where, "function",
                    fmt::format("{} has no key \"{}\": expected one that it has{}", what, key,
                                object ? did_you_mean(key, keys_of(*object)) : ""));
  return found;
}

/// What AWS::NoValue leaves out only makes the list shorter.
void FunctionChecker::select(const Value& argument, const Where& where) const {
  const auto* pair = argument.if_array();
  if (!pair || pair->size() != 2) return;
  const auto text = scalar_text((*pair)[0]);
  if (!text) return;
  std::size_t index = 0;
  const auto* end = text->data() + text->size();
  const auto [stop, error] = std::from_chars(text->data(), end, index);
  if (error != std::errc{} || stop != end)
    return findings_.error(where, "function",
                           fmt::format("Fn::Select: \"{}\" is no index: expected a whole number "
                                       "from 0",
                                       *text));
  const auto* items = (*pair)[1].if_array();
  if (items && index >= items->size())
    findings_.error(where, "function",
                    fmt::format("Fn::Select asks for item {} of a list of {}: the first is item 0",
                                index, items->size()));
}

void FunctionChecker::pair_of(std::string_view function, const Value& argument,
                              const Where& where) const {
  const auto* pair = argument.if_array();
  if (!pair || pair->size() != 2)
    return findings_.error(where, "function", fmt::format("{}: expected a list of two", function));
  const bool joins = function == "Fn::Join" || function == "Fn::Select";
  const auto& second = (*pair)[1];
  if (joins && !second.is_array() && intrinsic_of(second).empty())
    findings_.error(where.at(std::size_t{1}), "function",
                    fmt::format("{} got a {}: expected a list", function, kind_of(second)));
}

void FunctionChecker::condition_name(std::string_view name, const Where& where) const {
  if (source_.conditions().contains(name)) return;
  findings_.error(where, "condition",
                  fmt::format("there is no condition \"{}\": expected one of Conditions{}", name,
                              did_you_mean(name, keys_of(source_.conditions()))));
}

}  // namespace hikae::stack
