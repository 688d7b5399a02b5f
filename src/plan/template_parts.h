// Pieces of the compiled template; private to src/plan.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/value.h"
#include "plan/config.h"

namespace hikae::plan {

/// Plans whose failures are told to the same people: one topic, one document, one set of rules.
struct Audience {
  std::string suffix;    // "" for the first, then the name of its first plan
  std::string part;      // "" for the first, then "ForNightly": the end of its logical ids
  std::string topic;     // logical id
  std::string document;  // logical id
  std::vector<std::string> addresses;
  std::vector<const Plan*> plans;
};

/// In the order of the plans. Points into `config`.
[[nodiscard]] std::vector<Audience> audiences_of(const Config& config);

// Intrinsic functions.
[[nodiscard]] Value ref_to(std::string_view name);
[[nodiscard]] Value get_att(std::string_view resource, std::string_view attribute);
/// Fn::Sub; `text` may hold ${AWS::…} and ${LogicalId}.
[[nodiscard]] Value sub(std::string text);
/// Text from outside, for use inside of sub(): its `${` is not looked into.
[[nodiscard]] std::string sub_literal(std::string_view text);

/// A name as part of a logical id: letters and digits, each word begun with a capital.
[[nodiscard]] std::string logical_name(std::string_view name);
[[nodiscard]] Value tag(std::string_view key, std::string_view value);
[[nodiscard]] Object resource(std::string_view type, Object properties);
[[nodiscard]] Array texts_value(const std::vector<std::string>& texts);
/// Logical ids of a plan.
[[nodiscard]] std::string window_id_of(const Plan& plan);
[[nodiscard]] std::string agent_window_id_of(const Plan& plan);

// The sections, each adds its resources.
void add_topics(const Config& config, const std::vector<Audience>& audiences, Object& resources);
void add_roles(const Config& config, const std::vector<Audience>& audiences, Object& resources);
void add_functions(const Config& config, const std::vector<Audience>& audiences, Object& resources);
void add_documents(const Config& config, const std::vector<Audience>& audiences, Object& resources);
void add_windows(const Config& config, const std::vector<Audience>& audiences, Object& resources);
void add_rules(const Config& config, const std::vector<Audience>& audiences, Object& resources);

/// IAM.
[[nodiscard]] Object statement(std::string_view sid, Value actions, Value resources,
                               Object condition = {});
[[nodiscard]] Object policy_document(Array statements);

}  // namespace hikae::plan
