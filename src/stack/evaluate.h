// Intrinsic functions: a template's values with what is known put in.
//
//   !Sub "arn:aws:sns:${AWS::Region}:${AWS::AccountId}:${Topic.TopicName}"
//
// `Facts` holds what is known: parameters, pseudo parameters, resources made so far. Pure. Depth is
// bounded by the reader of the template (limits::kTextDepth), conditions by a check for cycles.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/value.h"
#include "stack/template.h"

namespace hikae::stack {

/// A resource as it exists.
struct Made {
  std::string physical_id;  // what Ref gives
  Object attributes;        // what GetAtt gives
};

struct Facts {
  Object parameters;  // by name: text, or a list of texts
  Object pseudo;      // "AWS::Region": "ap-northeast-1", …
  std::map<std::string, Made, std::less<>> made;
  std::map<std::string, bool, std::less<>> conditions;
  Object imports = {};  // exports of other stacks {name: text}
};

/// AWS::Region, AccountId, Partition, URLSuffix, StackName, StackId, NotificationARNs.
[[nodiscard]] Object pseudo_parameters(std::string_view account, std::string_view region,
                                       std::string_view stack_name, std::string_view stack_id);
[[nodiscard]] bool is_pseudo_parameter(std::string_view name);

class Evaluator {
 public:
  /// Both must outlive the evaluator.
  Evaluator(const Template& source, const Facts& facts) : template_(source), facts_(facts) {}

  /// The value with every intrinsic function replaced; members and elements that are AWS::NoValue
  /// are left out. nullopt: the whole value is AWS::NoValue. Errors name function and argument.
  [[nodiscard]] Result<std::optional<Value>> evaluate(const Value& value) const;
  /// A condition: Fn::Equals, And, Or, Not, Contains, Condition, EachMemberEquals, EachMemberIn.
  [[nodiscard]] Result<bool> holds(const Value& condition) const;

 private:
  Result<std::optional<Value>> call(std::string_view function, const Value& argument) const;
  Result<std::optional<Value>> if_value(const Value& argument) const;
  Result<Value> reference(std::string_view name) const;
  Result<Value> attribute(const AttributeName& name) const;
  Result<Value> join(const Value& argument) const;
  Result<Value> sub(const Value& argument) const;
  Result<std::string> placeholder(std::string_view name) const;
  Result<Value> select(const Value& argument) const;
  Result<Value> split(const Value& argument) const;
  Result<Value> find_in_map(const Value& argument) const;
  Result<Value> base64(const Value& argument) const;
  Result<Value> zones(const Value& argument) const;
  Result<Value> cidr(const Value& argument) const;
  Result<Value> import(const Value& argument) const;
  Result<Value> needed(const Value& value, std::string_view function) const;
  Result<std::string> text(const Value& value, std::string_view function) const;
  Result<Array> list(const Value& value, std::string_view function) const;
  Result<bool> equal(const Value& argument) const;
  Result<bool> contains(const Value& argument) const;
  Result<bool> each_member(const Value& argument, bool whole_set) const;
  Result<bool> all_or_any(const Value& argument, bool all) const;

  const Template& template_;
  const Facts& facts_;
};

/// Every condition of the template decided, into `facts.conditions`. A cycle is an error.
[[nodiscard]] Result<> decide_conditions(const Template& source, Facts& facts);
/// The template's rules; an assertion that fails is an error with its description.
[[nodiscard]] Result<> check_rules(const Template& source, const Facts& facts);

/// A scalar as CloudFormation turns it into text: true, 1, 1.5; nullopt for lists, maps, null.
[[nodiscard]] std::optional<std::string> scalar_text(const Value& value);

}  // namespace hikae::stack
