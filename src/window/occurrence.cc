#include "window/occurrence.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/hash.h"
#include "base/limits.h"
#include "window/command_runner.h"
#include "window/occurrence_state.h"
#include "window/overlap.h"
#include "window/targets.h"
#include "window/task_runner.h"

namespace hikae::window {
namespace {

constexpr Duration kLookAgainAfter = seconds(30);

bool is_passing(const Error& error) {
  return error.kind == ErrorKind::Throttled || error.kind == ErrorKind::Unavailable ||
         error.kind == ErrorKind::Timeout;
}

Status worst_task(const Occurrence& o) {
  for (const auto status : {Status::Failed, Status::TimedOut, Status::Cancelled})
    if (std::ranges::find(o.tasks, status, &TaskRun::status) != o.tasks.end()) return status;
  const auto is_skipped = [](const TaskRun& task) {
    return task.status == Status::SkippedOverlapping;
  };
  return !o.tasks.empty() && std::ranges::all_of(o.tasks, is_skipped) ? Status::SkippedOverlapping
                                                                      : Status::Success;
}

std::size_t overlapping_in(const Occurrence& o) {
  std::size_t count = 0;
  for (const auto& task : o.tasks)
    count += static_cast<std::size_t>(
        std::ranges::count(task.invocations, Status::SkippedOverlapping, &Invocation::status));
  return count;
}

std::string execution_details(const Occurrence& o) {
  if (o.tasks.empty()) return "No tasks to execute.";
  switch (o.status) {
    case Status::Failed: return "One or more tasks in the orchestration failed.";
    case Status::TimedOut: return "One or more tasks in the orchestration timed out.";
    case Status::Cancelled: return "Cancelled";
    default: break;
  }
  const auto skipped = overlapping_in(o);
  if (skipped == 0) return "Success";
  return fmt::format("{}{} skipped: an earlier opening still works on them",
                     o.status == Status::Success ? "Success, but " : "", skipped);
}

std::string_view ledger_word(Status status) {
  switch (status) {
    case Status::Success: return "Success";
    case Status::TimedOut: return "TimedOut";
    case Status::Cancelled: return "Cancelled";
    case Status::SkippedOverlapping: return "Skipped";
    default: return "Failed";
  }
}

class OccurrenceMachine final : public Machine {
 public:
  OccurrenceMachine(MachineId id, Occurrence occurrence)
      : id_(std::move(id)), o_(std::move(occurrence)) {}

  void decide(const Event& event, WallTime now, Commands& commands) override {
    Turn turn{o_, id_.scope, now, commands};
    if (const auto* started = std::get_if<event::Started>(&event)) {
      if (!open(turn, started->input)) return;
    } else if (!o_.ledger.take(event, commands)) {
      take(turn, event);
    }
    go_on(turn);
    if (o_.phase == Phase::Over && o_.ledger.settled())
      commands.finish(Object{{"Status", to_string(o_.status)}, {"StatusDetails", o_.details}});
  }

  [[nodiscard]] bool decides(std::string_view tag, const Result<Value>& answer) const override {
    return !tag.starts_with("command:") || ends_command(answer);
  }

  [[nodiscard]] Value save() const override { return save_occurrence(o_); }

 private:
  /// False where the input cannot be read: the machine has then ended.
  bool open(Turn& turn, const Value& input) {
    o_.start = turn.now;
    if (const auto read = read_occurrence_input(o_, input); !read) {
      turn.commands.finish(Object{{"Status", "FAILED"}, {"StatusDetails", read.error().text()}});
      return false;
    }
    const auto& earlier = list_at(input, "Earlier");
    if (is_true_at(input, "Overlapping")) {
      skip_whole(turn, fmt::format("{} earlier openings of this window have not ended, too many to "
                                   "begin another; look: hikae runs --status InProgress",
                                   earlier.size()));
      return true;
    }
    o_.status = Status::InProgress;
    tell_execution(turn);
    record_occurrence(turn, "Started", "");
    turn.commands.wake("cutoff", o_.definition.closes_at(o_.instant));
    if (turn.now - o_.instant > kOnTime) tell_late(turn);
    if (earlier.empty())
      begin_lookups(turn);
    else
      ask_earlier(turn, earlier);
    return true;
  }

  void skip_whole(Turn& turn, const std::string& why) {
    end(turn, Status::SkippedOverlapping, why);
    tell_problem(turn, {"Backup Skipped", {}, why});
  }

  void take(Turn& turn, const Event& event) {
    if (const auto* signal = std::get_if<event::Signalled>(&event))
      return take_signal(turn, *signal);
    if (const auto* answered = std::get_if<event::Answered>(&event))
      return take_answer(turn, answered->tag, answered->answer);
    if (const auto* ended = std::get_if<event::Ended>(&event)) {
      take_earlier_end(turn, ended->tag);
      begin_when_all_answered(turn);
      if (const auto slot = slot_of(ended->tag, "run:", o_))
        take_run_end(turn, *slot, ended->outcome);
      return;
    }
    const auto* woke = std::get_if<event::Woke>(&event);
    if (!woke) return;
    close_in_time(turn);
    if (woke->tag == "look") look(turn);
    if (const auto slot = slot_of(woke->tag, "again:", o_)) start_again(turn, *slot);
    if (const auto slot = slot_of(woke->tag, "cap:", o_)) take_command_cap(turn, *slot);
  }

  void begin_when_all_answered(Turn& turn) {
    if (o_.phase != Phase::Asking || !o_.unanswered.empty()) return;
    o_.phase = Phase::Looking;
    begin_lookups(turn);
  }

  void take_earlier_answer(Turn& turn, const Value& payload) {
    const auto looking = take_busy(turn, payload);
    if (!looking || o_.phase != Phase::Asking) return;
    if (looking->empty()) return begin_when_all_answered(turn);
    skip_whole(turn,
               fmt::format("an earlier opening of this window, execution {0}, is still finding out "
                           "its targets; end it: aws ssm cancel-maintenance-window-execution "
                           "--window-execution-id {0}",
                           *looking));
  }

  void take_signal(Turn& turn, const event::Signalled& signal) {
    if (signal.name == "who-is-busy") return report_busy(turn, id_.id, signal.payload);
    if (signal.name == "busy") return take_earlier_answer(turn, signal.payload);
    if (signal.name != "cancel" || o_.phase == Phase::Over || o_.closed == Closed::Cancelled)
      return;
    o_.closed = Closed::Cancelled;
    o_.status = Status::Cancelling;
    tell_execution(turn);
  }

  void take_answer(Turn& turn, std::string_view tag, const Result<Value>& answer) {
    if (tag == "look" && (o_.phase == Phase::Looking || o_.phase == Phase::Agents))
      return take_lookup(turn, answer);
    if (const auto slot = slot_of(tag, "start:", o_)) take_start_answer(turn, *slot, answer);
    if (const auto slot = slot_of(tag, "command:", o_)) take_command_end(turn, *slot, answer);
    if (const auto slot = slot_of(tag, "uncommand:", o_)) take_cancel_answer(turn, *slot, answer);
  }

  /// The window's last moment may have passed without its own wake-up: a timer is a hint.
  void close_in_time(Turn& turn) {
    if (o_.closed == Closed::No && turn.now >= o_.definition.closes_at(o_.instant))
      o_.closed = Closed::WindowClosed;
  }

  void go_on(Turn& turn) {
    if (o_.phase != Phase::Running) return;
    close_in_time(turn);
    const bool all_over = advance_tasks(turn);
    tell_not_started(turn);
    if (!all_over) return;
    tell_failed_functions(turn);
    const auto worst = worst_task(o_);
    end(turn, o_.closed == Closed::Cancelled ? Status::Cancelled : worst, {});
  }

  void begin_lookups(Turn& turn) {
    auto lookups = lookups_for(o_.definition);
    if (!lookups) return fail_lookup(turn, lookups.error());
    o_.lookups = std::move(*lookups);
    if (o_.lookups.empty()) return begin_tasks(turn);
    look(turn);
  }

  void look(Turn& turn) {
    if (o_.phase == Phase::Looking)
      turn.commands.send("look", instances_call(o_.lookups[o_.lookup_at], o_.page));
    if (o_.phase == Phase::Agents) turn.commands.send("look", agents_call(o_.page));
  }

  void take_lookup(Turn& turn, const Result<Value>& answer) {
    close_in_time(turn);
    if (!answer && is_passing(answer.error()) && o_.closed == Closed::No)
      return turn.commands.pause("look", kLookAgainAfter);
    if (!answer) return fail_lookup(turn, answer.error());
    if (++o_.pages > limits::kWindowPages)
      return fail_lookup(turn, {ErrorKind::Limit,
                                {},
                                "more than 2,000 pages of instances: name "
                                "fewer in one window"});
    if (o_.phase == Phase::Looking)
      take_instances(o_.lookups[o_.lookup_at], *answer);
    else
      take_agents(o_.agents, *answer);
    o_.page = text_at(*answer, "NextToken");
    if (!o_.page.empty() || has_next_lookup()) return look(turn);
    begin_tasks(turn);
  }

  /// Moves on to the next search; false where that was the last one.
  bool has_next_lookup() {
    if (o_.phase == Phase::Agents) return false;
    if (++o_.lookup_at < o_.lookups.size()) return true;
    if (!o_.definition.requires_agent) return false;
    o_.phase = Phase::Agents;
    return true;
  }

  void begin_tasks(Turn& turn) {
    o_.phase = Phase::Running;
    plan_tasks(o_, turn.now);
    record_skipped(turn);
    record_overlapping(turn);
    const bool nothing_found =
        !o_.lookups.empty() &&
        std::ranges::all_of(o_.lookups, [](auto& one) { return one.found.empty(); });
    if (nothing_found) tell_nothing_found(turn);
  }

  void fail_lookup(Turn& turn, const Error& error) {
    const auto reason = "the window's targets could not be found out: " + error.text();
    end(turn, Status::Failed, reason);
    tell_problem(turn, {"Backup Not Started", {}, reason});
  }

  void end(Turn& turn, Status status, std::string_view details) {
    o_.phase = Phase::Over;
    o_.status = status;
    o_.details = details.empty() ? execution_details(o_) : details;
    o_.end = turn.now;
    tell_execution(turn);
    record_occurrence(turn, ledger_word(status), o_.details);
  }

  MachineId id_;
  Occurrence o_;
};

class OccurrenceKind final : public MachineKind {
 public:
  [[nodiscard]] std::string_view name() const override { return kOccurrenceKind; }
  [[nodiscard]] std::unique_ptr<Machine> fresh(const MachineId& id) const override {
    return std::make_unique<OccurrenceMachine>(id, Occurrence{});
  }
  [[nodiscard]] Result<std::unique_ptr<Machine>> load(const MachineId& id,
                                                      const Value& saved) const override {
    auto occurrence = TRY(load_occurrence(saved));
    return std::make_unique<OccurrenceMachine>(id, std::move(occurrence));
  }
};

}  // namespace

std::unique_ptr<MachineKind> make_occurrence_kind() { return std::make_unique<OccurrenceKind>(); }

std::string occurrence_id(std::string_view window_id, WallTime instant) {
  return fmt::format("{}/{}", window_id, iso(instant));
}

std::string execution_id(std::string_view window_id, WallTime instant) {
  return uuid_of("window-execution/" + occurrence_id(window_id, instant));
}

Value occurrence_input(const Value& definition, WallTime instant, OpenAs how,
                       const Array& earlier) {
  return Object{{"Window", definition},
                {"Instant", iso(instant)},
                {"Overlapping", how == OpenAs::Overlapping},
                {"Earlier", earlier}};
}

}  // namespace hikae::window
