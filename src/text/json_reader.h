// The one reader of JSON text: RFC 8259 and nothing more, with the place of every error and, where
// asked for, of every node.
//
// Boost.JSON's own parser is not used: it says no positions, keeps the last of two equal keys in
// silence and rounds one double in four to a neighbour, so that a record would not survive being
// written and read (docs/reference/stack.md 2).
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/value.h"
#include "text/json.h"
#include "text/yaml.h"

namespace hikae::text {

struct JsonReading {
  DuplicateKeys duplicates = DuplicateKeys::LastWins;
  Places* places = nullptr;   // filled where given
  std::size_t nodes_max = 0;  // 0: bounded by the size of the text alone
};

/// The first thing that is wrong. `code`: "json-syntax", "duplicate-key", "too-deep", "too-many".
struct JsonFailure {
  ErrorKind kind = ErrorKind::Invalid;
  std::string code;
  Position position;
  std::string message;
};

/// The size of `text` has been checked by the caller.
[[nodiscard]] std::expected<Value, JsonFailure> read_json(std::string_view text,
                                                          const JsonReading& reading);

}  // namespace hikae::text
