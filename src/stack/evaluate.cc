#include "stack/evaluate.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "stack/cidr.h"
#include "text/json.h"

namespace hikae::stack {
namespace {

constexpr std::string_view kNoValue = "AWS::NoValue";

std::string base64_of(std::string_view bytes) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    unsigned block = 0;
    for (std::size_t k = 0; k < 3; ++k)
      block = block << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k)
      out += i + k > bytes.size() ? '=' : kAlphabet[block >> (18 - 6 * k) & 63];
  }
  return out;
}

std::unexpected<Error> wrong_argument(std::string_view function, std::string_view expected) {
  return fail(ErrorKind::Invalid, fmt::format("{} expects {}", function, expected));
}

std::string_view partition_of(std::string_view region) {
  if (region.starts_with("cn-")) return "aws-cn";
  return region.starts_with("us-gov-") ? "aws-us-gov" : "aws";
}

}  // namespace

Object pseudo_parameters(std::string_view account, std::string_view region,
                         std::string_view stack_name, std::string_view stack_id) {
  const auto partition = partition_of(region);
  return Object{{"AWS::AccountId", account},
                {"AWS::Region", region},
                {"AWS::Partition", partition},
                {"AWS::URLSuffix", partition == "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com"},
                {"AWS::StackName", stack_name},
                {"AWS::StackId", stack_id},
                {"AWS::NotificationARNs", Array{}}};
}

bool is_pseudo_parameter(std::string_view name) {
  return name == kNoValue || pseudo_parameters("", "", "", "").contains(name);
}

std::optional<std::string> scalar_text(const Value& value) {
  if (value.is_string()) return str(text_of(value));
  if (value.is_bool() || value.is_number()) return text::to_json(value);
  return std::nullopt;
}

Result<std::optional<Value>> Evaluator::evaluate(const Value& value) const {
  if (const auto function = intrinsic_of(value); !function.empty())
    return call(function, argument_of(value));
  if (const auto* object = value.if_object()) {
    Object out;
    for (const auto& member : *object)
      if (auto inner = TRY(evaluate(member.value()))) out[member.key()] = std::move(*inner);
    return Value(std::move(out));
  }
  if (const auto* items = value.if_array()) {
    Array out;
    for (const auto& item : *items)
      if (auto inner = TRY(evaluate(item))) out.push_back(std::move(*inner));
    return Value(std::move(out));
  }
  return value;
}

Result<std::optional<Value>> Evaluator::call(std::string_view function,
                                             const Value& argument) const {
  if (function == "Ref" && text_of(argument) == kNoValue) return std::nullopt;
  if (function == "Ref") return TRY(reference(text_of(argument)));
  if (function == "Fn::GetAtt") {
    const auto name = TRY(attribute_name(argument));
    return TRY(attribute(name));
  }
  if (function == "Fn::Join") return TRY(join(argument));
  if (function == "Fn::Sub") return TRY(sub(argument));
  if (function == "Fn::Select") return TRY(select(argument));
  if (function == "Fn::Split") return TRY(split(argument));
  if (function == "Fn::FindInMap") return TRY(find_in_map(argument));
  if (function == "Fn::Base64") return TRY(base64(argument));
  if (function == "Fn::GetAZs") return TRY(zones(argument));
  if (function == "Fn::Cidr") return TRY(cidr(argument));
  if (function == "Fn::ImportValue") return TRY(import(argument));
  if (function == "Fn::If") return if_value(argument);
  // A map whose only member happens to be called Condition is data (a policy statement's).
  if (function == "Condition") {
    auto inner = TRY(evaluate(argument));
    return Value(inner ? Object{{"Condition", std::move(*inner)}} : Object{});
  }
  return fail(ErrorKind::Unsupported, fmt::format("{} cannot be used here", function));
}

Result<std::optional<Value>> Evaluator::if_value(const Value& argument) const {
  const auto* parts = argument.if_array();
  if (!parts || parts->size() != 3 || !(*parts)[0].is_string())
    return wrong_argument("Fn::If", "[condition, value if true, value if false]");
  const auto name = text_of((*parts)[0]);
  const auto at = facts_.conditions.find(name);
  if (at == facts_.conditions.end())
    return fail(ErrorKind::Invalid, fmt::format("Fn::If names the unknown condition {}", name));
  return evaluate((*parts)[at->second ? 1 : 2]);
}

Result<Value> Evaluator::reference(std::string_view name) const {
  if (const auto* value = find(facts_.parameters, name)) return *value;
  if (const auto* value = find(facts_.pseudo, name)) return *value;
  if (const auto at = facts_.made.find(name); at != facts_.made.end())
    return Value(at->second.physical_id);
  return fail(ErrorKind::Invalid,
              fmt::format("Ref names {}, which is no parameter and no resource made so far", name));
}

Result<Value> Evaluator::import(const Value& argument) const {
  const auto name = TRY(text(argument, "Fn::ImportValue"));
  if (const auto* value = find(facts_.imports, name)) return *value;
  return fail(ErrorKind::NotFound, fmt::format("No export named {} found.", name));
}

Result<Value> Evaluator::attribute(const AttributeName& name) const {
  const auto at = facts_.made.find(name.resource);
  if (at == facts_.made.end())
    return fail(ErrorKind::Invalid,
                fmt::format("Fn::GetAtt names {}, which is not made so far", name.resource));
  if (const auto* value = find(at->second.attributes, name.attribute)) return *value;
  return fail(ErrorKind::Invalid,
              fmt::format("Fn::GetAtt: {} has no attribute {}", name.resource, name.attribute));
}

Result<Value> Evaluator::needed(const Value& value, std::string_view function) const {
  auto inner = TRY(evaluate(value));
  if (!inner) return fail(ErrorKind::Invalid, fmt::format("{} got AWS::NoValue", function));
  return std::move(*inner);
}

Result<std::string> Evaluator::text(const Value& value, std::string_view function) const {
  auto inner = TRY(needed(value, function));
  if (auto scalar = scalar_text(inner)) return std::move(*scalar);
  return fail(ErrorKind::Invalid,
              fmt::format("{} expects a text, got a {}", function, kind_of(inner)));
}

Result<Array> Evaluator::list(const Value& value, std::string_view function) const {
  auto inner = TRY(needed(value, function));
  if (inner.is_array()) return std::move(inner.get_array());
  return fail(ErrorKind::Invalid,
              fmt::format("{} expects a list, got a {}", function, kind_of(inner)));
}

Result<Value> Evaluator::join(const Value& argument) const {
  const auto* parts = argument.if_array();
  if (!parts || parts->size() != 2) return wrong_argument("Fn::Join", "[delimiter, list]");
  const auto delimiter = TRY(text((*parts)[0], "Fn::Join"));
  std::string out;
  bool first = true;
  for (const auto& item : TRY(list((*parts)[1], "Fn::Join"))) {
    if (!std::exchange(first, false)) out += delimiter;
    out += TRY(text(item, "Fn::Join"));
  }
  return Value(out);
}

Result<Value> Evaluator::sub(const Value& argument) const {
  const auto* pair = argument.if_array();
  if (pair && (pair->size() != 2 || !(*pair)[1].is_object()))
    return wrong_argument("Fn::Sub", "a text, or [text, map of names]");
  const Object none;
  const Object& own = pair ? (*pair)[1].get_object() : none;
  std::string out;
  const auto parts = TRY(sub_parts(text_of(pair ? (*pair)[0] : argument)));
  for (const auto& part : parts) {
    if (!part.placeholder) {
      out += part.text;
      continue;
    }
    const auto* value = find(own, part.text);
    auto inserted = value ? text(*value, "Fn::Sub") : placeholder(part.text);
    out += TRY(std::move(inserted));
  }
  return Value(out);
}

Result<std::string> Evaluator::placeholder(std::string_view name) const {
  const auto dot = name.find('.');
  if (dot == std::string_view::npos) {
    const auto value = TRY(reference(name));
    return text(value, "Fn::Sub");
  }
  const auto value = TRY(attribute({str(name.substr(0, dot)), str(name.substr(dot + 1))}));
  return text(value, "Fn::Sub");
}

Result<Value> Evaluator::select(const Value& argument) const {
  const auto* parts = argument.if_array();
  if (!parts || parts->size() != 2) return wrong_argument("Fn::Select", "[index, list]");
  const auto index_text = TRY(text((*parts)[0], "Fn::Select"));
  std::size_t index = 0;
  const auto* end = index_text.data() + index_text.size();
  auto [stop, error] = std::from_chars(index_text.data(), end, index);
  if (error != std::errc{} || stop != end)
    return wrong_argument("Fn::Select", fmt::format("a whole number, got {}", index_text));
  auto items = TRY(list((*parts)[1], "Fn::Select"));
  if (index >= items.size())
    return fail(ErrorKind::Invalid,
                fmt::format("Fn::Select asks for item {} of a list of {}", index, items.size()));
  return items[index];
}

Result<Value> Evaluator::split(const Value& argument) const {
  const auto* parts = argument.if_array();
  if (!parts || parts->size() != 2) return wrong_argument("Fn::Split", "[delimiter, text]");
  const auto delimiter = TRY(text((*parts)[0], "Fn::Split"));
  if (delimiter.empty()) return wrong_argument("Fn::Split", "a delimiter that is not empty");
  const auto whole = TRY(text((*parts)[1], "Fn::Split"));
  Array out;
  for (std::size_t from = 0;;) {
    const auto at = whole.find(delimiter, from);
    out.push_back(Value(whole.substr(from, at == std::string::npos ? at : at - from)));
    if (at == std::string::npos) return Value(std::move(out));
    from = at + delimiter.size();
  }
}

Result<Value> Evaluator::find_in_map(const Value& argument) const {
  const auto* parts = argument.if_array();
  if (!parts || parts->size() != 3)
    return wrong_argument("Fn::FindInMap", "[map, first key, second key]");
  const auto map = TRY(text((*parts)[0], "Fn::FindInMap"));
  const auto top = TRY(text((*parts)[1], "Fn::FindInMap"));
  const auto second = TRY(text((*parts)[2], "Fn::FindInMap"));
  const auto* level = find(template_.mappings(), map);
  if (level) level = find(*level, top);
  if (level) level = find(*level, second);
  if (level) return *level;
  return fail(ErrorKind::Invalid,
              fmt::format("Fn::FindInMap: there is no {}.{}.{} in Mappings", map, top, second));
}

Result<Value> Evaluator::base64(const Value& argument) const {
  return Value(base64_of(TRY(text(argument, "Fn::Base64"))));
}

Result<Value> Evaluator::zones(const Value& argument) const {
  auto region = TRY(text(argument, "Fn::GetAZs"));
  if (region.empty()) region = text_at(facts_.pseudo, "AWS::Region");
  return Value(Array{region + "a", region + "b", region + "c"});
}

Result<Value> Evaluator::cidr(const Value& argument) const {
  const auto* parts = argument.if_array();
  if (!parts || parts->size() != 3)
    return wrong_argument("Fn::Cidr", "[address block, count, bits of each]");
  const auto block = TRY(text((*parts)[0], "Fn::Cidr"));
  const auto count = TRY(text((*parts)[1], "Fn::Cidr"));
  const auto bits = TRY(text((*parts)[2], "Fn::Cidr"));
  return Value(TRY(cidr_blocks(block, count, bits)));
}

}  // namespace hikae::stack
