#include "plane/outside_once.h"

#include "plane/checks.h"

namespace hikae::plane {
namespace {

constexpr Duration kOutcomesKept = hours(24 * 3);  // no step sends a call again after so long
constexpr std::size_t kOutcomesForgotten = 100;    // a call, so that the work is bounded

Value outcome_row(WallTime at, const Result<Value>* answer) {
  Object row{{"At", iso_ms(at)}};
  if (answer && *answer) row["Answer"] = **answer;
  if (answer && !*answer) {
    const auto& error = answer->error();
    row["Error"] =
        Object{{"Kind", to_string(error.kind)}, {"Code", error.code}, {"Message", error.message}};
  }
  return row;
}

}  // namespace

Result<Value> OutsideOnce::answer_of(const Value& row) const {
  if (const auto* answer = find(row, "Answer")) return *answer;
  if (const auto* error = find(row, "Error"))
    return fail(error_kind(text_at(*error, "Kind")), str(text_at(*error, "Code")),
                str(text_at(*error, "Message")));
  return fail(ErrorKind::Conflict, "OutcomeUnknown",
              "hikae ended while " + what_ +
                  " was under way: whether it was done is not known, and "
                  "it is not done a second time; look, and start the run again if it is safe");
}

void OutsideOnce::call(const Scope& scope, const std::string& token, Begin begin, aws::Done done) {
  const Key key{scope, token};
  if (const auto out = out_.find(key); out != out_.end()) {
    out->second.push_back(std::move(done));
    return;
  }
  if (const auto* row = kernel_.tables().get(scope, kind_, token))
    return answer_later(kernel_, std::move(done), answer_of(*row));
  out_[key].push_back(std::move(done));
  this->begin(key, std::move(begin));
}

void OutsideOnce::begin(const Key& key, Begin begin) {
  kernel_.perform([this, key, begin = std::move(begin)](engine::Turn& turn) mutable {
    forget_old(turn, key.first);
    turn.tables().put(key.first, kind_, key.second, outcome_row(turn.now(), nullptr));
    turn.after_commit([this, key, begin = std::move(begin)]() mutable {
      begin([this, key, alive = std::weak_ptr<bool>(alive_)](Result<Value> answer) {
        if (!alive.expired()) ended(key, std::move(answer));
      });
    });
  });
}

void OutsideOnce::ended(const Key& key, Result<Value> answer) {
  kernel_.perform([this, key, answer = std::move(answer)](engine::Turn& turn) mutable {
    turn.tables().put(key.first, kind_, key.second, outcome_row(turn.now(), &answer));
    turn.after_commit([this, key, answer = std::move(answer)] {
      auto waiting = std::exchange(out_[key], {});
      out_.erase(key);
      for (auto& done : waiting) done(answer);
    });
  });
}

void OutsideOnce::forget_old(engine::Turn& turn, const Scope& scope) const {
  const auto oldest = iso_ms(turn.now() - kOutcomesKept);
  std::vector<std::string> old;
  for (const auto& [token, row] : turn.tables().rows(scope, kind_)) {
    if (old.size() == kOutcomesForgotten) break;
    if (text_at(row, "At") < oldest && !out_.contains({scope, token})) old.push_back(token);
  }
  for (const auto& token : old) turn.tables().erase(scope, kind_, token);
}

}  // namespace hikae::plane
