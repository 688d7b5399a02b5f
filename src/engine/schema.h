// The database's tables, with the reason of each.
#pragma once

namespace hikae::engine {

/// Statements that create what is missing. Raised by one with each change that old files need.
extern const char* const kSchema;
inline constexpr int kSchemaVersion = 1;

}  // namespace hikae::engine
