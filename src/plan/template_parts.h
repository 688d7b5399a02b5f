// Pieces of the compiled template; private to src/plan.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/value.h"
#include "plan/compile.h"
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

[[nodiscard]] std::string report_window_id_of(const Plan& plan);

/// What every section is made of; its referents outlive it.
struct Draft {
  const Config& config;
  const std::vector<Audience>& audiences;
  Applier applier;
  Object& resources;
  [[nodiscard]] bool on_aws() const { return applier == Applier::Aws; }
};

// The sections, each adds its resources.
void add_topics(const Draft& draft);
void add_roles(const Draft& draft);
void add_functions(const Draft& draft);
void add_documents(const Draft& draft);
void add_windows(const Draft& draft);
void add_rules(const Draft& draft);

/// Which hikae makes the backups: the parameter on hikae, the stack's own id on AWS.
[[nodiscard]] Value installation_of(const Draft& draft);

/// IAM.
[[nodiscard]] Object statement(std::string_view sid, Value actions, Value resources,
                               Object condition = {});
[[nodiscard]] Object policy_document(Array statements);

}  // namespace hikae::plan
