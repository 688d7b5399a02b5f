// An event on the bus: asks once which rules it matches, then starts one delivery for each target.
#include <fmt/format.h>

#include "base/hash.h"
#include "delivery/burial.h"
#include "delivery/delivery.h"
#include "delivery/kind_of.h"
#include "delivery/retry.h"

namespace hikae::delivery {
namespace {

constexpr std::string_view kMatchTag = "match";
constexpr std::string_view kMatchAgainTag = "match-again";

class EventMachine final : public Machine {
 public:
  explicit EventMachine(MachineId id) : id_(std::move(id)) {}

  void decide(const Event& event, WallTime now, Commands& commands) override {
    if (burial_.take(event, commands)) return;
    if (const auto* started = std::get_if<event::Started>(&event)) {
      event_ = started->input;
      since_ = now;
      ask(commands);
    } else if (const auto* woke = std::get_if<event::Woke>(&event)) {
      if (woke->tag == kMatchAgainTag) ask(commands);
    } else if (const auto* answered = std::get_if<event::Answered>(&event)) {
      if (answered->tag != kMatchTag) return;
      answered->answer ? start_deliveries(*answered->answer, commands)
                       : refused(answered->answer.error(), now, commands);
    }
  }

  [[nodiscard]] Value save() const override {
    return Object{{"Event", event_},
                  {"Since", unix_ms(since_)},
                  {"Tries", tries_},
                  {"Burial", burial_.save()}};
  }

  Result<> load(const Value& saved) {
    const auto* event = find(saved, "Event");
    if (!event)
      return fail(ErrorKind::Invalid, "the saved machine of event " + id_.id +
                                          " has no event in it: the database is damaged");
    event_ = *event;
    since_ = wall_ms(int_at(saved, "Since").value_or(0));
    tries_ = int_at(saved, "Tries").value_or(0);
    if (const auto* burial = find(saved, "Burial")) burial_.load(*burial);
    return {};
  }

 private:
  [[nodiscard]] std::string event_id() const { return str(text_at(event_, "id", id_.id)); }

  void ask(Commands& commands) {
    ++tries_;
    commands.send(str(kMatchTag), {"hikae-bus", "Match", Object{{"Event", event_}}, {}});
  }

  void start_deliveries(const Value& answer, Commands& commands) const {
    const auto& matches = list_at(answer, "Matches");
    for (const auto& match : matches) {
      Object input{{"TargetArn", text_at(match, "TargetArn")},
                   {"Body", text_at(match, "Input")},
                   {"EventId", event_id()}};
      for (const auto* key :
           {"RuleArn", "TargetId", "RoleArn", "RetryPolicy", "DeadLetterArn", "GroupId"})
        if (const auto* value = find(match, key)) input[key] = *value;
      commands.start(delivery_machine(id_.scope, event_id(), text_at(match, "RuleArn"),
                                      text_at(match, "TargetId")),
                     std::move(input));
    }
    commands.finish(Object{{"Status", "Matched"}, {"Matches", matches.size()}});
  }

  /// The bus is hikae's own: whatever it says, a rule that was there may be found a while later.
  void refused(const Error& error, WallTime now, Commands& commands) {
    const RetryPolicy policy;
    const auto delay = target_delay(tries_, id_.id);
    if (tries_ <= policy.retries && now + delay <= since_ + policy.age)
      return commands.pause(str(kMatchAgainTag), delay);
    const auto reason = fmt::format("no rule could be asked: {}", error.text());
    burial_.begin("event/" + id_.id,
                  Object{{"EventId", event_id()},
                         {"Source", text_at(event_, "source")},
                         {"DetailType", text_at(event_, "detail-type")},
                         {"Attempts", tries_},
                         {"Reason", reason}},
                  Object{{"Status", "Dead"}, {"Matches", 0}, {"Reason", reason}}, now, commands);
  }

  MachineId id_;
  Value event_;
  WallTime since_{};
  std::int64_t tries_ = 0;
  Burial burial_;
};

}  // namespace

std::unique_ptr<MachineKind> make_event_kind() {
  return std::make_unique<KindOf<EventMachine>>(kEventKind);
}

MachineId delivery_machine(const Scope& scope, std::string_view event_id, std::string_view rule_arn,
                           std::string_view target_id) {
  return {scope, str(kDeliveryKind),
          uuid_of(fmt::format("delivery\n{}\n{}\n{}", event_id, rule_arn, target_id))};
}

}  // namespace hikae::delivery
