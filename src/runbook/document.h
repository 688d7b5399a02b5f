// An SSM Automation document (schemaVersion 0.3), read, checked for structure and compiled once;
// then shared, never changed, by all runs of it (docs/reference/ssm-automation.md 1, 2).
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "base/value.h"
#include "text/diagnostic.h"
#include "text/selector.h"

namespace hikae::runbook {

struct Parameter {
  std::string name;
  std::string type;                    // "String", "StringList", "AWS::EC2::Instance::Id", …
  std::optional<Value> default_value;  // absent: required at start
  std::vector<Value> allowed_values;
  std::string allowed_pattern;  // empty: none
  std::optional<std::int64_t> min_items, max_items, min_chars, max_chars;
};

enum class Jump { Abort, Continue, Step };

struct StepOutput {
  std::string name;
  std::string type = "String";  // String, StringList, Integer, Boolean, StringMap, MapList
  text::Selector selector;
};

struct Step {
  std::string name;
  std::string action;  // "aws:executeAwsApi"
  Value inputs;        // an object, references unresolved
  std::string description;
  int max_attempts = 1;
  std::optional<Duration> timeout;  // as written; caps are the action's
  Jump on_failure = Jump::Abort;
  std::string on_failure_step;   // with Jump::Step
  Jump on_cancel = Jump::Abort;  // Abort or Step
  std::string on_cancel_step;
  std::optional<bool> is_critical;
  bool is_end = false;
  std::string next_step;  // empty: the next in the list
  std::vector<StepOutput> outputs;
  text::Position position;

  /// isCritical as written, else everything but `onFailure: Continue` (2.3).
  [[nodiscard]] bool critical() const;
};

struct Document {
  std::string description;
  std::string assume_role;  // as written
  std::vector<Parameter> parameters;
  Value variables;  // as written; an object, or null
  std::vector<Step> steps;
  std::vector<std::string> outputs;  // "step.Name"

  [[nodiscard]] const Parameter* parameter(std::string_view name) const;
  [[nodiscard]] const Step* step(std::string_view name) const;
  [[nodiscard]] std::optional<std::size_t> step_index(std::string_view name) const;

  std::map<std::string, std::size_t, std::less<>> step_index_by_name;  // filled by read_document
};

/// Reads and checks a document. All problems (also warnings) are put into `problems`, each with
/// line, column, step and how to fix it; with any error the result is that error (`Invalid`).
/// Limits: 64 KB, depth, nodes, steps (base/limits.h).
[[nodiscard]] Result<std::shared_ptr<const Document>> read_document(std::string_view text,
                                                                    text::Diagnostics& problems);

/// Checks values given at start against the parameters and adds defaults (1.3): every value is a
/// list of strings, as the API has it. Gives the typed values by name. Errors carry the code
/// InvalidAutomationExecutionParametersException.
[[nodiscard]] Result<Object> bind_parameters(const Document& document, const Value& given);

}  // namespace hikae::runbook
