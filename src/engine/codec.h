// Events, commands' open items and slots as JSON: what the journal and the snapshots hold. Member
// names are short because they are written a million times; docs/internals/journal.md spells them
// out.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/machine.h"

namespace hikae::engine {

/// What a machine has asked for and was not yet told.
struct OpenItem {
  enum class Type { Send, Await, Wake, AwaitEnd, Lease, Pause };
  Type type = Type::Send;
  std::uint64_t no = 0;  // never given twice: an answer for an older item is dropped
  Call call;             // Send, Await
  PollPace pace;         // Await
  WallTime at;           // Wake: when; else: when it was asked for
  Duration wait{0};      // Pause
  MachineId machine;     // AwaitEnd
  std::string resource;  // Lease
  bool effect = false;   // Send: mutating, with a row in the effects table
};

/// One machine in memory: its record and the engine's own bookkeeping about it. The bookkeeping
/// follows from the events alone, so a replay restores it.
struct Slot {
  std::int64_t no = 0;  // primary key of the machine's row
  MachineId id;
  std::int64_t seq = 0;  // of its last event
  std::int64_t seq_of_snapshot = 0;
  std::size_t bytes_of_snapshot = 0;
  std::size_t bytes_since_snapshot = 0;  // of events
  WallTime started_at;
  std::unique_ptr<Machine> machine;
  std::map<std::string, OpenItem, std::less<>> open;  // by tag
  std::vector<std::string> held;                      // leases
  bool finished = false;
  Value outcome;
};

[[nodiscard]] std::string encode_event(const Event& event);
[[nodiscard]] Result<Event> decode_event(std::string_view text);

/// The record, the open items and the leases.
[[nodiscard]] std::string encode_slot(const Slot& slot);
/// Fills `slot` from what encode_slot gave; the record is made by `kind`.
[[nodiscard]] Result<> decode_slot(std::string_view text, const MachineKind& kind, Slot& slot);

[[nodiscard]] Value error_to_value(const Error& error);
[[nodiscard]] Error error_from_value(const Value& value);

}  // namespace hikae::engine
