// The rows of stacks and change sets, and what requests say that change them; private to
// CloudFormation.
#pragma once

#include "aws/errors.h"
#include "plane/checks.h"
#include "stack/preview.h"
#include "stack/template.h"

namespace hikae::plane::cfn {

/// By StackName; a deleted stack whose name was taken again stands under its StackId.
/// {StackName, StackId, CreationTime, Imports {export name: text}, Operation (absent: in review),
/// Earlier [operations], Given {parameter: text}, Lookups, Hidden [parameter], TemplateBody, Tags,
/// Before {what an update that is rolled back restores}, …}
inline constexpr std::string_view kStackRows = "stack";
/// By ChangeSetId.
inline constexpr std::string_view kChangeSetRows = "change-set";
inline constexpr std::size_t kEarlierOperations = 20;  // whose events are still shown
inline constexpr std::size_t kStackItems = 100;        // of one page

[[nodiscard]] std::unexpected<Error> validation_error(std::string message);
[[nodiscard]] Result<> check_stack_name(std::string_view member, std::string_view name);

struct StackState {
  Value described;           // describe_stack(), or the outcome
  bool is_finished = false;  // no operation is under way
  [[nodiscard]] std::string_view status() const { return text_at(described, "Status"); }
};

/// By name (a deleted one is not there), or by id. Error: ValidationError "Stack with id X does not
/// exist".
[[nodiscard]] Result<const Value*> stack_row(const Ask& ask, std::string_view name_or_id);
[[nodiscard]] StackState state_of(const Ask& ask, const Value& row);
/// Machines' records are dropped when they are old (engine/trim.h), stacks are not: whoever looks
/// at a stack that has ended leaves its outcome in the row of that id.
void keep_outcome(const Ask& ask, std::string_view id, const StackState& state);
/// The row as it holds now: after an update that was rolled back, as it was before it.
[[nodiscard]] Value settled(const Value& row, const StackState& state);
[[nodiscard]] MachineId operation_id(const Scope& scope, std::string_view operation);

/// What a request wants a stack to become.
struct Wanted {
  stack::Template source;
  std::string body;
  Object given;   // every parameter's text
  Array lookups;  // parameters whose text names an SSM parameter
  Array hidden;   // parameters with NoEcho
  Object tags;
  Object imports = {};  // of other stacks {name: text}
};

/// Reads template, parameters, tags and capabilities. `before`: the settled row of the stack, for
/// what the request takes over from it; nullptr at creation.
[[nodiscard]] Result<Wanted> read_wanted(const Ask& ask, const stack::Checkers& checkers,
                                         const Value* before);
/// The template of TemplateBody, checked.
[[nodiscard]] Result<stack::Template> checked_template(std::string_view body,
                                                       const stack::Checkers& checkers);
/// CAPABILITY_IAM, CAPABILITY_NAMED_IAM or nothing; the types that ask for it.
struct NeededCapability {
  std::string name;
  Array types;
};
[[nodiscard]] NeededCapability needed_capability(const stack::Template& source);

/// What the operation would do to the resources as they are now.
[[nodiscard]] Result<std::vector<stack::ResourceChange>> preview_of(
    const Ask& ask, const Wanted& wanted, const Value& row, const StackState& state,
    const stack::Checkers& checkers);
/// Why there is nothing to do, in the service's words; empty where there is.
[[nodiscard]] std::string_view nothing_to_do(const Wanted& wanted, const Value& before,
                                             const std::vector<stack::ResourceChange>& changes);

/// A row of a stack that has no operation yet.
[[nodiscard]] Object new_stack_row(const Ask& ask, std::string_view name);
/// Puts what is wanted into the row, and what request members say beside it.
void take_over(const Ask& ask, Object& row, const Wanted& wanted);
/// Starts the operation's machine and points the row at it. `kind`: "create", "update", "delete".
void begin_operation(const Ask& ask, Object row, std::string_view kind, Object input);
/// The name is free: what stands under it is a deleted stack, which is moved to its id.
void move_deleted(const Ask& ask, std::string_view name);

/// Of one stack, or (with an ARN) of any. Error: ChangeSetNotFound.
[[nodiscard]] Result<const Value*> change_set_row(const Ask& ask);
void erase_change_sets(const Ask& ask, std::string_view stack_id, std::string_view but = {});

}  // namespace hikae::plane::cfn
