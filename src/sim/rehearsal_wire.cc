#include "sim/rehearsal_wire.h"

#include <algorithm>

namespace hikae::sim::rehearsal {
namespace {

/// Everything that `wanted` says stands in `given` too; lists must be equal.
bool holds_input(const Value& given, const Value& wanted) {
  if (!wanted.is_object()) return given == wanted;
  return std::ranges::all_of(wanted.get_object(), [&](const auto& item) {
    const auto* member = find(given, item.key());
    return member && holds_input(*member, item.value());
  });
}

}  // namespace

aws::Done Callers::keep(aws::Done done) {
  const auto id = ++last_;
  waiting_->emplace(id, std::move(done));
  return [this, id, call = timeline_.last_call(),
          life = std::weak_ptr<Waiting>(waiting_)](Result<Value> answer) {
    const auto alive = life.lock();
    if (!alive) return;
    auto entry = alive->extract(id);
    if (entry.empty()) return;
    timeline_.answered(call, answer);
    entry.mapped()(std::move(answer));
  };
}

void Callers::forget_all() {
  const auto dead = std::exchange(waiting_, std::make_shared<Waiting>());
  dead->clear();
}

AnswerDesk::AnswerDesk(const std::vector<CannedAnswer>& answers) {
  for (const auto& canned : answers) slots_.push_back({&canned});
}

const CannedAnswer* AnswerDesk::take(const aws::Request& request) {
  for (auto& slot : slots_) {
    const auto& canned = *slot.canned;
    if (canned.service != request.service || canned.operation != request.operation) continue;
    if (!holds_input(request.input, canned.input)) continue;
    if (slot.passed < canned.skip) {
      ++slot.passed;
      continue;
    }
    if (canned.times && slot.given >= *canned.times) continue;
    ++slot.given;
    return &canned;
  }
  return nullptr;
}

void AnsweredByFile::call(aws::Request request, aws::Done done) {
  const auto* canned = desk_.take(request);
  if (canned) {
    time_.after(canned->delay,
                [answer = canned->answer, done = callers_.keep(std::move(done))]() mutable {
                  done(std::move(answer));
                });
    return;
  }
  if (behind_) return behind_->call(std::move(request), std::move(done));
  const auto why = request.service + ":" + request.operation +
                   " has no further answer in the test's `answers`, and nobody else answers it";
  time_.soon([why, done = callers_.keep(std::move(done))]() mutable {
    done(fail(ErrorKind::Unsupported, "UnknownOperationException", why));
  });
}

}  // namespace hikae::sim::rehearsal
