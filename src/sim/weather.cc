#include "sim/weather.h"

#include "aws/errors.h"
#include "base/entropy.h"

namespace hikae::sim {
namespace {

constexpr std::array<std::string_view, kFaults> kFaultNames{"throttle",
                                                            "throttle burst",
                                                            "500",
                                                            "503",
                                                            "refused",
                                                            "reset before send",
                                                            "reset after send",
                                                            "lost reply",
                                                            "slow",
                                                            "slow request",
                                                            "truncated",
                                                            "malformed",
                                                            "wrong request id",
                                                            "clock skew",
                                                            "expired credentials",
                                                            "outage of 9 h",
                                                            "stale reads",
                                                            "image fails",
                                                            "no capacity",
                                                            "start falls back"};

constexpr Duration kBurst = minutes(1);
constexpr Duration kOutage = hours(9);
constexpr Duration kExpiredMost = minutes(40);
constexpr Duration kSlowMost = minutes(2);
constexpr Duration kLostAfter = seconds(20);
/// A request that arrives later than the caller waits for its answer (25 s) may undo what came of
/// the caller's next look. EC2 promises nothing here; a connection that the caller has closed
/// delivers no request.
constexpr Duration kSlowRequestMost = seconds(20);
/// What SigV4 tolerates.
constexpr Duration kSkewMost = minutes(5);

using enum Fault;
constexpr Fault kDrawn[] = {Throttle,       ThrottleBurst,   Error500,          Error503,
                            Refused,        ResetBeforeSend, ResetAfterSend,    LostReply,
                            Slow,           SlowRequest,     Truncated,         Malformed,
                            WrongRequestId, ClockSkew,       ExpiredCredentials};

struct Heavy {
  Fault fault;
  std::uint32_t per_million;
};
constexpr Heavy kHeavy[] = {
    {Throttle, 150'000},      {ThrottleBurst, 4'000}, {Error500, 30'000},
    {Error503, 30'000},       {Refused, 20'000},      {ResetBeforeSend, 20'000},
    {ResetAfterSend, 20'000}, {LostReply, 50'000},    {Slow, 60'000},
    {SlowRequest, 40'000},    {Truncated, 5'000},     {Malformed, 5'000},
    {WrongRequestId, 5'000},  {ClockSkew, 2'000},     {ExpiredCredentials, 400},
    {Outage, 200'000},        {StaleReads, 300'000},  {ImageFails, 100'000},
    {NoCapacity, 200'000},    {StartFails, 100'000}};

std::uint32_t& rate_in(FaultMix& mix, Fault fault) {
  return mix.per_million[static_cast<std::size_t>(fault)];
}

Error error_of(Fault fault, const aws::Request& request) {
  const auto because = [&](const char* code, const char* text, int status) {
    return aws::aws_error(code, std::string(text) + " (" + request.operation + ")", status).error();
  };
  switch (fault) {
    case Throttle:
    case ThrottleBurst: return because("RequestLimitExceeded", "Request limit exceeded.", 503);
    case Error500: return because("InternalError", "An internal error has occurred", 500);
    case Error503:
    case Outage: return because("Unavailable", "The service is unavailable. Try again.", 503);
    case ClockSkew: return because("RequestTimeTooSkewed", "The request's time is wrong", 403);
    case ExpiredCredentials: return because("ExpiredToken", "The security token has expired", 403);
    case Refused: return {ErrorKind::Unavailable, "", "connection refused"};
    case ResetBeforeSend:
    case ResetAfterSend: return {ErrorKind::Unavailable, "", "connection reset by peer"};
    case Truncated: return {ErrorKind::Unavailable, "", "the answer ended in the middle"};
    case Malformed: return {ErrorKind::Unavailable, "", "the answer is no XML"};
    case WrongRequestId: return {ErrorKind::Unavailable, "", "the answer is to another request"};
    default: return {ErrorKind::Timeout, "RequestTimeout", "no answer in time"};
  }
}

}  // namespace

std::string_view to_string(Fault fault) { return kFaultNames[static_cast<std::size_t>(fault)]; }

FaultMix FaultMix::heavy() {
  FaultMix mix;
  for (const auto& [fault, rate] : kHeavy) rate_in(mix, fault) = rate;
  return mix;
}

FaultMix FaultMix::light() {
  auto mix = heavy();
  for (auto& rate : mix.per_million) rate /= 8;
  return mix;
}

FaultMix FaultMix::drawn(Entropy& chaos) {
  FaultMix mix;
  for (const auto& [fault, rate] : kHeavy)
    if (below(chaos, 2) == 0)
      rate_in(mix, fault) = static_cast<std::uint32_t>(below(chaos, rate) + 1);
  return mix;
}

void Weather::clear() {
  mix_ = FaultMix::none();
  burst_until_ = expired_until_ = out_until_ = WallTime{};
  out_.clear();
}

void Weather::begin_outage(std::string operation, WallTime from) {
  out_ = std::move(operation);
  out_from_ = from;
  out_until_ = from + kOutage;
}

Duration Weather::up_to(Duration most) {
  return Duration{
      static_cast<std::int64_t>(below(chaos_, static_cast<std::uint64_t>(most.count())))};
}

/// What holds for a while, whoever calls.
std::optional<Fault> Weather::lasting(const aws::Request& request, WallTime now,
                                      Duration host_error) const {
  if (host_error > kSkewMost || host_error < -kSkewMost) return ClockSkew;
  if (now < expired_until_) return ExpiredCredentials;
  if (now < burst_until_) return ThrottleBurst;
  if (request.operation == out_ && now >= out_from_ && now < out_until_) return Outage;
  return std::nullopt;
}

std::optional<Fault> Weather::drawn(WallTime now) {
  auto die = static_cast<std::int64_t>(below(chaos_, 1'000'000));
  for (const auto fault : kDrawn) {
    die -= mix_.of(fault);
    if (die >= 0) continue;
    if (fault == ThrottleBurst) burst_until_ = now + kBurst;
    if (fault == ExpiredCredentials) expired_until_ = now + minutes(1) + up_to(kExpiredMost);
    return fault;
  }
  return std::nullopt;
}

Fate Weather::fate_of(const aws::Request& request, WallTime now, Duration host_error) {
  auto fault = lasting(request, now, host_error);
  if (!fault) fault = drawn(now);
  if (!fault) return {};
  ++seen_[*fault];
  return fate_by(*fault, request);
}

Fate Weather::fate_by(Fault fault, const aws::Request& request) {
  Fate fate;
  fate.fault = fault;
  const auto coin = [&] { return below(chaos_, 2) == 0; };
  switch (fault) {
    case Slow: fate.answered_after = seconds(1) + up_to(kSlowMost); return fate;
    case SlowRequest: fate.executed_after = seconds(1) + up_to(kSlowRequestMost); return fate;
    case Error500:
    case Error503:
    case ResetAfterSend: fate.is_executed = coin(); break;
    case LostReply: fate.answered_after = kLostAfter; break;
    case Truncated:
    case Malformed:
    case WrongRequestId: break;
    default: fate.is_executed = false;
  }
  fate.instead = error_of(fault, request);
  return fate;
}

std::vector<sandbox::FaultRule> Weather::rules() const {
  using sandbox::FaultAction;
  const auto chance = [&](Fault fault) { return mix_.of(fault) / 1e6; };
  std::vector<sandbox::FaultRule> rules;
  const auto add = [&](FaultAction action, Fault fault, Duration delay) {
    if (mix_.of(fault) == 0) return;
    sandbox::FaultRule rule;
    rule.action = action;
    rule.delay = delay;
    rule.probability = chance(fault);
    rules.push_back(std::move(rule));
  };
  add(FaultAction::StaleReads, StaleReads, seconds(20 + mix_.of(StaleReads) % 130));
  add(FaultAction::ImageFails, ImageFails, minutes(2));
  add(FaultAction::NoCapacity, NoCapacity, {});
  add(FaultAction::StartFails, StartFails, seconds(5));
  return rules;
}

}  // namespace hikae::sim
