// Drives one machine by a script, as the engine would: hands it events, keeps what it has open, and
// checks at every event that a copy loaded from its record decides the same, byte for byte.
#pragma once

#include <gtest/gtest.h>

#include <fmt/format.h>

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/machine.h"
#include "text/json.h"

namespace hikae::window {

inline std::string rendered(const Command& command) {
  const auto machine = [](const MachineId& id) { return id.kind + " " + id.id; };
  if (const auto* c = std::get_if<command::Send>(&command))
    return fmt::format("send {} {}:{} {} as {}", c->tag, c->call.service, c->call.operation,
                       text::to_json(c->call.input), c->call.caller);
  if (const auto* c = std::get_if<command::Wake>(&command))
    return fmt::format("wake {} {}", c->tag, iso_ms(c->at));
  if (const auto* c = std::get_if<command::Pause>(&command))
    return fmt::format("pause {} {}", c->tag, c->wait.count());
  if (const auto* c = std::get_if<command::AwaitEnd>(&command))
    return fmt::format("await {} {}", c->tag, machine(c->machine));
  if (const auto* c = std::get_if<command::Drop>(&command)) return "drop " + c->tag;
  if (const auto* c = std::get_if<command::Start>(&command))
    return fmt::format("start {} {}", machine(c->machine), text::to_json(c->input));
  if (const auto* c = std::get_if<command::Await>(&command))
    return fmt::format("poll {} {}:{} {}", c->tag, c->call.service, c->call.operation,
                       text::to_json(c->call.input));
  if (const auto* c = std::get_if<command::Signal>(&command))
    return fmt::format("signal {} {} {}", machine(c->machine), c->name, text::to_json(c->payload));
  if (const auto* c = std::get_if<command::Finish>(&command))
    return "finish " + text::to_json(c->outcome);
  return "other";
}

class Script {
 public:
  Script(std::unique_ptr<MachineKind> kind, std::string id, std::string_view now)
      : kind_(std::move(kind)),
        id_{{"123456789012", "ap-northeast-1"}, str(kind_->name()), std::move(id)},
        machine_(kind_->fresh(id_)),
        now_(*parse_iso(now)) {}

  void set_clock(std::string_view now) { now_ = *parse_iso(now); }
  [[nodiscard]] WallTime now() const { return now_; }

  /// Hands over one event; the ledger answers at once.
  void happen(const Event& event) {
    decide(event);
    while (!ledger_tags_.empty()) {
      const auto tag = ledger_tags_.extract(ledger_tags_.begin()).value();
      decide(event::Answered{tag, Value(Object{})});
    }
  }
  void start_with(Value input) { happen(event::Started{std::move(input)}); }
  void signal(std::string name, Value payload = {}) {
    happen(event::Signalled{std::move(name), std::move(payload)});
  }
  void answer(const std::string& tag, Value value) {
    EXPECT_EQ(calls.erase(tag), 1U) << "no open call " << tag;
    happen(event::Answered{tag, std::move(value)});
  }
  void refuse(const std::string& tag, Error error) {
    EXPECT_EQ(calls.erase(tag), 1U) << "no open call " << tag;
    happen(event::Answered{tag, std::unexpected(std::move(error))});
  }
  void end(const std::string& tag, Value outcome) {
    EXPECT_EQ(awaited.erase(tag), 1U) << "nothing awaited as " << tag;
    happen(event::Ended{tag, std::move(outcome)});
  }
  /// Wakes it at the time it asked for, or later where the clock stands later.
  void wake(const std::string& tag) {
    ASSERT_TRUE(wakes.contains(tag)) << "no wake " << tag;
    now_ = std::max(now_, wakes.at(tag));
    wakes.erase(tag);
    happen(event::Woke{tag});
  }
  /// Wakes it whatever the clock shows.
  void wake_now(const std::string& tag) {
    wakes.erase(tag);
    happen(event::Woke{tag});
  }

  /// The open calls' tags that begin so.
  [[nodiscard]] std::vector<std::string> open_calls(std::string_view prefix) const {
    std::vector<std::string> tags;
    for (const auto& [tag, call] : calls)
      if (tag.starts_with(prefix)) tags.push_back(tag);
    return tags;
  }
  /// The events told so far with that detail-type.
  [[nodiscard]] std::vector<Value> told(std::string_view detail_type) const {
    std::vector<Value> list;
    for (const auto& [id, input] : started)
      if (id.kind == "event" && text_at(input, "detail-type") == detail_type) list.push_back(input);
    return list;
  }
  [[nodiscard]] std::vector<std::string> started_of(std::string_view kind) const {
    std::vector<std::string> ids;
    for (const auto& [id, input] : started)
      if (id.kind == kind) ids.push_back(id.id);
    return ids;
  }
  [[nodiscard]] std::string outcome_of(const std::string& key) const {
    return rows.contains(key) ? str(text_at(rows.at(key), "Outcome")) : "";
  }
  [[nodiscard]] bool decides(std::string_view tag, const Value& answer) const {
    return machine_->decides(tag, answer);
  }
  [[nodiscard]] Value save() const { return machine_->save(); }

  std::map<std::string, Call> calls;  // open ones, without the ledger's
  std::map<std::string, WallTime> wakes;
  std::map<std::string, MachineId> awaited;
  std::vector<command::Signal> signalled;
  std::vector<std::pair<MachineId, Value>> started;  // each id once, as in the engine
  std::map<std::string, Object> rows;                // of the ledger
  std::optional<Value> finished;
  bool ledger_is_down = false;

 private:
  void decide(const Event& event) {
    ASSERT_FALSE(finished.has_value()) << "an event after the end";
    auto copy = kind_->load(id_, machine_->save());
    ASSERT_TRUE(copy.has_value()) << copy.error().message;
    ASSERT_EQ(text::to_json((*copy)->save()), text::to_json(machine_->save()));
    Commands commands;
    Commands again;
    machine_->decide(event, now_, commands);
    (*copy)->decide(event, now_, again);
    ASSERT_EQ(text::to_json((*copy)->save()), text::to_json(machine_->save()));
    ASSERT_EQ(all_rendered(commands), all_rendered(again));
    for (auto& command : commands.take()) take(std::move(command));
  }

  static std::vector<std::string> all_rendered(const Commands& commands) {
    std::vector<std::string> lines;
    for (const auto& command : commands.list()) lines.push_back(rendered(command));
    return lines;
  }

  void take(Command command) {
    if (auto* c = std::get_if<command::Send>(&command)) return take_call(std::move(*c));
    if (auto* c = std::get_if<command::Wake>(&command)) wakes[c->tag] = c->at;
    if (auto* c = std::get_if<command::Pause>(&command)) wakes[c->tag] = now_ + c->wait;
    if (auto* c = std::get_if<command::AwaitEnd>(&command)) awaited[c->tag] = c->machine;
    if (auto* c = std::get_if<command::Await>(&command)) calls[c->tag] = std::move(c->call);
    if (auto* c = std::get_if<command::Signal>(&command)) signalled.push_back(*c);
    if (auto* c = std::get_if<command::Drop>(&command)) {
      wakes.erase(c->tag);
      awaited.erase(c->tag);
      calls.erase(c->tag);
    }
    if (auto* c = std::get_if<command::Start>(&command)) take_start(std::move(*c));
    if (auto* c = std::get_if<command::Finish>(&command)) finished = std::move(c->outcome);
  }

  void take_call(command::Send send) {
    if (send.call.service != "hikae-ledger") {
      calls[send.tag] = std::move(send.call);
      return;
    }
    rows[str(text_at(send.call.input, "Key"))] = object_at(send.call.input, "Row");
    // A second command with an open tag replaces the first: one answer comes.
    if (!ledger_is_down) ledger_tags_.insert(send.tag);
  }

  void take_start(command::Start start) {
    for (const auto& [id, input] : started)
      if (id == start.machine) return;
    started.emplace_back(std::move(start.machine), std::move(start.input));
  }

  std::unique_ptr<MachineKind> kind_;
  MachineId id_;
  std::unique_ptr<Machine> machine_;
  WallTime now_;
  std::set<std::string> ledger_tags_;
};

inline constexpr const char* kTestWindow = "mw-0123456789abcdef0";

/// A window at 03:30 Tokyo time, two hours long, one backup task on one tag target.
inline Object test_definition() {
  return {
      {"WindowId", kTestWindow},
      {"Name", "nightly"},
      {"Schedule", "cron(30 03 ? * * *)"},
      {"ScheduleTimezone", "Asia/Tokyo"},
      {"Duration", 2},
      {"Cutoff", 1},
      {"Enabled", true},
      {"CreatedAt", "2026-01-01T00:00:00Z"},
      {"Targets", Array{Object{{"WindowTargetId", "wt-1"},
                               {"ResourceType", "INSTANCE"},
                               {"OwnerInformation", "ops"},
                               {"Targets", Array{Object{{"Key", "tag:BackupGroup"},
                                                        {"Values", Array{"group"}}}}}}}},
      {"Tasks",
       Array{Object{
           {"WindowTaskId", "task-1"},
           {"TaskArn", "backup"},
           {"TaskType", "AUTOMATION"},
           {"Priority", 1},
           {"MaxConcurrency", "10"},
           {"MaxErrors", "10"},
           {"Targets", Array{Object{{"Key", "WindowTargetIds"}, {"Values", Array{"wt-1"}}}}},
           {"TaskInvocationParameters",
            Object{{"Automation",
                    Object{{"DocumentVersion", "$DEFAULT"},
                           {"Parameters", Object{{"InstanceId", Array{"{{TARGET_ID}}"}}}}}}}}}}}};
}

}  // namespace hikae::window
