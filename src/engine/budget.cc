#include "engine/budget.h"

#include <algorithm>
#include <cmath>

#include "engine/limits.h"

namespace hikae::engine {
namespace {

bool changes(Urgency urgency) { return urgency != Urgency::Look && urgency != Urgency::Poll; }

}  // namespace

Urgency urgency_of(const Call& call, bool is_effect) {
  if (!is_effect) return Urgency::Look;
  if (call.operation == "StartInstances") return Urgency::Start;
  return call.operation == "StopInstances" ? Urgency::Stop : Urgency::Change;
}

Budget::~Budget() {
  for (auto& [key, bucket] : buckets_) timers_.cancel(bucket.timer);
}

Budget::Bucket& Budget::bucket_of(const Scope& scope, Urgency urgency) {
  const auto [entry, is_new] = buckets_.try_emplace({scope, changes(urgency)});
  auto& bucket = entry->second;
  if (!is_new) return bucket;
  const auto& rate = changes(urgency) ? limits::kChangesToEc2 : limits::kLooksAtEc2;
  bucket.capacity = bucket.tokens = rate.burst;
  bucket.per_second = rate.per_second;
  bucket.filled_at = timers_.steady_now();
  return bucket;
}

void Budget::fill(Bucket& bucket) const {
  const auto now = timers_.steady_now();
  const auto passed = static_cast<double>((now - bucket.filled_at).count()) / 1000.0;
  bucket.tokens = std::min(bucket.capacity, bucket.tokens + passed * bucket.per_second);
  bucket.filled_at = now;
}

void Budget::pass(const Scope& scope, const Call& call, Urgency urgency, Send send) {
  if (call.service != "ec2") return send();
  auto& bucket = bucket_of(scope, urgency);
  fill(bucket);
  const bool goes_at_once =
      urgency == Urgency::Start || (bucket.line.empty() && bucket.tokens >= 1);
  if (goes_at_once) {
    bucket.tokens -= 1;
    return send();
  }
  ++waited_;
  bucket.line.emplace(std::pair{urgency, ++last_}, std::move(send));
  if (bucket.line.size() == 1) serve(bucket);
}

void Budget::serve(Bucket& bucket) {
  fill(bucket);
  while (!bucket.line.empty() && bucket.tokens >= 1) {
    bucket.tokens -= 1;
    auto next = bucket.line.extract(bucket.line.begin());
    next.mapped()();
  }
  if (bucket.line.empty()) return;
  const auto wait_ms = std::ceil((1 - bucket.tokens) / bucket.per_second * 1000.0);
  timers_.cancel(bucket.timer);
  bucket.timer = timers_.after(Duration{static_cast<std::int64_t>(wait_ms)},
                               [this, &bucket] { serve(bucket); });
}

void Budget::throttled(const Scope& scope, const Call& call, Urgency urgency) {
  if (call.service != "ec2") return;
  auto& bucket = bucket_of(scope, urgency);
  fill(bucket);
  bucket.tokens = std::min(bucket.tokens, 0.0);
}

}  // namespace hikae::engine
