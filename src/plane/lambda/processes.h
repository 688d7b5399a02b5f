// Which functions are run as processes.
#pragma once

#include <string_view>

#include "engine/tables.h"

namespace hikae::plane::lambda {

/// Those of the user always; the article's two where their code lies here, unless hikae.yaml says
/// `functions: own`; hikae's own never (docs/decisions/0016-functions-run-as-they-were-given.md).
[[nodiscard]] bool is_process(const engine::Tables& tables, const Scope& scope,
                              std::string_view name);
/// `functions: off`.
[[nodiscard]] bool are_functions_off(const engine::Tables& tables);

}  // namespace hikae::plane::lambda
