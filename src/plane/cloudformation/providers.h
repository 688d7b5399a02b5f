// How each type of resource is made, changed and taken away: as the API calls of its service
// (docs/reference/schedules-events-sns-lambda-cfn.md 5.2).
#pragma once

#include "plane/cloudformation/chain.h"

namespace hikae::plane {

/// One resource as the stack operation names it.
struct ResourceAsk {
  Scope scope;
  std::string stack_name;
  std::string stack_id;
  std::string logical_id;
  std::string type;
  std::string physical_id;  // empty at creation
  std::string token;        // the same however often the call is sent
  Value properties;
  Value previous;

  [[nodiscard]] const Value* property(std::string_view name) const {
    return find(properties, name);
  }
  [[nodiscard]] std::string_view text(std::string_view name) const {
    return text_at(properties, name);
  }
  /// The property `name`, or "<stack>-<logical id>-<hash>" cut to `most` characters.
  [[nodiscard]] std::string name_or_made_up(std::string_view name, std::size_t most) const;
};

struct Provider {
  Chain (*create)(const ResourceAsk&);
  Chain (*update)(const ResourceAsk&);
  Chain (*remove)(const ResourceAsk&);
  /// For types that are not ready at once: {Settles, Gone, Attributes} (stack/operation.h).
  Chain (*read)(const ResourceAsk&) = nullptr;
};

/// The provider of a type; nullptr where hikae makes no such resources.
[[nodiscard]] const Provider* provider_of(std::string_view type);

// By service, one file each.
[[nodiscard]] const Provider* sns_provider(std::string_view type);
[[nodiscard]] const Provider* iam_provider(std::string_view type);
[[nodiscard]] const Provider* iam_named_provider(std::string_view type);
[[nodiscard]] const Provider* lambda_provider(std::string_view type);
[[nodiscard]] const Provider* ssm_provider(std::string_view type);
[[nodiscard]] const Provider* window_provider(std::string_view type);
[[nodiscard]] const Provider* events_provider(std::string_view type);
[[nodiscard]] const Provider* ec2_provider(std::string_view type);
[[nodiscard]] const Provider* s3_provider(std::string_view type);
[[nodiscard]] const Provider* sqs_provider(std::string_view type);
/// Of services that hikae does not have: what cdk bootstrap makes is noted, so that its ids and
/// ARNs can be named, and there is nothing behind it.
[[nodiscard]] const Provider* noted_provider(std::string_view type);

/// {PhysicalId, Attributes}.
[[nodiscard]] Value made(std::string_view physical_id, Object attributes = {});
/// A result that does not depend on the answers.
[[nodiscard]] std::function<Value(const Answers&)> always(Value result);
/// Copies the members that are there.
void copy_members(const Value& from, Object& to, std::initializer_list<std::string_view> members);
/// [{Key, Value}] of `properties`' Tags, as a map.
[[nodiscard]] Object tags_as_map(const Value& properties);
/// Whether the property `name` is another than before.
[[nodiscard]] bool is_changed(const ResourceAsk& ask, std::string_view name);
/// Keys of the tags that were there before and are not wanted any more.
[[nodiscard]] Array dropped_tag_keys(const ResourceAsk& ask);
/// As text: what an API wants where a template has a map (policies, document contents).
[[nodiscard]] std::string json_text(const Value& value);
/// For types of which nothing can be changed or nothing is to be undone.
[[nodiscard]] Chain nothing(const ResourceAsk& ask);

}  // namespace hikae::plane
