// The checks of a document, one file a section. Private to read_document: each takes the value with
// its places, reports what is wrong, and fills what it understood. A check goes on after a mistake,
// so that a person sees all of them in one pass.
#pragma once

#include <initializer_list>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runbook/document.h"
#include "text/yaml.h"

namespace hikae::runbook {

/// A node of the document: where it stands, and what a person calls it ("step Stop").
struct Spot {
  std::string pointer;
  std::string path;
  [[nodiscard]] Spot below(std::string_view key) const;
  [[nodiscard]] Spot below(std::size_t index) const;
};

/// Collects findings with their places.
class Findings {
 public:
  Findings(const text::Places& places, text::Diagnostics& list) : places_(places), list_(list) {}

  void error(const Spot& spot, std::string_view code, std::string message, std::string hint);
  void warning(const Spot& spot, std::string_view code, std::string message, std::string hint);
  /// The same at the place of the member's key instead of its value.
  void key_error(const Spot& spot, std::string_view code, std::string message, std::string hint);
  void key_warning(const Spot& spot, std::string_view code, std::string message, std::string hint);
  [[nodiscard]] text::Position position(const Spot& spot) const { return places_.at(spot.pointer); }

 private:
  void add(text::Severity severity, text::Position position, const Spot& spot,
           std::string_view code, std::string message, std::string hint);
  const text::Places& places_;
  text::Diagnostics& list_;
};

/// Reads the members of one map; a value of the wrong kind is reported and counts as absent. Flags
/// and numbers may be written as strings (1.2).
class Fields {
 public:
  Fields(Findings& findings, Spot spot, const Object& object)
      : findings_(findings), spot_(std::move(spot)), object_(object) {}

  /// nullptr where the member is absent or null.
  [[nodiscard]] const Value* get(std::string_view key) const;
  /// Also true where it is null.
  [[nodiscard]] bool has(std::string_view key) const { return find(object_, key) != nullptr; }
  [[nodiscard]] std::optional<std::string> text(std::string_view key);
  [[nodiscard]] std::optional<std::string> required_text(std::string_view key,
                                                         std::string_view hint);
  [[nodiscard]] std::optional<bool> flag(std::string_view key);
  [[nodiscard]] std::optional<std::int64_t> whole(std::string_view key, std::int64_t least,
                                                  std::int64_t most);
  /// A member that is neither absent nor a list is reported.
  [[nodiscard]] const Array* list(std::string_view key);
  [[nodiscard]] const Object* map(std::string_view key);
  /// Warns of members with other names.
  void only(std::span<const std::string_view> keys, std::string_view what);
  void missing(std::string_view key, std::string_view hint);
  [[nodiscard]] Spot spot(std::string_view key) const { return spot_.below(key); }

 private:
  void wrong_kind(std::string_view key, std::string_view wanted);
  Findings& findings_;
  Spot spot_;
  const Object& object_;
};

/// " (did you mean 'x'?)" for the candidate that is nearest to `name`, or nothing.
[[nodiscard]] std::string did_you_mean(std::string_view name,
                                       std::span<const std::string> candidates);
/// [A-Za-z0-9_]+
[[nodiscard]] bool is_plain_name(std::string_view name);
/// "a, b, c".
[[nodiscard]] std::string joined(std::span<const std::string_view> words);

void check_parameters(const Object& root, Findings& findings, Document& document);
void check_variables(const Object& root, Findings& findings, Document& document);
void check_steps(const Object& root, Findings& findings, Document& document);
/// The inputs of one step, by its action's rule.
void check_inputs(const Step& step, const Spot& spot, Findings& findings);
/// Choices of aws:branch (5.4).
void check_branch(const Step& step, const Spot& inputs, Findings& findings);
/// Iterators, LoopCondition, MaxIterations and Steps of aws:loop (5.18).
void check_loop(const Step& step, const Spot& inputs, Findings& findings);
/// One condition outside of a choice: a comparison, or And, Or, Not.
void check_condition(const Value& condition, const Spot& spot, Findings& findings);
/// Targets of jumps, circles, steps that are never reached. All steps have been read.
void check_flow(const Document& document, Findings& findings);
/// References in inputs, assumeRole and the document's outputs. All steps have been read.
void check_references(const Object& root, const Document& document, Findings& findings);

/// Where a branch may go: NextStep of each choice, and Default, with the place of each.
struct BranchTarget {
  std::string step;
  std::string pointer;  // below the step's inputs
  std::string what;     // "NextStep" or "Default"
};
[[nodiscard]] std::vector<BranchTarget> branch_targets(const Step& step);
[[nodiscard]] Spot spot_of(const Document& document, std::size_t index);

}  // namespace hikae::runbook
