// An SSM Automation document (schemaVersion 0.3), read, checked for structure and compiled once;
// then shared, never changed, by all runs of it (docs/reference/ssm-automation.md 1, 2).
#pragma once

#include <functional>
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

class Action;

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
  bool shows_payload = false;  // somebody refers to its OutputPayload, the whole answer
  text::Position position;
  // Loops (5.18). An inner step names its loop; a loop's inner steps are [body, body + body_size).
  std::optional<std::size_t> loop;
  std::size_t body = 0;
  std::size_t body_size = 0;
  // Known once the document was read; a step that was made by hand may leave both out.
  const Action* does = nullptr;    // nullptr: looked up by name
  bool refers_to_nothing = false;  // its inputs hold no reference: they are what they are

  /// isCritical as written, else everything but `onFailure: Continue` (2.3).
  [[nodiscard]] bool critical() const;
};

struct Document {
  std::string description;
  std::string assume_role;  // as written
  std::vector<Parameter> parameters;
  std::vector<Parameter> variables;  // what updateVariable may set
  std::vector<Step> steps;           // mainSteps in order; behind them the inner steps of loops
  std::size_t main_steps = 0;        // how many of `steps` are mainSteps
  std::vector<std::string> outputs;  // "step.Name"

  [[nodiscard]] const Parameter* parameter(std::string_view name) const;
  [[nodiscard]] const Parameter* variable(std::string_view name) const;
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
/// list of strings, as the API has it. Gives the typed values by name. Refuses an assumeRole that
/// is no ARN of a role. Errors carry the code InvalidAutomationExecutionParametersException.
[[nodiscard]] Result<Object> bind_parameters(const Document& document, const Value& given);

/// The role that `assumeRole` names with these bound parameters; empty: none, the steps call in the
/// name of whoever started the run (1.5).
[[nodiscard]] Result<std::string> role_of(const Document& document, const Object& bound);

/// Looks a parameter of Parameter Store up by its name ("/path/name"): {Type, Value} as
/// ssm:GetParameter has them.
using StoreLookup = std::function<Result<Value>(std::string_view name)>;
/// `given` and, for every parameter that is not given and whose default is `{{ssm:name}}`, what the
/// store holds. Only String and StringList parameters of the store may stand there, never a
/// SecureString (1.3).
[[nodiscard]] Result<Value> with_store_defaults(const Document& document, const Value& given,
                                                const StoreLookup& lookup);

}  // namespace hikae::runbook
