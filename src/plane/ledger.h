// What became of every occurrence and target: rows that machines write and people read.
//
// On disk if the process dies: every row whose Record was answered.
#pragma once

#include "plane/service.h"

namespace hikae::plane {

inline constexpr std::string_view kLedgerRows = "ledger";

/// The internal service "hikae-ledger":
/// - Record {Key, Row}: puts the row under the key, in place of an older one of that key. The same
///   record twice changes nothing. Answers {}.
/// - Query {Prefix, Limit}: {Rows: [{Key, Row, RecordedAt}]}, newest first by RecordedAt (the
///   instant at which the key was first recorded), at most Limit (1-10,000, 100 where absent).
class Ledger final : public Service {
 public:
  explicit Ledger(engine::Kernel& kernel);
};

}  // namespace hikae::plane
