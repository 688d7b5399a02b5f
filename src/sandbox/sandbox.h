// The embedded machines: all of `ec2` that backups touch, and what the machines themselves know of
// `ssm` (instance information). It answers through the same port as AWS does and is stricter than
// AWS where that catches mistakes (docs/faults.md, "Stricter than EC2").
//
// State stands in memory, in ordered maps per scope, and is written through to one SQLite file of
// its own, one row a resource. What is running (a stop, an image being made) is a row with its due
// instant: opened again, the world goes on from there, and what fell due meanwhile is settled at
// the instant at which it was due.
//
// On disk if the process dies: every call whose answer was given, whole, and possibly the last one
// whose answer was not (synchronous NORMAL: a power cut may lose the last few). ":memory:" keeps
// nothing.
//
// One thread. The ports must outlive it. Answers that are under way when it is destroyed are still
// delivered by the timers; transitions are not.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "aws/cloud.h"
#include "base/ids.h"
#include "base/ports.h"
#include "base/result.h"
#include "base/spawner.h"
#include "base/time.h"
#include "base/value.h"
#include "sandbox/faults.h"

namespace hikae::sandbox {

/// A duration that is drawn anew each time, from `min` to `max` inclusive.
struct Span {
  Duration min{};
  Duration max{};
};

/// How long the embedded machines take.
struct Delays {
  Duration stop{};           // stopping -> stopped
  Duration start{};          // pending -> running
  Duration reboot{};         // until the status checks begin anew
  Duration status_checks{};  // running -> both checks ok
  Duration terminate{};      // shutting-down -> terminated
  Duration forget{};         // how long terminated instances and deregistered images are known
  Duration agent_online{};   // running -> the agent pings
  Duration agent_lost{};     // the last ping -> ConnectionLost
  Duration lost_reply{};     // until a lost reply is given up
  Span snapshot_appears;     // CreateImage is executed -> a volume's snapshot has begun
  Span snapshot;             // begun -> completed
  Span image;                // CreateImage -> available (never before the last snapshot)
  Span latency;              // of every answer

  Duration volume_created{};    // creating -> available
  Duration volume_attached{};   // attaching -> attached
  Duration volume_detached{};   // detaching -> available
  Duration volume_modified{};   // modifying -> optimizing
  Duration volume_optimized{};  // optimizing -> completed
  Duration volume_deleted{};    // deleting -> gone
  Duration image_registered{};  // RegisterImage -> available

  /// As EC2 takes; for virtual time.
  [[nodiscard]] static Delays realistic();
  /// Seconds; for the real clock.
  [[nodiscard]] static Delays quick();
};

struct Options {
  std::string path = ":memory:";
  Scope scope_default{"123456789012", "ap-northeast-1"};  // of a request that names none
  Delays delays = Delays::realistic();
  Spawner* spawner = nullptr;  // runs what is sent to the machines; absent: nothing is
};

/// Calls by "service:Operation" ("unknown" for all that are not known), those that a fault answered
/// included.
using Counters = std::map<std::string, std::int64_t>;

/// One thing that happened to a machine, an image or a snapshot; survives restarts (the latest
/// `limits::kSandboxChanges` of them).
/// `what`: an instance's new state as EC2 names it ("stopping", "stopped", "pending", "running",
/// "shutting-down", "terminated") or "rebooted"; "image-pending", "image-available",
/// "image-failed", "image-deregistered"; "snapshot-begun", "snapshot-completed",
/// "snapshot-failed", "snapshot-deleted".
struct Change {
  WallTime at;
  std::string what;
  std::string resource;   // i-…, ami-… or snap-…
  std::string instance;   // the machine it is about; the image's or snapshot's source, or empty
  std::string caller;     // who asked; kept for what follows from it (stopping -> stopped)
  std::string operation;  // "StopInstances"; empty where a fleet was loaded
};

class Sandbox final : public aws::Cloud {
 public:
  /// Opens or creates the file. Errors: `Io`; `Invalid` where the file is no sandbox's or newer
  /// than this program.
  [[nodiscard]] static Result<std::unique_ptr<Sandbox>> open(Options options,
                                                             const WallClock& clock, Timers& timers,
                                                             Entropy& entropy);
  ~Sandbox() override;
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;

  /// Services "ec2" and "ssm". The state changes inside the call and is on disk when it returns;
  /// the answer comes later. Unknown operations answer `InvalidAction`.
  void call(aws::Request request, aws::Done done) override;

  /// Replaces all fault rules; their counts begin anew. They are not kept in the file.
  void set_faults(std::vector<FaultRule> rules);

  /// Adds a described fleet (docs/faults.md, "Fleets"): all of it or, on an error, nothing.
  /// Errors: `Invalid` with the place ("fleet: instances[2].agent: …"), `Conflict` for a used id.
  [[nodiscard]] Result<> load_fleet(const Scope& scope, const Value& fleet);
  [[nodiscard]] bool has_instances(const Scope& scope) const;

  [[nodiscard]] const Counters& counters() const;

  // For tests, checkers and the demo's table: the world as it is, no stale view, no paging.
  /// As in DescribeInstances, with `Agent` (online, lost, inactive, none) added.
  [[nodiscard]] Array instances(const Scope& scope) const;
  /// As in DescribeImages; only those the scope's account owns; deregistered ones not.
  [[nodiscard]] Array images(const Scope& scope) const;
  /// As in DescribeSnapshots (StartTime: when it began), with `ImageId` added; own ones only.
  [[nodiscard]] Array snapshots(const Scope& scope) const;
  [[nodiscard]] Array volumes(const Scope& scope) const;
  /// {key: value} of an instance, image, snapshot, volume, security group or key pair; empty where
  /// there is none of that id.
  [[nodiscard]] Object tags_of(const Scope& scope, std::string_view id) const;
  /// In the order in which it happened.
  [[nodiscard]] const std::deque<Change>& changes(const Scope& scope) const;
  /// How many transitions are running (of all scopes): 0 is a world at rest.
  [[nodiscard]] std::size_t running_transitions() const;

 private:
  struct Impl;
  explicit Sandbox(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace hikae::sandbox
