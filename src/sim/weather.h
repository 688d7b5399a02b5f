// What goes wrong between hikae and the cloud, drawn from a seed
// (docs/reference/reliability.md 4.3). Each kind is what a client of the real API would see of it.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/cloud.h"
#include "base/ports.h"
#include "base/time.h"
#include "sandbox/faults.h"

namespace hikae::sim {

enum class Fault : std::uint8_t {
  Throttle,            // not executed
  ThrottleBurst,       // for a minute, everything
  Error500,            // executed or not
  Error503,            // executed or not
  Refused,             // connection refused: not executed
  ResetBeforeSend,     // not executed
  ResetAfterSend,      // executed or not
  LostReply,           // executed
  Slow,                // answered up to two minutes later
  SlowRequest,         // executed later, answered after that
  Truncated,           // executed; the answer cannot be read
  Malformed,           // the same
  WrongRequestId,      // an answer to somebody else's question: dropped
  ClockSkew,           // refused: the time of the request is wrong
  ExpiredCredentials,  // for a while, everything
  Outage,              // one action, for nine hours
  StaleReads,          // up to five minutes old, and NotFound after create
  ImageFails,
  NoCapacity,  // a start is refused
  StartFails,  // a start is granted, and falls back
};
inline constexpr std::size_t kFaults = 20;
[[nodiscard]] std::string_view to_string(Fault fault);

/// How often each kind comes, per million calls (of Outage: per night).
struct FaultMix {
  std::array<std::uint32_t, kFaults> per_million{};

  [[nodiscard]] static FaultMix none() { return {}; }
  /// About 5 of a hundred calls.
  [[nodiscard]] static FaultMix light();
  /// About 25 of a hundred, with throttling on top.
  [[nodiscard]] static FaultMix heavy();
  /// Each family on or off, with a rate up to heavy's.
  [[nodiscard]] static FaultMix drawn(Entropy& chaos);
  [[nodiscard]] std::uint32_t of(Fault fault) const {
    return per_million[static_cast<std::size_t>(fault)];
  }
};

/// What will become of one call.
struct Fate {
  std::optional<Fault> fault;
  bool is_executed = true;
  Duration executed_after{0};
  Duration answered_after{0};
  std::optional<Error> instead;  // of the answer
};

class Weather {
 public:
  explicit Weather(Entropy& chaos) : chaos_(chaos) {}
  void set(const FaultMix& mix) { mix_ = mix; }
  /// No faults from now on; a burst or an outage that is under way ends too.
  void clear();
  /// One action does not work from `from` on, for nine hours.
  void begin_outage(std::string operation, WallTime from);
  /// `host_error`: of the clock that the request is signed by.
  [[nodiscard]] Fate fate_of(const aws::Request& request, WallTime now, Duration host_error);
  /// What the cloud does by itself, for sandbox::Sandbox::set_faults.
  [[nodiscard]] std::vector<sandbox::FaultRule> rules() const;
  [[nodiscard]] const FaultMix& mix() const { return mix_; }
  /// How often each kind came.
  [[nodiscard]] const std::map<Fault, std::int64_t>& seen() const { return seen_; }

 private:
  [[nodiscard]] std::optional<Fault> lasting(const aws::Request& request, WallTime now,
                                             Duration host_error) const;
  [[nodiscard]] std::optional<Fault> drawn(WallTime now);
  [[nodiscard]] Fate fate_by(Fault fault, const aws::Request& request);
  [[nodiscard]] Duration up_to(Duration most);

  Entropy& chaos_;
  FaultMix mix_;
  WallTime burst_until_{};
  WallTime expired_until_{};
  std::string out_;  // the operation that does not work
  WallTime out_from_{}, out_until_{};
  std::map<Fault, std::int64_t> seen_;
};

}  // namespace hikae::sim
