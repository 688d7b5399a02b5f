// Exports: outputs of one stack that others import by name
// (docs/reference/schedules-events-sns-lambda-cfn.md 5).
#pragma once

#include <map>
#include <string>

#include "plane/cloudformation/stack_rows.h"

namespace hikae::plane::cfn {

struct Export {
  std::string stack_id;
  std::string stack_name;
  std::string value;
};
/// By name, of all stacks of the account in the region.
using Exports = std::map<std::string, Export, std::less<>>;

/// {output key: export name}, of those that the stack has now.
[[nodiscard]] Object exports_of_stack(const Ask& ask, const Value& row, const StackState& state);
[[nodiscard]] Exports all_exports(const Ask& ask);
/// Names of the stacks that import it, in order.
[[nodiscard]] std::vector<std::string> importers_of(const Ask& ask, std::string_view name);
/// What the wanted template imports {name: text}. Error: ValidationError for an export that is not
/// there.
[[nodiscard]] Result<Object> imports_wanted(const Ask& ask, const Wanted& wanted);
/// Whether the wanted template may stand beside the other stacks: no name of theirs exported once
/// more, no export of `row` gone that another imports.
[[nodiscard]] Result<> check_exports(const Ask& ask, const Wanted& wanted, const Value& row);
/// A stack whose exports others import is not deleted.
[[nodiscard]] Result<> check_unimported(const Ask& ask, const Value& row, const StackState& state);

}  // namespace hikae::plane::cfn
