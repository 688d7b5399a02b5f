// What each resource type of a template may say: property names, types, what is required, allowed
// values, ranges and patterns, and what Ref and GetAtt give (docs/reference/
// schedules-events-sns-lambda-cfn.md 5.2).
//
// The table is our own and text (resource_table.cc); it is read once, on first use, and never
// changes afterwards, so all threads may share it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hikae::stack {

enum class Shape { Text, Integer, Number, Boolean, Json, Policy, Nested };
enum class Many { One, List, Map };

struct Property {
  std::string_view name;
  Shape shape = Shape::Text;
  Many many = Many::One;
  std::string_view nested;  // with Shape::Nested: the name in ResourceType::nested
  bool required = false;
  bool replaces = false;                 // a change makes a new resource
  std::vector<std::string_view> values;  // allowed ones; empty: any
  /// Of whole numbers the value, of texts the length in bytes, of lists the count.
  std::optional<std::int64_t> min, max;
  std::string_view pattern;  // see matches()
  std::string_view check;    // a check with a name of its own ("schedule", "concurrency")
  std::string_view ref;      // a Ref in its place must name a resource of this type
  bool arn = false;          // must be an ARN
};

struct ObjectType {
  std::string_view name;
  std::vector<Property> properties;
  [[nodiscard]] const Property* find(std::string_view property) const;
  [[nodiscard]] std::vector<std::string_view> names() const;
};

struct ResourceType {
  std::string_view name;
  std::vector<std::string_view> attributes;  // what GetAtt knows
  bool ref_is_arn = false;                   // else a name or an id
  bool any_properties = false;               // not looked into (AWS::CDK::Metadata)
  bool is_made = true;                       // false: hikae makes no such resources
  ObjectType properties;
  std::vector<ObjectType> nested;
  [[nodiscard]] const ObjectType& nested_type(std::string_view type) const;
};

/// nullptr where hikae does not know the type.
[[nodiscard]] const ResourceType* find_resource_type(std::string_view name);
[[nodiscard]] std::vector<std::string_view> resource_type_names();

/// Whether the whole text fits: literal characters and `[classes]`, each with an optional `{m,n}`,
/// `{n}`, `*` or `+` behind it; `\` takes the next character as it is, `\s` is a space. Greedy and
/// without a way back, so linear in the text.
[[nodiscard]] bool matches(std::string_view pattern, std::string_view text);

}  // namespace hikae::stack
