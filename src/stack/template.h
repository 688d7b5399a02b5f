// A CloudFormation template: JSON, or YAML with its short intrinsic functions, read into a value
// with the place of every node (docs/reference/schedules-events-sns-lambda-cfn.md 5).
//
// Immutable after reading. Validation is stack/validate.h, evaluation stack/evaluate.h.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/value.h"
#include "text/diagnostic.h"
#include "text/yaml.h"

namespace hikae::stack {

struct Template {
  Value value;  // an object
  text::Places places;

  [[nodiscard]] const Object& section(std::string_view name) const;  // empty where absent
  [[nodiscard]] const Object& parameters() const { return section("Parameters"); }
  [[nodiscard]] const Object& mappings() const { return section("Mappings"); }
  [[nodiscard]] const Object& conditions() const { return section("Conditions"); }
  [[nodiscard]] const Object& resources() const { return section("Resources"); }
  [[nodiscard]] const Object& outputs() const { return section("Outputs"); }
  [[nodiscard]] const Object& rules() const { return section("Rules"); }
  /// The resource's `Type`; empty where there is no such resource.
  [[nodiscard]] std::string_view type_of(std::string_view logical_id) const;
};

/// Reads the text; nothing but its form is checked. `problems` gets what is wrong, with line and
/// column. Limits: limits::kTemplateBytes, depth, nodes.
[[nodiscard]] Result<Template> read_template(std::string_view text, text::Diagnostics& problems);

/// A template that is a value already (compiled by src/plan, or kept in a machine's record).
[[nodiscard]] Result<Template> template_of(Value value);

/// The name of the intrinsic function that `value` is a call of ("Ref", "Fn::Sub", "Condition"):
/// an object of exactly one such member; else empty.
[[nodiscard]] std::string_view intrinsic_of(const Value& value);
/// Its argument; only where intrinsic_of is not empty.
[[nodiscard]] const Value& argument_of(const Value& intrinsic);
/// Whether an intrinsic function stands anywhere in `value`.
[[nodiscard]] bool has_intrinsics(const Value& value);

/// One placeholder `${…}` of an Fn::Sub text, or the plain text before it.
struct SubPart {
  bool placeholder = false;
  std::string text;  // `${!x}` has become the plain text `${x}`
};
[[nodiscard]] Result<std::vector<SubPart>> sub_parts(std::string_view text);

/// "Resource.Attribute" or ["Resource", "Attribute"] (the attribute may hold dots).
struct AttributeName {
  std::string resource;
  std::string attribute;
};
[[nodiscard]] Result<AttributeName> attribute_name(const Value& argument);

/// The nearest of `known` to a word that is wrong, as "; did you mean X?", or nothing.
[[nodiscard]] std::string did_you_mean(std::string_view wrong,
                                       const std::vector<std::string_view>& known);

}  // namespace hikae::stack
