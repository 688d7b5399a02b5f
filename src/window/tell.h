// What the machines of this folder say to the rest of the house: events for the bus and rows for
// the ledger. Ids are hashes of durable facts, so a replay says the same.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/machine.h"

namespace hikae::window {

/// "arn:aws:ssm:REGION:ACCOUNT:maintenancewindow/mw-…".
[[nodiscard]] std::string window_arn(const Scope& scope, std::string_view window_id);

struct Telling {
  std::string key;     // names this event for ever: one event a key
  std::string source;  // "aws.ssm", "hikae"
  std::string detail_type;
  WallTime time;
  std::string resource;  // an ARN
  Object detail;
};

/// The event as the bus takes it: version "0", id, detail-type, source, account, time, region,
/// resources, detail (docs/reference/schedules-events-sns-lambda-cfn.md 3.6).
[[nodiscard]] Object event_of(const Scope& scope, const Telling& telling);
/// Starts the machine of kind "event" that hands it to the bus, in this commit.
void tell(Commands& commands, const Scope& scope, const Telling& telling);

/// Rows on their way to the internal service "hikae-ledger", operation "Record": input {Key, Row}.
/// A row is an idempotent upsert by its key. A machine must not finish before `settled()`: open
/// calls are dropped with it.
class Ledger {
 public:
  void write(Commands& commands, const std::string& key, Object row);
  /// Takes `Answered` and `Woke` events of its own tags; false for all others.
  bool take(const Event& event, Commands& commands);
  [[nodiscard]] bool settled() const { return pending_.empty(); }

  [[nodiscard]] Value save() const;
  void load(const Value& saved);

 private:
  void send(Commands& commands, const std::string& key) const;
  std::map<std::string, Object> pending_;  // by key, until the store has answered
};

}  // namespace hikae::window
