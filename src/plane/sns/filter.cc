// Filter policies (docs/reference/schedules-events-sns-lambda-cfn.md 3.5): an event pattern over
// the message's attributes, or over its body.
#include "pattern/matcher.h"
#include "plane/sns/rows.h"
#include "text/json.h"

namespace hikae::plane::sns {
namespace {

/// Numbers and lists are written as text in attributes; what cannot be read stays text.
Value attribute_value(const Value& attribute) {
  const auto type = text_at(attribute, "DataType");
  const auto text = text_at(attribute, "StringValue");
  if (type.starts_with("Number") || type == "String.Array")
    if (auto read = text::parse_json(text)) return *std::move(read);
  return Value(text);
}

Value as_event(const Value& message_attributes) {
  Object event;
  if (const auto* all = message_attributes.if_object())
    for (const auto& [name, attribute] : *all)
      if (text_at(attribute, "DataType") != "Binary") event[name] = attribute_value(attribute);
  return event;
}

}  // namespace

bool wants(const Value& subscription, std::string_view message, const Value& message_attributes) {
  const auto& attributes = object_at(subscription, "Attributes");
  const auto policy = text_at(attributes, "FilterPolicy");
  if (policy.empty() || policy == "{}") return true;
  if (text_at(attributes, "FilterPolicyScope") != "MessageBody")
    return pattern::test_pattern(policy, text::to_json(as_event(message_attributes)))
        .value_or(true);
  const auto body = text::parse_json(message);
  if (!body || !body->is_object())
    return false;  // as SNS: a body that is no object matches nothing
  return pattern::test_pattern(policy, message).value_or(true);
}

}  // namespace hikae::plane::sns
