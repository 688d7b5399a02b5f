// The problem: a timer is a hint. The process may have been down for days, the clock may have been
// set forward or back, the window edited in between; still each instant of the schedule must have
// exactly one outcome.
//
// The idea: the machine keeps a cursor and, whenever anything happens to it, enumerates what the
// schedule says in (cursor, now] and gives each of these instants its outcome in one commit with
// the cursor's new position. Occurrences are machines named by window and instant, and a machine
// that exists or existed is not started again: the second lock on the same door.
//
// After a downtime that is long for the schedule (a year, every five minutes) the instants are not
// walked one by one: the first kMissedRows have a row each, one row covers the rest up to where the
// window could still be open, and one event tells all of it.
//
// What can go wrong: an edit must not judge the past by the new schedule, so the old one is
// enumerated up to now first, and the new one counts from now on (Cursor::since).
#include "window/window.h"

#include <fmt/format.h>

#include <algorithm>

#include "window/cursor.h"
#include "window/definition.h"
#include "window/occurrence.h"
#include "window/tell.h"

namespace hikae::window {
namespace {

constexpr std::string_view kRunningTag = "running:";
constexpr std::size_t kSweepMax = 1000;
constexpr std::size_t kMissedRows = 1000;      // of one downtime, each with a row of its own
constexpr std::size_t kInstantsInEvent = 20;   // named in its event
constexpr std::size_t kEarlierOpenings = 100;  // that have not ended, before a whole one is skipped

/// What one sweep found out, for one event of each kind.
struct Sweep {
  std::vector<std::string> missed;  // as in keys
  std::vector<std::string> in_gap;
  WallTime first{}, last{};                // of `missed`
  std::optional<WallTime> uncounted_from;  // up to `last`
};

class WindowMachine final : public Machine {
 public:
  explicit WindowMachine(MachineId id) : id_(std::move(id)) {}

  void decide(const Event& event, WallTime now, Commands& commands) override {
    if (ledger_.take(event, commands)) return finish_if_settled(commands);
    if (const auto* started = std::get_if<event::Started>(&event)) {
      define(started->input, now, commands);
    } else if (const auto* ended = std::get_if<event::Ended>(&event)) {
      forget_running(ended->tag);
    } else {
      sweep_all(now, commands);
    }
    if (const auto* signal = std::get_if<event::Signalled>(&event))
      take_signal(*signal, now, commands);
    plan_wake(commands);
    finish_if_settled(commands);
  }

  [[nodiscard]] Value save() const override {
    return Object{{"Definition", value_},
                  {"Cursor", cursor_.save()},
                  {"Running", running_list()},
                  {"Deleted", is_deleted_},
                  {"Ledger", ledger_.save()}};
  }

  void restore(const Value& saved) {
    if (const auto* definition = find(saved, "Definition")) value_ = *definition;
    if (const auto* cursor = find(saved, "Cursor")) cursor_.load(*cursor);
    if (const auto* ledger = find(saved, "Ledger")) ledger_.load(*ledger);
    for (const auto& id : list_at(saved, "Running")) running_.push_back(str(text_of(id)));
    is_deleted_ = is_true_at(saved, "Deleted");
    if (auto definition = read_definition(value_)) definition_ = std::move(*definition);
  }

 private:
  void define(const Value& value, WallTime now, Commands& commands) {
    value_ = value;
    cursor_.since = now;
    definition_.reset();
    if (auto definition = read_definition(value_))
      definition_ = std::move(*definition);
    else
      tell_unreadable(definition.error(), now, commands);
  }

  void take_signal(const event::Signalled& signal, WallTime now, Commands& commands) {
    const bool was_enabled = is_open();
    if (signal.name == "update") define(signal.payload, now, commands);
    if (signal.name == "disable" && definition_) {
      definition_->enabled = false;
      value_.as_object()["Enabled"] = false;
    }
    if (signal.name == "delete") is_deleted_ = true;
    if (is_open() != was_enabled && !is_deleted_) tell_state(now, commands);
  }

  [[nodiscard]] bool is_open() const { return definition_ && definition_->enabled && !is_deleted_; }

  void sweep_all(WallTime now, Commands& commands) {
    cursor_.follow_clock(now);
    if (!is_open()) return;
    Sweep sweep;
    pass_long_past(sweep, now, commands);
    while (true) {
      const auto list =
          schedule::between(definition_->timetable, cursor_.position(), now, kSweepMax);
      for (const auto& found : list) settle(sweep, found, now, commands);
      if (list.size() < kSweepMax) break;
    }
    tell_sweep(sweep, now, commands);
  }

  /// Instants whose window has closed: bounded, however many they are.
  void pass_long_past(Sweep& sweep, WallTime now, Commands& commands) {
    const auto until = now - definition_->duration;
    if (cursor_.position() >= until) return;
    const auto list =
        schedule::between(definition_->timetable, cursor_.position(), until, kMissedRows);
    for (const auto& found : list) settle(sweep, found, now, commands);
    if (list.size() < kMissedRows) return;
    const auto rest = schedule::next(definition_->timetable, cursor_.position());
    if (!rest || *rest > until) return;
    cursor_.handled = until;
    sweep.uncounted_from = *rest;
    sweep.last = until;
    record(fmt::format("{}..{}", iso(*rest), iso(until)), *rest, "Missed",
           fmt::format("hikae was not running; what the window was to do from {} to {} is not "
                       "recorded one by one",
                       iso(*rest), iso(until)),
           now, commands);
  }

  /// The one place where an instant gets its outcome.
  void settle(Sweep& sweep, const schedule::Occurrence& found, WallTime now, Commands& commands) {
    cursor_.handled = found.at;
    if (found.kind == schedule::OccurrenceKind::SkippedInGap) {
      skip_in_gap(sweep, found, now, commands);
    } else if (is_too_late(found.at, now)) {
      miss(sweep, found.at, now, commands);
    } else {
      open(found.at, commands);
    }
  }

  [[nodiscard]] bool is_too_late(WallTime instant, WallTime now) const {
    if (now >= definition_->closes_at(instant)) return true;
    return definition_->catch_up && now - instant > std::max(*definition_->catch_up, kOnTime);
  }

  void open(WallTime instant, Commands& commands) {
    const MachineId occurrence{id_.scope, str(kOccurrenceKind),
                               occurrence_id(definition_->id, instant)};
    const auto how = running_.size() < kEarlierOpenings ? OpenAs::Running : OpenAs::Overlapping;
    commands.start(occurrence, occurrence_input(value_, instant, how, running_list()));
    if (how != OpenAs::Running) return;
    running_.push_back(occurrence.id);
    commands.await_end(str(kRunningTag) + occurrence.id, occurrence);
  }

  void forget_running(std::string_view tag) {
    if (tag.starts_with(kRunningTag)) std::erase(running_, str(tag.substr(kRunningTag.size())));
  }

  [[nodiscard]] Array running_list() const {
    Array list;
    for (const auto& id : running_) list.emplace_back(id);
    return list;
  }

  void skip_in_gap(Sweep& sweep, const schedule::Occurrence& found, WallTime now,
                   Commands& commands) {
    const auto local = zone::text(found.civil);
    sweep.in_gap.push_back(local);
    record(local, found.at, "Skipped", gap_reason(local), now, commands);
  }

  [[nodiscard]] std::string gap_reason(std::string_view local) const {
    return fmt::format("{} does not exist in {}: clocks went forward over it", local,
                       definition_->timetable.zone.name());
  }

  void miss(Sweep& sweep, WallTime instant, WallTime now, Commands& commands) {
    const auto name = iso(instant);
    if (sweep.missed.empty()) sweep.first = instant;
    sweep.missed.push_back(name);
    sweep.last = std::max(sweep.last, instant);
    record(name, instant, "Missed", missed_reason(now - instant), now, commands);
  }

  static std::string missed_reason(Duration late) {
    return fmt::format(
        "hikae was not running when the window opened, and {} later it was too late to start",
        human(late));
  }

  /// `name` is the occurrence's name in keys: its instant, or the local time that never came.
  void record(const std::string& name, WallTime instant, std::string_view outcome,
              const std::string& reason, WallTime now, Commands& commands) {
    ledger_.write(commands, fmt::format("{}/{}/*", definition_->id, name),
                  Object{{"Window", definition_->id},
                         {"WindowName", definition_->name},
                         {"Instant", iso(instant)},
                         {"Target", "*"},
                         {"Outcome", outcome},
                         {"Reason", reason},
                         {"RunId", ""},
                         {"At", iso(now)}});
  }

  void tell_sweep(const Sweep& sweep, WallTime now, Commands& commands) const {
    if (!sweep.in_gap.empty())
      tell_times("Backup Skipped", sweep.in_gap,
                 gap_reason(sweep.in_gap.size() == 1
                                ? sweep.in_gap[0]
                                : sweep.in_gap.front() + " to " + sweep.in_gap.back()),
                 Object{}, now, commands);
    if (sweep.missed.empty()) return;
    const auto reason = sweep.missed.size() == 1 && !sweep.uncounted_from
                            ? missed_reason(now - sweep.first)
                            : many_missed_reason(sweep);
    tell_times("Backup Missed", sweep.missed, reason,
               Object{{"first", iso(sweep.first)},
                      {"last", iso(sweep.last)},
                      {"all-counted", !sweep.uncounted_from}},
               now, commands);
  }

  static std::string many_missed_reason(const Sweep& sweep) {
    auto reason = fmt::format(
        "hikae was not running when the window opened, {}{} times from {} to {}, and afterwards it "
        "was too late to start",
        sweep.uncounted_from ? "more than " : "", sweep.missed.size(), iso(sweep.first),
        iso(sweep.last));
    if (sweep.uncounted_from)
      reason +=
          fmt::format("; from {} on they were not counted one by one", iso(*sweep.uncounted_from));
    return reason;
  }

  /// One event for all of `names`; the first of them names it for ever.
  void tell_times(std::string_view detail_type, const std::vector<std::string>& names,
                  const std::string& reason, Object more, WallTime now, Commands& commands) const {
    Array listed;
    for (std::size_t i = 0; i < std::min(names.size(), kInstantsInEvent); ++i)
      listed.emplace_back(names[i]);
    more["instants"] = std::move(listed);
    more["count"] = names.size();
    tell_hikae(fmt::format("{}/{}/{}", detail_type, definition_->id, names.front()), detail_type,
               names.front(), reason, now, commands, std::move(more));
  }

  void tell_hikae(const std::string& key, std::string_view detail_type, std::string_view instant,
                  std::string_view reason, WallTime now, Commands& commands,
                  Object detail = {}) const {
    const auto window = text_at(value_, "WindowId");
    detail["window"] = window;
    detail["window-name"] = text_at(value_, "Name");
    detail["instant"] = instant;
    detail["instances"] = Array{};
    detail["reason"] = reason;
    tell(commands, id_.scope,
         {key, "hikae", str(detail_type), now, window_arn(id_.scope, window), std::move(detail)});
  }

  void tell_unreadable(const Error& error, WallTime now, Commands& commands) const {
    tell_hikae(fmt::format("unreadable/{}/{}", id_.id, unix_ms(now)), "Backup Not Started", "",
               "the window will not open: " + error.text(), now, commands);
  }

  void tell_state(WallTime now, Commands& commands) const {
    const auto* status = is_open() ? "ENABLED" : "DISABLED";
    const auto window = text_at(value_, "WindowId");
    tell(commands, id_.scope,
         {fmt::format("state/{}/{}/{}", window, status, unix_ms(now)), "aws.ssm",
          "Maintenance Window State-change Notification", now, window_arn(id_.scope, window),
          Object{{"window-id", window}, {"status", status}}});
  }

  void plan_wake(Commands& commands) const {
    const auto next =
        is_open() ? next_occurrence(definition_->timetable, cursor_.position()) : std::nullopt;
    if (next)
      commands.wake("due", next->at);
    else
      commands.drop("due");
  }

  void finish_if_settled(Commands& commands) const {
    if (is_deleted_ && ledger_.settled()) commands.finish(Object{{"Reason", "deleted"}});
  }

  MachineId id_;
  Value value_;
  std::optional<Definition> definition_;  // of value_; nothing where it cannot be read
  Cursor cursor_;
  std::vector<std::string> running_;  // the ids of occurrences that have not ended
  bool is_deleted_ = false;
  Ledger ledger_;
};

class WindowKind final : public MachineKind {
 public:
  [[nodiscard]] std::string_view name() const override { return kWindowKind; }
  [[nodiscard]] std::unique_ptr<Machine> fresh(const MachineId& id) const override {
    return std::make_unique<WindowMachine>(id);
  }
  [[nodiscard]] Result<std::unique_ptr<Machine>> load(const MachineId& id,
                                                      const Value& saved) const override {
    auto machine = std::make_unique<WindowMachine>(id);
    machine->restore(saved);
    return machine;
  }
};

}  // namespace

std::unique_ptr<MachineKind> make_window_kind() { return std::make_unique<WindowKind>(); }

std::optional<WallTime> next_opening(const Value& definition, WallTime after) {
  const auto list = next_openings(definition, after, 1);
  return list && !list->empty() ? std::optional(list->front()) : std::nullopt;
}

Result<std::vector<WallTime>> next_openings(const Value& definition, WallTime after,
                                            std::size_t count) {
  const auto read = TRY(read_definition(definition));
  std::vector<WallTime> list;
  if (!read.enabled) return list;
  while (list.size() < count) {
    const auto next = schedule::next(read.timetable, list.empty() ? after : list.back());
    if (!next) break;
    list.push_back(*next);
  }
  return list;
}

}  // namespace hikae::window
