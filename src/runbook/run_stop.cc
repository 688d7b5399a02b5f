// A run's stops, from the moment in which an action asks for one (Play::send_stop).
//
// The problem: the obligation to start the server again is a row of hikae's database, and that may
// be lost while the server is stopped. The idea: the server itself bears a second copy, a tag
// (base/stopped_by.h), written before the stop leaves. So the stop is held until the tag is there:
//
//   asked for -> obligation opened, CreateTags -> answered -> StopInstances
//
// What can go wrong:
// - The tag cannot be written (a missing permission, 50 tags already, no answer for kMarkPatience).
//   The backup is worth more than the second copy: the stop goes out, and people are told.
// - The window has closed meanwhile: the stop is refused after all, and nothing is owed.
// - The attempt is left while the stop is held: it never goes out.
// - The tag is written after we have stopped waiting: it is taken away all the same, by its value.
#include <fmt/format.h>

#include <algorithm>

#include "runbook/events.h"
#include "runbook/run_tags.h"
#include "runbook/run_turn.h"

namespace hikae::runbook {
namespace {

/// Empty where the tag is there.
std::string why_unmarked(const Event& event) {
  const auto* answered = std::get_if<event::Answered>(&event);
  if (!answered) return fmt::format("EC2 did not answer for {}", human(kMarkPatience));
  return answered->answer ? std::string() : answered->answer.error().text();
}

/// What EC2 refused for good was not written.
bool may_be_marked(const Event& event) {
  const auto* answered = std::get_if<event::Answered>(&event);
  if (!answered || answered->answer) return true;
  const auto kind = answered->answer.error().kind;
  return kind == ErrorKind::Unavailable || kind == ErrorKind::Timeout;
}

}  // namespace

StopAsked RunTurn::stop_of(const Array& instance_ids) const {
  return {run_.scope,   record_.root, run_.id, fmt::format("{}/{}", run_.id, tag({})),
          instance_ids, now_};
}

RunTurn::MaybeEnd RunTurn::release_stop(const Event& event) {
  auto& attempt = *record_.attempt;
  if (!attempt.stop) return std::nullopt;
  const auto held = *std::exchange(attempt.stop, std::nullopt);
  for (const auto item : {kMark, kMarkTimer}) {
    if (std::erase(attempt.calls, item) + std::erase(attempt.waits, item) == 0) continue;
    commands_.drop(tag(item));
  }
  const auto& ids = list_at(held.call.input, "InstanceIds");
  note_leaving(commands_, stop_of(ids), may_be_marked(event) ? held.mark : std::string());
  if (const auto why = why_unmarked(event); !why.empty()) tell_unmarked(held, why);
  if (auto refusal = refusal_of_stop(record_, held.call.input, now_)) {
    for (const auto& id : ids) excuse_power(commands_, stop_of(ids), text_of(id));
    record_.last_stop.refuse();
    return AttemptEnd{.result = Status::Failed, .failure = *std::move(refusal)};
  }
  record_.last_stop.ask(now_);
  attempt.stop_held = now_ - held.since;
  attempt.calls.emplace_back(held.item);
  commands_.send(tag(held.item), held.call);
  return std::nullopt;
}

void RunTurn::drop_held_stop() {
  auto& attempt = *record_.attempt;
  if (!attempt.stop) return;
  const auto held = *std::exchange(attempt.stop, std::nullopt);
  for (const auto item : {kMark, kMarkTimer}) {
    commands_.drop(tag(item));
    std::erase(attempt.calls, item);
    std::erase(attempt.waits, item);
  }
  const auto& ids = list_at(held.call.input, "InstanceIds");
  note_leaving(commands_, stop_of(ids), held.mark);
  record_.last_stop.refuse();
  for (const auto& id : ids) excuse_power(commands_, stop_of(ids), text_of(id));
}

void RunTurn::tell_unmarked(const HeldStop& stop, const std::string& why) {
  for (const auto& id : list_at(stop.call.input, "InstanceIds")) {
    const auto seed = fmt::format("unmarked/{}/{}/{}", run_.id, tag({}), text_of(id));
    Object detail{{"InstanceId", id},
                  {"RunId", record_.root},
                  {"Message", fmt::format("The tag {} could not be written to {} before its stop: "
                                          "{}. The backup goes on.",
                                          kStoppedByTag, text_of(id), why)}};
    emit_event(commands_, run_.scope,
               hikae_event(run_.scope, seed, kInstanceNotMarked,
                           {instance_arn(run_.scope, text_of(id))}, std::move(detail), now_));
  }
}

// The event as the action is to see it, where it is the answer of a stop: what it cannot know of
// the state before is taken out.
std::optional<Event> RunTurn::told_of_stop(std::string_view item, const Event& event) {
  if (!record_.restores_power || !std::holds_alternative<event::Answered>(event))
    return std::nullopt;
  if (!may_ask_for_stop(current_step())) return std::nullopt;
  const auto inputs = inputs_of_current();
  if (!inputs || !asks_for_stop(current_step(), *inputs, item)) return std::nullopt;
  const auto& step = record_.current();
  // What an earlier attempt's stop waited for is not taken off: then the answer proves less.
  const auto held = step.attempts == 1 ? record_.attempt->stop_held : Duration{};
  record_.last_stop.answer(now_);
  auto settled = event;
  settle_stop(commands_, stop_of(list_at(*inputs, "InstanceIds")), now_ - step.start - held,
              std::get<event::Answered>(settled).answer);
  return settled;
}

}  // namespace hikae::runbook
