// What the handlers of automation executions share. Internal to this folder.
#pragma once

#include "plane/ssm/ssm.h"

namespace hikae::plane::automation {

[[nodiscard]] MachineId run_id(const Scope& scope, std::string_view id);
/// In whose name an execution is said to be: the caller, or hikae itself.
[[nodiscard]] std::string executed_by(const Ask& ask);
/// The execution that the request names. Error AutomationExecutionNotFoundException.
[[nodiscard]] Result<engine::View> find_run(const Ask& ask);
/// The document that it runs. Error InternalServerError.
[[nodiscard]] Result<std::shared_ptr<const runbook::Document>> document_of(const engine::View& view,
                                                                           Library& library);
[[nodiscard]] Result<Value> described(const engine::View& view, Library& library);

/// "1 validation error detected: Value 'x' at 'type' failed to satisfy constraint: …".
[[nodiscard]] std::unexpected<Error> not_of_enum(std::string_view member, std::string_view value,
                                                 std::string_view allowed);

[[nodiscard]] Result<Value> start_execution(const Ask& ask, Library& library);
[[nodiscard]] Result<Value> describe_executions(const Ask& ask, Library& library);
[[nodiscard]] Result<Value> describe_steps(const Ask& ask, Library& library);

}  // namespace hikae::plane::automation
