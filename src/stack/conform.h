// Whether a resource's properties conform to the table of its type, and the properties as they are
// meant: numbers that stand as texts turned into numbers, numbers where a text is wanted into text
// (MaxConcurrency: 100), "true" into true.
//
// The same walk serves a template that is only read (intrinsic functions are left in place and
// judged by what they can give) and the resolved properties just before a resource is made.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/value.h"
#include "stack/resource_types.h"
#include "stack/template.h"
#include "text/diagnostic.h"

namespace hikae::stack {

enum class ScheduleUse { Window, Rule };

/// What this floor may not know by itself. An empty one is not asked. Each says in its error what
/// was expected.
struct Checkers {
  std::function<Result<>(std::string_view expression, ScheduleUse use)> schedule;
  std::function<Result<>(std::string_view zone)> timezone;
  std::function<Result<>(const Value& pattern)> event_pattern;
  /// `content`: the document as a map, or its text; `type`: "Automation", "Command", …
  std::function<Result<>(const Value& content, std::string_view type)> document;
};

/// A node: as people read it ("Resources.Topic.Properties.Name") and as a JSON pointer.
struct Where {
  std::string path;
  std::string pointer;
  [[nodiscard]] Where at(std::string_view key) const;
  [[nodiscard]] Where at(std::size_t index) const;
};

/// Collects problems with their places.
class Findings {
 public:
  /// `places` may be nullptr; `problems` must outlive the findings.
  Findings(const text::Places* places, text::Diagnostics& problems)
      : places_(places), problems_(problems) {}
  void error(const Where& where, std::string_view code, std::string message, std::string hint = {});
  void warn(const Where& where, std::string_view code, std::string message, std::string hint = {});
  [[nodiscard]] bool any_error() const { return text::has_errors(problems_); }

 private:
  void add(text::Severity severity, const Where& where, std::string_view code, std::string message,
           std::string hint);
  const text::Places* places_;
  text::Diagnostics& problems_;
};

/// Checks `properties` and gives them as they are meant. `source` (may be nullptr) is what Refs are
/// judged by. What does not conform is reported, and left as it was.
[[nodiscard]] Value conform(const ResourceType& type, const Value& properties,
                            const Template* source, const Checkers& checkers, const Where& where,
                            Findings& findings);

/// Resolved properties, just before the resource is made. Error: `Invalid`, all problems in one.
[[nodiscard]] Result<Value> conform_resolved(std::string_view logical_id, std::string_view type,
                                             const Value& properties, const Checkers& checkers);

}  // namespace hikae::stack
