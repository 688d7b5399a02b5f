// What became of every occurrence and target: rows that machines write and people read.
//
// On disk if the process dies: every row whose Record was answered.
#pragma once

#include "base/log.h"
#include "plane/service.h"

namespace hikae::plane {

inline constexpr std::string_view kLedgerRows = "ledger";

/// The internal service "hikae-ledger":
/// - Record {Key, Row}: puts the row under the key, in place of an older one of that key. The same
///   record twice changes nothing. Answers {}.
/// - Query {Prefix, Limit}: {Rows: [{Key, Row, RecordedAt}]}, newest first by RecordedAt (the
///   instant at which the key was first recorded), at most Limit (1-10,000, 100 where absent).
/// - Dead {Since?, Limit?}: what could not be delivered: {Mails, Deliveries, Events, Rows}: three
///   counts of what was first recorded at Since (ISO text) or later, and its rows, newest first, at
///   most Limit (as Query's).
/// The first time that a mail is recorded as Dead, the log says so as an error and the topic's
/// other subscribers are told (plane/sns/notice.h), in the same commit.
class Ledger final : public Service {
 public:
  /// `log` outlives the service.
  Ledger(engine::Kernel& kernel, Log& log);
};

/// Notifications that nobody got, since an instant.
struct DeadCounts {
  std::size_t mails = 0;
  std::size_t deliveries = 0;  // to a rule's target, or a function
  std::size_t events = 0;      // that no rule could be asked about
  [[nodiscard]] std::size_t all() const { return mails + deliveries + events; }
};
[[nodiscard]] DeadCounts dead_counts(const engine::Tables& tables, const Scope& scope,
                                     WallTime since = {});

}  // namespace hikae::plane
