// Conversions of outputs to their declared types (docs/reference/ssm-automation.md 4).
#include <charconv>

#include "runbook/resolve.h"
#include "text/json.h"

namespace hikae::runbook {
namespace {

bool is_scalar(const Value& value) {
  return value.is_string() || value.is_number() || value.is_bool();
}

std::unexpected<Error> mismatch(const Value& value, std::string_view type) {
  auto shown = text::to_json(value);
  constexpr std::size_t kShown = 80;
  if (shown.size() > kShown) shown = shown.substr(0, kShown) + "…";
  return fail(ErrorKind::Invalid, "a " + str(kind_of(value)) + " (" + shown +
                                      ") cannot become the declared type " + str(type) +
                                      "; declare another Type or select another value");
}

/// The one element of a list of one scalar, where a single value is wanted.
const Value& single(const Value& value) {
  const auto* array = value.if_array();
  return array && array->size() == 1 && is_scalar(array->front()) ? array->front() : value;
}

Result<Value> to_string_value(const Value& value) {
  if (!is_scalar(value)) return mismatch(value, "String");
  return Value(as_text(value));
}

Result<Value> to_integer(const Value& value) {
  if (const auto number = int_of(value)) return Value(*number);
  const auto text = text_of(value);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size())
    return mismatch(value, "Integer");
  return Value(number);
}

Result<Value> to_boolean(const Value& value) {
  if (value.is_bool()) return value;
  const auto text = text_of(value);
  if (text == "true" || text == "True" || text == "TRUE") return Value(true);
  if (text == "false" || text == "False" || text == "FALSE") return Value(false);
  return mismatch(value, "Boolean");
}

Result<Value> to_map(const Value& value) {
  if (!value.is_object()) return mismatch(value, "StringMap");
  return value;
}

using ConvertOne = Result<Value> (*)(const Value&);

Result<Value> to_list(const Value& value, ConvertOne convert_one) {
  Array out;
  if (!value.is_array()) return out.push_back(TRY(convert_one(value))), Value(std::move(out));
  for (const auto& item : value.get_array()) out.push_back(TRY(convert_one(item)));
  return Value(std::move(out));
}

}  // namespace

Result<Value> convert(const Value& value, std::string_view type) {
  if (type == "String") return to_string_value(single(value));
  if (type == "Integer") return to_integer(single(value));
  if (type == "Boolean") return to_boolean(single(value));
  if (type == "StringMap") return to_map(value);
  if (type == "StringList") return to_list(value, to_string_value);
  if (type == "IntegerList") return to_list(value, to_integer);
  if (type == "BooleanList") return to_list(value, to_boolean);
  if (type != "MapList")
    return fail(ErrorKind::Invalid, "'" + str(type) + "' is no type of an output");
  if (!value.is_array()) return mismatch(value, type);
  return to_list(value, to_map);
}

// EC2 has a `State` in Monitoring too, a text: AWS's own example, $.Reservations..Instances..State
// as MapList, means the instances' alone.
Result<Value> convert_found(const Value& found, const text::Selector& selector,
                            std::string_view type) {
  if (type != "MapList" || !selector.yields_list() || !found.is_array())
    return convert(found, type);
  Array maps;
  for (const auto& match : found.get_array())
    if (match.is_object()) maps.push_back(match);
  return maps.empty() ? convert(found, type) : Result<Value>(std::move(maps));
}

}  // namespace hikae::runbook
