#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "runbook/parameters.h"
#include "runbook/resolve.h"
#include "text/json.h"

namespace hikae::runbook {
namespace {

constexpr std::array<std::string_view, 6> kPlainTypes{"String",  "StringList", "Integer",
                                                      "Boolean", "StringMap",  "MapList"};
constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kResourcePatterns{{
    {"AWS::EC2::Instance::Id", "^m?i-([a-z0-9]{8}|[a-z0-9]{17})$"},
    {"AWS::S3::Bucket::Name", R"(^[0-9a-z][a-z0-9\-\.]{3,63}$)"},
    {"AWS::IAM::Role::Arn",
     "^arn:(aws|aws-cn|aws-us-gov|aws-iso|aws-iso-b):iam::[0-9]{12}:role/.*$"},
}};

/// "List<X>" -> "X"; anything else as it is.
std::string_view element_type(std::string_view type) {
  if (!type.starts_with("List<") || !type.ends_with(">")) return type;
  return type.substr(5, type.size() - 6);
}

std::unexpected<Error> not_of_type(std::string_view type, std::string_view wanted) {
  return fail(ErrorKind::Invalid, fmt::format("is no {}: {}", type, wanted));
}

Result<Value> map_from(const Value& value, std::string_view type) {
  if (value.is_object()) return value;
  if (value.is_string()) {
    auto parsed = text::parse_json(text_of(value), text::DuplicateKeys::Refuse);
    if (parsed && parsed->is_object()) return parsed;
  }
  return not_of_type(type, "a map is needed, or its JSON text");
}

Result<Value> map_list_from(const Array& items) {
  Array maps;
  for (const auto& item : items) maps.push_back(TRY(map_from(item, "MapList")));
  return Value(std::move(maps));
}

/// One JSON text may hold the whole list.
Result<Value> map_list_given(const Array& texts) {
  if (texts.size() != 1) return map_list_from(texts);
  const auto parsed = text::parse_json(text_of(texts.front()), text::DuplicateKeys::Refuse);
  return parsed && parsed->is_array() ? map_list_from(parsed->get_array()) : map_list_from(texts);
}

Result<Value> strictly(const Value& value, std::string_view type, std::string_view wanted) {
  if (value.is_array() || value.is_object() || value.is_null()) return not_of_type(type, wanted);
  auto converted = convert(value, type);
  return converted ? std::move(converted) : not_of_type(type, wanted);
}

Result<Value> scalar_of_type(const Value& value, std::string_view base) {
  if (base == "Integer") return strictly(value, base, "a whole number is needed");
  if (base == "Boolean") return strictly(value, base, "true or false is needed");
  return strictly(value, base, "a single text is needed");
}

Result<Value> text_list_from(const Array& items) {
  Array texts;
  for (const auto& item : items)
    texts.push_back(TRY(strictly(item, "String", "a list of texts is needed")));
  return Value(std::move(texts));
}

bool is_list_of(const Value& value, bool (*is_one)(const Value&)) {
  return value.is_array() && std::ranges::all_of(value.get_array(), is_one);
}

bool is_as_declared(const Value& value, std::string_view base) {
  if (base == "Integer") return int_of(value).has_value();
  if (base == "Boolean") return value.is_bool();
  if (base == "StringMap") return value.is_object();
  if (base == "StringList")
    return is_list_of(value, [](const Value& item) { return item.is_string(); });
  if (base == "MapList")
    return is_list_of(value, [](const Value& item) { return item.is_object(); });
  return value.is_string();
}

// 5.19
std::size_t most_of_variable(std::string_view base) {
  if (base == "MapList") return 200;
  if (base == "StringList") return 50;
  return base == "String" ? 512 : std::string::npos;
}

std::size_t size_of_variable(const Value& value) {
  if (const auto* list = value.if_array()) return list->size();
  return value.is_string() ? value.get_string().size() : 0;
}

}  // namespace

bool is_parameter_type(std::string_view type) {
  if (std::ranges::find(kPlainTypes, type) != kPlainTypes.end()) return true;
  const auto element = element_type(type);
  return element.starts_with("AWS::") && element.size() > 5;
}

std::string_view base_type(std::string_view type) {
  if (std::ranges::find(kPlainTypes, type) != kPlainTypes.end()) return type;
  return type.starts_with("List<") ? "StringList" : "String";
}

std::string_view pattern_of(std::string_view type) {
  for (const auto& [known, pattern] : kResourcePatterns)
    if (known == element_type(type)) return pattern;
  return {};
}

Result<Value> typed_default(const Value& written, std::string_view type) {
  const auto base = base_type(type);
  if (base == "StringMap") return map_from(written, base);
  const auto* list = written.if_array();
  if (base == "StringList") {
    if (list) return text_list_from(*list);
    return not_of_type(base, "a list of texts is needed");
  }
  if (base == "MapList") {
    if (list) return map_list_from(*list);
    return not_of_type(base, "a list of maps is needed");
  }
  // "true" and "5" are texts, as AWS reads them; at the start, where all is text, they are taken.
  if (written.is_string() && base == "Integer")
    return not_of_type(base, "a whole number is needed, without quotes");
  if (written.is_string() && base == "Boolean")
    return not_of_type(base, "true or false is needed, without quotes");
  return scalar_of_type(written, base);
}

Result<Value> typed_given(const Array& texts, std::string_view type) {
  const auto base = base_type(type);
  if (base == "StringList") return text_list_from(texts);
  if (base == "MapList") return map_list_given(texts);
  if (texts.size() != 1)
    return not_of_type(base, fmt::format("one value is needed, but {} are given", texts.size()));
  if (base == "StringMap") return map_from(texts.front(), base);
  return scalar_of_type(texts.front(), base);
}

Result<> check_variable_value(const Parameter& variable, const Value& value) {
  const auto base = base_type(variable.type);
  if (!is_as_declared(value, base))
    return fail(ErrorKind::Invalid,
                fmt::format("The value for the variable '{}' is a {}, its type is {}: nothing is "
                            "converted",
                            variable.name, kind_of(value), base));
  if (const auto size = size_of_variable(value), most = most_of_variable(base); size > most)
    return fail(ErrorKind::Limit, fmt::format("The value for the variable '{}' is too long: {}, at "
                                              "most {} are allowed",
                                              variable.name, size, most));
  auto fit = check_constraints(variable, value);
  if (!fit) fit.error() = {ErrorKind::Invalid, {}, "The variable: " + fit.error().message};
  return fit;
}

bool is_from_store(const Value& default_value) {
  const auto names = references_in(default_value);
  return std::ranges::any_of(names, [](const auto& name) { return name.starts_with("ssm:"); });
}

}  // namespace hikae::runbook
