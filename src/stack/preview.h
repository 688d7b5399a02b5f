// What an operation would do, without doing it: what a change set shows
// (docs/reference/schedules-events-sns-lambda-cfn.md 5).
//
// Pure. Properties are resolved with the resources as they are; what hangs on a resource that is
// still to be made or replaced cannot be known yet and counts as a change that only the operation
// itself decides (`Evaluation::Dynamic`).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "stack/conform.h"
#include "stack/template.h"

namespace hikae::stack {

enum class Action { Add, Modify, Remove };
enum class Recreation { Never, Conditionally, Always };
enum class Evaluation { Static, Dynamic };

struct PropertyChange {
  std::string name;
  Recreation recreation = Recreation::Never;
  Evaluation evaluation = Evaluation::Static;
  std::string source;  // DirectModification, ParameterReference, ResourceReference, …
  std::string cause;   // the parameter, the resource, or "Resource.Attribute"; may be empty
};

struct ResourceChange {
  Action action = Action::Add;
  std::string id;
  std::string type;
  std::string physical_id;  // empty for Add
  Recreation replacement = Recreation::Never;
  bool keeps_old = false;  // what goes is left where it is (DeletionPolicy, UpdateReplacePolicy)
  std::vector<PropertyChange> details;
};

struct PreviewInput {
  std::string account;
  std::string region;
  std::string stack_name;
  std::string stack_id;
  Object given;             // parameters {name: text}
  Object looked_up_before;  // parameters of the operation before, with looked-up values
  Object resources;         // as in the outcome of the operation before; empty: none
  Object looked_up = {};    // of Parameter Store {name, as GetParameter takes it: text}
  Object imports = {};      // exports of other stacks {name: text}
};

/// In order of need; removals last. Errors: a parameter that does not fit, a rule that fails, a
/// cycle.
[[nodiscard]] Result<std::vector<ResourceChange>> preview(const Template& source,
                                                          const PreviewInput& input,
                                                          const Checkers& checkers);

/// {output key: export name} of the outputs that the stack has now, from its resources as they are.
[[nodiscard]] Result<Object> exports_of(const Template& source, const PreviewInput& input);

/// The names that Fn::ImportValue asks for, in what the conditions let stand. Errors as preview.
[[nodiscard]] Result<std::vector<std::string>> imports_of(const Template& source,
                                                          const PreviewInput& input);

}  // namespace hikae::stack
