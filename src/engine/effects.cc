#include "engine/effects.h"

#include <algorithm>

#include "aws/remote.h"
#include "base/entropy.h"
#include "engine/limits.h"
#include "engine/probes.h"

namespace hikae::engine {

using aws::RetryClass;

struct Effects::Outgoing {
  Address to;
  Scope scope;
  Call call;
  WallTime asked;
  RetryClass retry = RetryClass::Never;
  int tries = 0;                 // of the current kind of attempt; the backoff grows with it
  bool resent = false;           // an earlier sending may have been executed
  std::optional<Error> refused;  // as a duplicate, though nobody sent it twice that we know of
  SteadyTime begun;              // first attempt
  SteadyTime since;              // first attempt of the present sending
  SteadyTime unknown_since;      // when the answer was lost
  std::uint64_t attempt = 0;     // an answer of an older attempt (after its time-out) is ignored
  TimerId timer = 0;
  bool dropped = false;
};

namespace {

/// A function works as long as it is allowed to (docs/reference/ssm-automation.md 2.4); what hikae
/// does itself takes as long as the server at its other end.
Duration timeout_of(const Call& call) {
  if (call.service == "lambda" && call.operation == "Invoke") return limits::kFunctionTimeout;
  if (call.service == "hikae-script") return limits::kScriptTimeout;
  return call.service.starts_with("hikae") ? limits::kInternalTimeout : limits::kCallTimeout;
}

bool may_be_repeated(RetryClass retry) {
  return retry == RetryClass::Read || retry == RetryClass::Idempotent ||
         retry == RetryClass::ByToken;
}

std::unexpected<Error> unknown_outcome(const Call& call, std::string_view why) {
  return fail(ErrorKind::Timeout, "OutcomeUnknown",
              "whether " + call.operation + " took effect is unknown: " + std::string(why));
}

}  // namespace

Effects::Effects(aws::Cloud& cloud, Budget& budget, const WallClock& clock, Timers& timers,
                 Entropy& entropy, Answered answered)
    : cloud_(cloud),
      budget_(budget),
      clock_(clock),
      timers_(timers),
      entropy_(entropy),
      answered_(std::move(answered)) {}

Effects::~Effects() = default;

RetryClass Effects::retry_class(const Call& call) {
  // What a script or a webhook does to the world outside nobody can look up: never sent twice.
  if (call.service == "hikae-script" || call.service == "hikae-webhook") return RetryClass::Never;
  if (call.service.starts_with("hikae")) return RetryClass::Idempotent;
  const auto operation = aws::Model::get().find(call.service, call.operation);
  // An operation that no model knows is answered by the router with an error: nothing to repeat.
  return operation ? operation->retry_class() : RetryClass::Never;
}

void Effects::send(const Address& to, const Scope& scope, const Call& call, WallTime asked,
                   Origin origin) {
  auto out = std::make_shared<Outgoing>();
  out->to = to;
  out->scope = scope;
  out->call = call;
  out->asked = asked;
  out->retry = retry_class(call);
  out->begun = out->since = timers_.steady_now();
  out_.emplace(to.item, out);
  out->resent = origin == Origin::Recovered;
  out->unknown_since = out->since;
  if (origin == Origin::Fresh || may_be_repeated(out->retry)) return attempt(out);
  if (probe_of(call)) return look(out);
  settle(out, unknown_outcome(call,
                              "hikae was stopped before the answer came, and nothing in the "
                              "world tells whether it took effect; look for yourself"));
}

void Effects::drop(std::uint64_t item) {
  const auto found = out_.find(item);
  if (found == out_.end()) return;
  found->second->dropped = true;
  timers_.cancel(found->second->timer);
  out_.erase(found);
}

void Effects::settle(const std::shared_ptr<Outgoing>& out, Result<Value> answer) {
  if (out->dropped) return;
  const auto to = out->to;
  drop(out->to.item);
  answered_(to, std::move(answer));
}

void Effects::call_once(const std::shared_ptr<Outgoing>& out,
                        const std::shared_ptr<const Call>& call, Urgency urgency,
                        void (Effects::*then)(const std::shared_ptr<Outgoing>&, Result<Value>)) {
  budget_.pass(out->scope, *call, urgency, [this, out, call, then] {
    if (!out->dropped) send_once(out, *call, then);
  });
}

/// One request and its time-out: whichever comes first goes to `then`.
void Effects::send_once(const std::shared_ptr<Outgoing>& out, const Call& call,
                        void (Effects::*then)(const std::shared_ptr<Outgoing>&, Result<Value>)) {
  ++counters_.calls;
  const auto attempt = ++out->attempt;
  timers_.cancel(out->timer);
  const auto deliver = [this, out, attempt, then](Result<Value> answer) {
    if (out->dropped || out->attempt != attempt) return;
    ++out->attempt;
    timers_.cancel(out->timer);
    (this->*then)(out, std::move(answer));
  };
  const auto timeout = timeout_of(call);
  out->timer = timers_.after(timeout, [deliver, timeout, name = call.operation] {
    deliver(fail(ErrorKind::Timeout, "RequestTimeout",
                 name + " was not answered within " + human(timeout)));
  });
  cloud_.call({out->scope, call.service, call.operation, call.input, call.caller}, deliver);
}

void Effects::attempt(const std::shared_ptr<Outgoing>& out) {
  const bool is_repeated = out->resent || out->attempt > 0;
  if (is_repeated && is_too_late_to_stop(*out))
    return settle(out, unknown_outcome(out->call,
                                       "it was not answered, and it is too late to stop the "
                                       "instance now"));
  const std::shared_ptr<const Call> call(out, &out->call);  // lives as long as `out`
  call_once(out, call, urgency_of(out->call, out->retry != RetryClass::Read),
            &Effects::answered_to);
}

void Effects::answered_to(const std::shared_ptr<Outgoing>& out, Result<Value> answer) {
  if (answer) return settle(out, std::move(answer));
  const auto& error = answer.error();
  if (error.kind == ErrorKind::Throttled)
    budget_.throttled(out->scope, out->call, urgency_of(out->call, out->retry != RetryClass::Read));
  if (error.kind == ErrorKind::Unavailable || error.kind == ErrorKind::Timeout)
    return lost(out, std::move(answer));
  // Nothing of it has reached the other side.
  const bool was_not_sent = error.kind == ErrorKind::Io && error.code == aws::kNotSent;
  if ((error.kind == ErrorKind::Throttled || was_not_sent) &&
      timers_.steady_now() - out->since < limits::kThrottleLimit)
    return again(out, &Effects::attempt);
  // Our own first sending has landed late, or the network has doubled it: what has the name now is
  // looked at, and adopted if ours.
  if (error.code == "InvalidAMIName.Duplicate" && probe_of(out->call)) {
    if (!out->resent) out->refused = error;
    return look(out);
  }
  settle(out, std::move(answer));
}

void Effects::lost(const std::shared_ptr<Outgoing>& out, Result<Value> answer) {
  const auto waited = timers_.steady_now() - out->since;
  if (!out->resent) out->unknown_since = timers_.steady_now();
  switch (out->retry) {
    case RetryClass::Read:
      if (waited >= limits::kReadLimit) break;
      return again(out, &Effects::attempt);
    case RetryClass::Idempotent:
    case RetryClass::ByToken:
      if (waited >= limits::kRepeatLimit) break;
      ++counters_.resent;
      return again(out, &Effects::attempt);
    case RetryClass::ByName:
    case RetryClass::Probe:
      if (!probe_of(out->call) || timers_.steady_now() - out->begun >= limits::kUnknownLimit) break;
      out->resent = true;
      return look(out);
    case RetryClass::Never:
      if (!probe_of(out->call)) break;
      out->resent = true;
      return look(out);
  }
  settle(out, std::move(answer));
}

void Effects::look(const std::shared_ptr<Outgoing>& out) {
  ++counters_.probes;
  auto call = std::make_shared<Call>(probe_of(out->call)->look(out->call));
  call->caller = out->call.caller;
  call_once(out, call, urgency_of(*call, retry_class(*call) != RetryClass::Read),
            &Effects::looked_at);
}

bool Effects::is_too_late_to_stop(const Outgoing& out) const {
  return urgency_of(out.call, true) == Urgency::Stop &&
         clock_.now() - out.asked >= limits::kStopAgainWithin;
}

void Effects::looked_at(const std::shared_ptr<Outgoing>& out, Result<Value> seen) {
  looked(out, seen);
}

void Effects::looked(const std::shared_ptr<Outgoing>& out, const Result<Value>& seen) {
  const auto& probe = *probe_of(out->call);
  auto finding = probe.judge(out->call, seen, out->asked);
  if (out->refused) {
    const bool is_ours =
        finding.kind == Finding::Kind::Done && is_surely_made_by(out->call, seen, out->asked);
    if (is_ours) return settle(out, std::move(finding.answer));
    return settle(out, std::unexpected(*out->refused));
  }
  if (finding.kind == Finding::Kind::Done) return settle(out, std::move(finding.answer));
  if (finding.kind == Finding::Kind::Foreign)
    return settle(out, fail(ErrorKind::Conflict, "InvalidAMIName.Duplicate", finding.why));
  // Who may not look, or has looked for long, learns nothing by going on; a machine may stand still
  // meanwhile.
  const bool refused =
      !seen && (seen.error().kind == ErrorKind::Denied || seen.error().kind == ErrorKind::Invalid ||
                seen.error().kind == ErrorKind::Unsupported);
  if (refused) return settle(out, unknown_outcome(out->call, seen.error().text()));
  if (timers_.steady_now() - out->begun >= limits::kUnknownLimit)
    return settle(out, unknown_outcome(out->call, "it was looked for in vain for " +
                                                      human(limits::kUnknownLimit)));
  const bool blind = !seen && seen.error().kind != ErrorKind::NotFound;
  const bool still_young = timers_.steady_now() - out->unknown_since < probe.horizon;
  if (blind || still_young) return again(out, &Effects::look);
  if (probe.unseen == Unseen::Unknown)
    return settle(
        out, unknown_outcome(out->call, "it was looked for in vain for " + human(probe.horizon) +
                                            ", and it is never sent again"));
  if (is_too_late_to_stop(*out))
    return settle(out, unknown_outcome(out->call,
                                       "it is not to be seen, and it is too late to stop "
                                       "the instance now"));
  ++counters_.resent;
  // What was waited for the looks is not held against the new sending: one throttling is not its
  // last.
  out->since = out->unknown_since = timers_.steady_now();
  again(out, &Effects::attempt);
}

/// Full jitter: anything up to the doubled wait, so that many that failed together do not meet
/// again.
void Effects::again(const std::shared_ptr<Outgoing>& out,
                    void (Effects::*what)(const std::shared_ptr<Outgoing>&)) {
  const auto doubled = limits::kBackoffBase * (1LL << std::min(out->tries++, 6));
  const auto most = std::min<Duration>(doubled, limits::kBackoffCap);
  const auto wait = Duration{
      200 + static_cast<std::int64_t>(below(entropy_, static_cast<std::uint64_t>(most.count())))};
  timers_.cancel(out->timer);
  out->timer = timers_.after(wait, [this, out, what] {
    if (!out->dropped) (this->*what)(out);
  });
}

}  // namespace hikae::engine
