#include "plane/cloudformation/providers.h"

#include "base/hash.h"
#include "text/json.h"

namespace hikae::plane {

std::string ResourceAsk::name_or_made_up(std::string_view name, std::size_t most) const {
  if (const auto given = text(name); !given.empty()) return str(given);
  const auto suffix = "-" + hex_of(stack_id + "/" + logical_id + "/" + token, 12);
  auto made_up = stack_name + "-" + logical_id;
  if (made_up.size() + suffix.size() > most) made_up.resize(most - suffix.size());
  return made_up + suffix;
}

Value made(std::string_view physical_id, Object attributes) {
  return Object{{"PhysicalId", physical_id}, {"Attributes", std::move(attributes)}};
}

std::function<Value(const Answers&)> always(Value result) {
  return [result = std::move(result)](const Answers&) { return result; };
}

void copy_members(const Value& from, Object& to, std::initializer_list<std::string_view> members) {
  for (const auto member : members)
    if (const auto* value = find(from, member)) to[member] = *value;
}

Object tags_as_map(const Value& properties) {
  Object tags;
  for (const auto& tag : list_at(properties, "Tags"))
    tags[text_at(tag, "Key")] = text_at(tag, "Value");
  return tags;
}

bool is_changed(const ResourceAsk& ask, std::string_view name) {
  const auto* before = find(ask.previous, name);
  const auto* after = ask.property(name);
  if (!before || !after) return before != after;
  return text::to_canonical_json(*before) != text::to_canonical_json(*after);
}

Array dropped_tag_keys(const ResourceAsk& ask) {
  const auto wanted = tags_as_map(ask.properties);
  Array keys;
  for (const auto& [key, value] : tags_as_map(ask.previous))
    if (!wanted.contains(key)) keys.push_back(Value(std::string_view(key)));
  return keys;
}

std::string json_text(const Value& value) {
  return value.is_string() ? str(text_of(value)) : text::to_json(value);
}

Chain nothing(const ResourceAsk& ask) {
  Chain chain;
  chain.result = always(made(ask.physical_id));
  return chain;
}

const Provider* provider_of(std::string_view type) {
  for (const auto by_service :
       {sns_provider, iam_provider, iam_named_provider, lambda_provider, ssm_provider,
        window_provider, events_provider, ec2_provider, s3_provider, sqs_provider, noted_provider})
    if (const auto* provider = by_service(type)) return provider;
  return nullptr;
}

}  // namespace hikae::plane
