// The problem: a timer is a hint. The process may have been down for days, the clock may have been
// set forward or back, the window edited in between; still each instant of the schedule must have
// exactly one outcome.
//
// The idea: the machine keeps a cursor and, whenever anything happens to it, enumerates what the
// schedule says in (cursor, now] and gives each of these instants its outcome in one commit with
// the cursor's new position. Occurrences are machines named by window and instant, and a machine
// that exists or existed is not started again: the second lock on the same door.
//
// What can go wrong: an edit must not judge the past by the new schedule, so the old one is
// enumerated up to now first, and the new one counts from now on (Cursor::since).
#include "window/window.h"

#include <fmt/format.h>

#include "window/cursor.h"
#include "window/definition.h"
#include "window/occurrence.h"
#include "window/tell.h"

namespace hikae::window {
namespace {

constexpr std::size_t kSweepMax = 1000;

class WindowMachine final : public Machine {
 public:
  explicit WindowMachine(MachineId id) : id_(std::move(id)) {}

  void decide(const Event& event, WallTime now, Commands& commands) override {
    if (ledger_.take(event, now, commands)) return finish_if_settled(commands);
    if (const auto* started = std::get_if<event::Started>(&event)) {
      define(started->input, now, commands);
    } else if (const auto* ended = std::get_if<event::Ended>(&event)) {
      if (ended->tag == "running") running_.clear();
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
                  {"Running", running_},
                  {"Deleted", is_deleted_},
                  {"Ledger", ledger_.save()}};
  }

  void restore(const Value& saved) {
    if (const auto* definition = find(saved, "Definition")) value_ = *definition;
    if (const auto* cursor = find(saved, "Cursor")) cursor_.load(*cursor);
    if (const auto* ledger = find(saved, "Ledger")) ledger_.load(*ledger);
    running_ = text_at(saved, "Running");
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
    while (true) {
      const auto list =
          schedule::between(definition_->timetable, cursor_.position(), now, kSweepMax);
      for (const auto& found : list) settle(found, now, commands);
      if (list.size() < kSweepMax) return;
    }
  }

  /// The one place where an instant gets its outcome.
  void settle(const schedule::Occurrence& found, WallTime now, Commands& commands) {
    cursor_.handled = found.at;
    if (found.kind == schedule::OccurrenceKind::SkippedInGap) {
      skip_in_gap(found, now, commands);
    } else if (is_too_late(found.at, now)) {
      miss(found.at, now, commands);
    } else if (!running_.empty()) {
      open(found.at, OpenAs::Overlapping, commands);
    } else {
      open(found.at, OpenAs::Running, commands);
    }
  }

  [[nodiscard]] bool is_too_late(WallTime instant, WallTime now) const {
    if (now >= definition_->closes_at(instant)) return true;
    return definition_->catch_up && now - instant > *definition_->catch_up;
  }

  void open(WallTime instant, OpenAs how, Commands& commands) {
    const MachineId occurrence{id_.scope, str(kOccurrenceKind),
                               occurrence_id(definition_->id, instant)};
    commands.start(occurrence, occurrence_input(value_, instant, how));
    if (how != OpenAs::Running) return;
    running_ = occurrence.id;
    commands.await_end("running", occurrence);
  }

  void skip_in_gap(const schedule::Occurrence& found, WallTime now, Commands& commands) {
    const auto local = zone::text(found.civil);
    const auto reason = fmt::format("{} does not exist in {}: clocks went forward over it", local,
                                    definition_->timetable.zone.name());
    record(local, found.at, "Skipped", "Backup Skipped", reason, now, commands);
  }

  void miss(WallTime instant, WallTime now, Commands& commands) {
    const auto reason = fmt::format(
        "hikae was not running when the window opened, and {} later it was too late to start",
        human(now - instant));
    record(iso(instant), instant, "Missed", "Backup Missed", reason, now, commands);
  }

  /// `name` is the occurrence's name in keys: its instant, or the local time that never came.
  void record(const std::string& name, WallTime instant, std::string_view outcome,
              std::string_view detail_type, const std::string& reason, WallTime now,
              Commands& commands) {
    ledger_.write(commands, fmt::format("{}/{}/*", definition_->id, name),
                  Object{{"Window", definition_->id},
                         {"WindowName", definition_->name},
                         {"Instant", iso(instant)},
                         {"Target", "*"},
                         {"Outcome", outcome},
                         {"Reason", reason},
                         {"RunId", ""},
                         {"At", iso(now)}});
    tell_hikae(fmt::format("{}/{}/{}", detail_type, definition_->id, name), detail_type,
               iso(instant), reason, now, commands);
  }

  void tell_hikae(const std::string& key, std::string_view detail_type, std::string_view instant,
                  std::string_view reason, WallTime now, Commands& commands) const {
    const auto window = text_at(value_, "WindowId");
    tell(commands, id_.scope,
         {key, "hikae", str(detail_type), now, window_arn(id_.scope, window),
          Object{{"window", window},
                 {"window-name", text_at(value_, "Name")},
                 {"instant", instant},
                 {"instances", Array{}},
                 {"reason", reason}}});
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
  std::string running_;  // the id of the occurrence that runs now, or empty
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
  const auto read = read_definition(definition);
  if (!read || !read->enabled) return std::nullopt;
  return schedule::next(read->timetable, after);
}

}  // namespace hikae::window
