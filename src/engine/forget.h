// Takes back everything that a kernel has ever written: for test suites (docs/operator.md).
#pragma once

#include <functional>
#include <string_view>

#include "base/result.h"
#include "store/database.h"

namespace hikae::engine {

/// Whether a row of a service (engine/tables.h) outlives it; `body` is its JSON.
using Outlives =
    std::function<bool(std::string_view kind, std::string_view id, std::string_view body)>;

/// Removes all machines, their journal and effects, and all rows but those that outlive it: one
/// transaction. No kernel may be open on the database. Errors: `Io`; nothing is changed then.
[[nodiscard]] Result<> forget_all(store::Database& database, const Outlives& outlives);

}  // namespace hikae::engine
