#include "stack/conform.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "stack/evaluate.h"
#include "stack/named_checks.h"
#include "stack/references.h"
#include "stack/validate.h"
#include "text/json.h"

namespace hikae::stack {
namespace {

constexpr std::string_view kNotDone = "not-done";

/// What an intrinsic function can give.
enum class Gives { Text, List, Unknown };

std::string shown(const Value& value) {
  constexpr std::size_t kShownBytes = 60;
  auto text = text::to_json(value);
  if (text.size() <= kShownBytes) return text;
  text.resize(kShownBytes);
  while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0x80) != 0) text.pop_back();
  return text + "…";
}

std::string_view expected_word(Shape shape) {
  switch (shape) {
    case Shape::Text: return "a text";
    case Shape::Integer: return "a whole number";
    case Shape::Number: return "a number";
    case Shape::Boolean: return "true or false";
    case Shape::Json: return "a map";
    case Shape::Policy: return "a policy document (a map)";
    case Shape::Nested: return "a map";
  }
  return "a value";
}

std::optional<Value> integer_of(const Value& value) {
  if (const auto number = int_of(value)) return Value(*number);
  const auto text = text_of(value);
  std::int64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return {};
  return Value(number);
}

std::optional<Value> boolean_of(const Value& value) {
  if (value.is_bool()) return value;
  const auto text = text_of(value);
  if (text == "true" || text == "True") return Value(true);
  if (text == "false" || text == "False") return Value(false);
  return {};
}

std::optional<Value> number_of(const Value& value) {
  if (value.is_number()) return value;
  const auto text = text_of(value);
  double number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size() ||
      !std::isfinite(number))
    return {};
  return Value(number);
}

class Conformer {
 public:
  Conformer(const ResourceType& type, const Template* source, const Checkers& checkers,
            Findings& findings)
      : type_(type), source_(source), checkers_(checkers), findings_(findings) {}

  Value object(const ObjectType& shape, const Value& value, const Where& where) {
    if (const auto function = intrinsic_of(value); !function.empty()) {
      if (function == "Fn::If")
        return branches(value, where,
                        [&](const Value& v, const Where& w) { return object(shape, v, w); });
      judge(Gives::Unknown, function, where);
      return value;
    }
    const auto* given = value.if_object();
    if (!given) return wrong(value, "a map", where);
    Object out;
    for (const auto& member : *given) out[member.key()] = member_of(shape, member, *given, where);
    report_missing(shape, *given, where);
    return out;
  }

 private:
  Value member_of(const ObjectType& shape, const boost::json::key_value_pair& member,
                  const Object& siblings, const Where& where) {
    const auto* property = shape.find(member.key());
    const auto here = where.at(member.key());
    if (property) return value_of(*property, member.value(), siblings, here);
    findings_.error(
        here, "unknown-property",
        fmt::format("{} has no property {}{}; expected one of: {}", shape.name,
                    std::string_view(member.key()), did_you_mean(member.key(), shape.names()),
                    fmt::join(shape.names(), ", ")));
    return member.value();
  }

  void report_missing(const ObjectType& shape, const Object& given, const Where& where) {
    for (const auto& property : shape.properties) {
      const auto* value = find(given, property.name);
      const bool absent = !value || (intrinsic_of(*value) == "Ref" &&
                                     text_of(argument_of(*value)) == "AWS::NoValue");
      if (property.required && absent)
        findings_.error(
            where.at(property.name), "missing-property",
            fmt::format("{} is required and missing: expected {}", property.name,
                        property.many == Many::List ? "a list" : expected_word(property.shape)));
    }
  }

  Value value_of(const Property& property, const Value& value, const Object& siblings,
                 const Where& where) {
    if (const auto function = intrinsic_of(value); !function.empty())
      return intrinsic(property, value, function, siblings, where);
    if (property.check == kNotDone) return not_done(value, where);
    if (property.many == Many::List) return list_of(property, value, siblings, where);
    if (property.many == Many::Map) return map_of(property, value, siblings, where);
    return single(property, value, siblings, where);
  }

  Value intrinsic(const Property& property, const Value& value, std::string_view function,
                  const Object& siblings, const Where& where) {
    if (function == "Fn::If")
      return branches(value, where, [&](const Value& v, const Where& w) {
        return value_of(property, v, siblings, w);
      });
    // `Condition` is a plain member name everywhere outside of conditions.
    if (function == "Condition" && property.many == Many::One && property.shape == Shape::Nested)
      return object(type_.nested_type(property.nested), value, where);
    if (property.shape == Shape::Json || property.shape == Shape::Policy) return value;
    const auto gives = gives_of(value, function);
    const bool wants_list = property.many == Many::List;
    if ((gives == Gives::List && !wants_list) || (gives == Gives::Text && wants_list))
      findings_.error(where, "type",
                      fmt::format("{} gives a {}, expected {}", function,
                                  gives == Gives::List ? "list" : "text",
                                  wants_list ? "a list" : expected_word(property.shape)));
    if (function == "Ref") check_ref(property, text_of(argument_of(value)), where);
    return value;
  }

  template <class Walk>
  Value branches(const Value& value, const Where& where, Walk walk) {
    const auto* parts = argument_of(value).if_array();
    if (!parts || parts->size() != 3) return value;  // reported with the function itself
    const auto inside = where.at("Fn::If");
    Array out{(*parts)[0]};
    for (std::size_t i = 1; i < 3; ++i) {
      const auto& branch = (*parts)[i];
      const bool none =
          intrinsic_of(branch) == "Ref" && text_of(argument_of(branch)) == "AWS::NoValue";
      out.push_back(none ? branch : walk(branch, inside.at(i)));
    }
    return Object{{"Fn::If", std::move(out)}};
  }

  [[nodiscard]] Gives gives_of(const Value& value, std::string_view function) const {
    if (function == "Fn::Split" || function == "Fn::GetAZs" || function == "Fn::Cidr")
      return Gives::List;
    if (function == "Fn::Join" || function == "Fn::Sub" || function == "Fn::Base64")
      return Gives::Text;
    if (function != "Ref" || !source_) return Gives::Unknown;
    const auto name = text_of(argument_of(value));
    if (name == "AWS::NoValue") return Gives::Unknown;
    if (const auto* parameter = find(source_->parameters(), name))
      return gives_list(*parameter) ? Gives::List : Gives::Text;
    return name == "AWS::NotificationARNs" ? Gives::List : Gives::Text;
  }

  void judge(Gives, std::string_view function, const Where& where) {
    if (function == "Fn::FindInMap" || function == "Fn::Select" || function == "Ref") return;
    findings_.error(where, "type",
                    fmt::format("{} cannot give a map, which is expected here", function));
  }

  void check_ref(const Property& property, std::string_view name, const Where& where) {
    if (!source_) return;
    const auto type = source_->type_of(name);
    if (type.empty()) return;
    if (!property.ref.empty() && type != property.ref) {
      findings_.error(where, "ref-type",
                      fmt::format("Ref names {}, a {}; expected a {}", name, type, property.ref));
      return;
    }
    const auto* known = find_resource_type(type);
    if (property.arn && known && !known->ref_is_arn)
      findings_.error(where, "ref-type",
                      fmt::format("Ref of the {} {} gives no ARN; expected an ARN", type, name),
                      fmt::format("use Fn::GetAtt [{}, Arn]", name));
  }

  /// Nobody shall rely on what does not happen; what asks for nothing is let be.
  Value not_done(const Value& value, const Where& where) {
    const bool asks_nothing = (value.is_array() && value.get_array().empty()) ||
                              boolean_of(value) == Value(false) || text_of(value) == "default";
    if (!asks_nothing)
      findings_.error(where, "not-done",
                      "hikae does not do this: expected a resource without this property");
    return value;
  }

  Value list_of(const Property& property, const Value& value, const Object& siblings,
                const Where& where) {
    const auto* items = value.if_array();
    if (!items) return wrong(value, "a list", where);
    check_range(property, static_cast<std::int64_t>(items->size()), "items", where);
    Property one = property;
    one.many = Many::One;
    one.min = one.max = {};
    one.check = {};
    Array out;
    for (std::size_t i = 0; i < items->size(); ++i)
      out.push_back(value_of(one, (*items)[i], siblings, where.at(i)));
    return out;
  }

  Value map_of(const Property& property, const Value& value, const Object& siblings,
               const Where& where) {
    const auto* members = value.if_object();
    if (!members) return wrong(value, "a map", where);
    Property one = property;
    one.many = Many::One;
    Object out;
    for (const auto& member : *members)
      out[member.key()] = value_of(one, member.value(), siblings, where.at(member.key()));
    return out;
  }

  Value single(const Property& property, const Value& value, const Object& siblings,
               const Where& where) {
    if (source_ && has_reference(text_of(value))) return value;
    switch (property.shape) {
      case Shape::Text: return text_value(property, value, siblings, where);
      case Shape::Integer: return whole_number(property, value, where);
      case Shape::Number: return converted(number_of(value), value, property.shape, where);
      case Shape::Boolean: return converted(boolean_of(value), value, property.shape, where);
      case Shape::Nested: return nested(property, value, siblings, where);
      case Shape::Json:
      case Shape::Policy: break;
    }
    if (!value.is_object() && !value.is_array() && !value.is_string())
      return wrong(value, expected_word(property.shape), where);
    run_named_check(property.check, value, siblings, checkers_, where, findings_);
    return value;
  }

  Value nested(const Property& property, const Value& value, const Object& siblings,
               const Where& where) {
    if (property.nested != "TextList")
      return object(type_.nested_type(property.nested), value, where);
    Property texts;
    texts.name = property.name;
    return list_of(texts, value, siblings, where);
  }

  Value text_value(const Property& property, const Value& value, const Object& siblings,
                   const Where& where) {
    auto scalar = scalar_text(value);
    if (!scalar) return wrong(value, "a text", where);
    check_text(property, *scalar, where);
    run_named_check(property.check, Value(*scalar), siblings, checkers_, where, findings_);
    return Value(*scalar);
  }

  void check_text(const Property& property, std::string_view text, const Where& where) {
    if (!property.values.empty() &&
        std::ranges::find(property.values, text) == property.values.end())
      findings_.error(
          where, "value",
          fmt::format("{} is not allowed: expected one of {}{}", shown(Value(text)),
                      fmt::join(property.values, ", "), did_you_mean(text, property.values)));
    if (!property.pattern.empty() && !matches(property.pattern, text))
      findings_.error(where, "pattern",
                      fmt::format("{} does not fit: expected the form {}", shown(Value(text)),
                                  property.pattern));
    if (property.arn && !text.starts_with("arn:"))
      findings_.error(where, "arn",
                      fmt::format("{} is no ARN: expected arn:…", shown(Value(text))));
    check_range(property, static_cast<std::int64_t>(text.size()), "bytes", where);
  }

  Value whole_number(const Property& property, const Value& value, const Where& where) {
    const auto number = integer_of(value);
    if (!number) return wrong(value, "a whole number", where);
    check_range(property, number->get_int64(), "", where);
    return *number;
  }

  Value converted(std::optional<Value> good, const Value& value, Shape shape, const Where& where) {
    return good ? std::move(*good) : wrong(value, expected_word(shape), where);
  }

  void check_range(const Property& property, std::int64_t number, std::string_view unit,
                   const Where& where) {
    if (!property.min || (number >= *property.min && number <= *property.max)) return;
    findings_.error(where, "range",
                    fmt::format("{}{}{} is out of range: expected {} to {}", number,
                                unit.empty() ? "" : " ", unit, *property.min, *property.max));
  }

  Value wrong(const Value& value, std::string_view expected, const Where& where) {
    findings_.error(where, "type",
                    fmt::format("{} is a {}: expected {}", shown(value), kind_of(value), expected));
    return value;
  }

  const ResourceType& type_;
  const Template* source_;
  const Checkers& checkers_;
  Findings& findings_;
};

}  // namespace

Where Where::at(std::string_view key) const {
  return {path.empty() ? str(key) : path + "." + str(key), text::pointer_to(pointer, key)};
}

Where Where::at(std::size_t index) const {
  return {fmt::format("{}[{}]", path, index), text::pointer_to(pointer, index)};
}

void Findings::add(text::Severity severity, const Where& where, std::string_view code,
                   std::string message, std::string hint) {
  text::Position position;
  if (places_)
    position =
        code.starts_with("unknown-") ? places_->key_at(where.pointer) : places_->at(where.pointer);
  text::report(problems_,
               {severity, str(code), position, where.path, std::move(message), std::move(hint)});
}

void Findings::error(const Where& where, std::string_view code, std::string message,
                     std::string hint) {
  add(text::Severity::Error, where, code, std::move(message), std::move(hint));
}

void Findings::warn(const Where& where, std::string_view code, std::string message,
                    std::string hint) {
  add(text::Severity::Warning, where, code, std::move(message), std::move(hint));
}

Value conform(const ResourceType& type, const Value& properties, const Template* source,
              const Checkers& checkers, const Where& where, Findings& findings) {
  if (type.any_properties) return properties;
  auto meant =
      Conformer(type, source, checkers, findings).object(type.properties, properties, where);
  if (meant.is_object()) check_siblings(type, meant.get_object(), where, findings);
  return meant;
}

Result<Value> conform_resolved(std::string_view logical_id, std::string_view type,
                               const Value& properties, const Checkers& checkers) {
  const auto* known = find_resource_type(type);
  if (!known)
    return fail(ErrorKind::Unsupported,
                fmt::format("{}: hikae does not know resources of type {}", logical_id, type));
  text::Diagnostics problems;
  Findings findings(nullptr, problems);
  auto meant = conform(*known, properties, nullptr, checkers, Where{str(logical_id), ""}, findings);
  if (!findings.any_error()) return meant;
  return std::unexpected(text::as_error(problems, "template"));
}

}  // namespace hikae::stack
