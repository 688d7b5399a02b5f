#include "window/rule.h"

#include <fmt/format.h>

#include "schedule/upcoming.h"
#include "window/cursor.h"
#include "window/tell.h"

namespace hikae::window {
namespace {

constexpr Duration kRuleCatchUp = hours(24);
// Of the last 24 hours there are fewer (a rule fires once a minute); of a longer downtime this many
// are counted.
constexpr std::size_t kRuleInstantsMax = 2000;

struct Missed {
  WallTime first{}, last{};
  std::size_t count = 0;
  bool is_complete = true;  // else there were more than `count`
  void add(WallTime at) {
    if (count++ == 0) first = at;
    last = at;
  }
};

class RuleMachine final : public Machine {
 public:
  explicit RuleMachine(MachineId id) : id_(std::move(id)) {}

  void decide(const Event& event, WallTime now, Commands& commands) override {
    if (const auto* started = std::get_if<event::Started>(&event)) {
      define(started->input, now);
    } else if (const auto* signal = std::get_if<event::Signalled>(&event)) {
      if (!take_signal(*signal, now, commands)) return;
    } else {
      sweep(now, commands);
    }
    plan_wake(commands);
  }

  [[nodiscard]] Value save() const override {
    return Object{{"Definition", definition_}, {"Cursor", cursor_.save()}};
  }

  void restore(const Value& saved) {
    const auto* definition = find(saved, "Definition");
    definition_ = definition ? *definition : Value();
    if (const auto* cursor = find(saved, "Cursor")) cursor_.load(*cursor);
    read_timetable();
  }

 private:
  void define(const Value& definition, WallTime now) {
    definition_ = definition;
    cursor_.since = now;
    read_timetable();
  }

  /// No timetable while the rule is disabled, or has an expression that the plane let through.
  void read_timetable() {
    table_.reset();
    const auto created = parse_iso(text_at(definition_, "CreatedAt"));
    if (!created || (find(definition_, "Enabled") && !is_true_at(definition_, "Enabled"))) return;
    auto table =
        schedule::make_timetable({.expression = str(text_at(definition_, "ScheduleExpression")),
                                  .kind = schedule::Kind::Rule,
                                  .timezone = "UTC",
                                  .from = *created,
                                  .anchor = *created});
    if (table) table_ = std::move(*table);
  }

  /// False where the machine has ended.
  bool take_signal(const event::Signalled& signal, WallTime now, Commands& commands) {
    sweep(now, commands);
    if (signal.name == "update") define(signal.payload, now);
    if (signal.name == "disable") disable();
    if (signal.name != "delete") return true;
    commands.finish(Object{{"Reason", "deleted"}});
    return false;
  }

  void disable() {
    table_.reset();
    if (auto* members = definition_.if_object()) (*members)["Enabled"] = false;
  }

  void sweep(WallTime now, Commands& commands) {
    cursor_.follow_clock(now);
    if (!table_) return;
    Missed missed;
    count_long_past(now - kRuleCatchUp - Duration(1), missed);
    const auto list = schedule::between(*table_, cursor_.position(), now, kRuleInstantsMax);
    for (std::size_t i = 0; i + 1 < list.size(); ++i) missed.add(list[i].at);
    if (!list.empty()) {
      cursor_.handled = list.back().at;
      fire(list.back().at, commands);
    }
    if (missed.count > 0) tell_missed(missed, now, commands);
  }

  /// What is too old to run, however much it is.
  void count_long_past(WallTime until, Missed& missed) {
    if (cursor_.position() >= until) return;
    const auto list = schedule::between(*table_, cursor_.position(), until, kRuleInstantsMax);
    for (const auto& found : list) missed.add(found.at);
    missed.is_complete = list.size() < kRuleInstantsMax;
    if (!list.empty()) cursor_.handled = missed.is_complete ? list.back().at : until;
  }

  void fire(WallTime instant, Commands& commands) const {
    const auto arn = str(text_at(definition_, "Arn"));
    auto event = event_of(id_.scope, {fmt::format("rule/{}/{}", arn, iso(instant)),
                                      "aws.events",
                                      "Scheduled Event",
                                      instant,
                                      arn,
                                      {}});
    event["hikae-rule"] = arn;
    auto id = str(text_at(event, "id"));
    commands.start({id_.scope, "event", std::move(id)}, std::move(event));
  }

  void tell_missed(const Missed& missed, WallTime now, Commands& commands) const {
    const auto arn = str(text_at(definition_, "Arn"));
    tell(commands, id_.scope,
         {fmt::format("rule-missed/{}/{}", arn, iso(missed.last)), "hikae", "Rule Missed", now, arn,
          Object{{"rule", text_at(definition_, "Name")},
                 {"first", iso(missed.first)},
                 {"last", iso(missed.last)},
                 {"count", missed.count},
                 {"all-counted", missed.is_complete},
                 {"reason", "hikae was not running, or its clock was set forward"}}});
  }

  void plan_wake(Commands& commands) const {
    const auto next = table_ ? schedule::next(*table_, cursor_.position()) : std::nullopt;
    if (next)
      commands.wake("due", *next);
    else
      commands.drop("due");
  }

  MachineId id_;
  Value definition_;
  Cursor cursor_;
  std::optional<schedule::Timetable> table_;  // of definition_
};

class RuleKind final : public MachineKind {
 public:
  [[nodiscard]] std::string_view name() const override { return kRuleKind; }
  [[nodiscard]] std::unique_ptr<Machine> fresh(const MachineId& id) const override {
    return std::make_unique<RuleMachine>(id);
  }
  [[nodiscard]] Result<std::unique_ptr<Machine>> load(const MachineId& id,
                                                      const Value& saved) const override {
    auto machine = std::make_unique<RuleMachine>(id);
    machine->restore(saved);
    return machine;
  }
};

}  // namespace

std::unique_ptr<MachineKind> make_rule_kind() { return std::make_unique<RuleKind>(); }

}  // namespace hikae::window
