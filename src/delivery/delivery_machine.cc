// One event to one target, until the target has it or the reason why not is in the ledger.
#include <fmt/format.h>

#include "base/escape.h"
#include "base/hash.h"
#include "delivery/burial.h"
#include "delivery/clean.h"
#include "delivery/delivery.h"
#include "delivery/kind_of.h"
#include "delivery/retry.h"
#include "delivery/target_call.h"

namespace hikae::delivery {
namespace {

constexpr std::string_view kDeliverTag = "deliver";
constexpr std::string_view kDeliverAgainTag = "deliver-again";
constexpr std::size_t kBuriedBodyBytes = 32 * 1024;  // of the body, kept in the ledger's row
constexpr std::size_t kErrorBytes = 1024;            // of a dead letter's ERROR_MESSAGE

class DeliveryMachine final : public Machine {
 public:
  explicit DeliveryMachine(MachineId id) : id_(std::move(id)) {}

  void decide(const Event& event, WallTime now, Commands& commands) override {
    if (burial_.take(event, commands)) return;
    if (const auto* started = std::get_if<event::Started>(&event)) {
      input_ = started->input;
      since_ = now;
      deliver(now, commands);
    } else if (const auto* woke = std::get_if<event::Woke>(&event)) {
      if (woke->tag == kDeliverAgainTag) deliver(now, commands);
    } else if (const auto* answered = std::get_if<event::Answered>(&event)) {
      if (answered->tag == kDeliverTag) answered_by_target(answered->answer, now, commands);
    }
  }

  [[nodiscard]] Value save() const override {
    return Object{{"Input", input_},
                  {"Since", unix_ms(since_)},
                  {"Attempts", attempts_},
                  {"Burial", burial_.save()}};
  }

  Result<> load(const Value& saved) {
    const auto* input = find(saved, "Input");
    if (!input)
      return fail(ErrorKind::Invalid, "the saved machine of delivery " + id_.id +
                                          " has no input in it: the database is damaged");
    input_ = *input;
    since_ = wall_ms(int_at(saved, "Since").value_or(0));
    attempts_ = int_at(saved, "Attempts").value_or(0);
    if (const auto* burial = find(saved, "Burial")) burial_.load(*burial);
    return {};
  }

 private:
  void deliver(WallTime now, Commands& commands) {
    auto call = call_of_target(id_.scope, input_, uuid_of(id_.id));
    if (!call) return bury(call.error(), "", now, commands);
    ++attempts_;
    commands.send(str(kDeliverTag), *std::move(call));
  }

  void answered_by_target(const Result<Value>& answer, WallTime now, Commands& commands) {
    if (answer) return commands.finish(Object{{"Status", "Delivered"}, {"Attempts", attempts_}});
    if (!may_help_to_retry(answer.error())) return bury(answer.error(), "", now, commands);
    const auto policy = read_retry_policy(object_at(input_, "RetryPolicy"));
    const auto delay = target_delay(attempts_, id_.id);
    if (attempts_ > policy.retries)
      return bury(answer.error(), "MaximumRetryAttempts", now, commands);
    if (now + delay > since_ + policy.age)
      return bury(answer.error(), "MaximumEventAgeInSeconds", now, commands);
    commands.pause(str(kDeliverAgainTag), delay);
  }

  void bury(const Error& error, std::string_view exhausted, WallTime now, Commands& commands) {
    const auto reason = exhausted.empty()
                            ? error.text()
                            : fmt::format("given up after {} attempts in {} ({}): {}", attempts_,
                                          human(now - since_), exhausted, error.text());
    Object row{{"EventId", text_at(input_, "EventId")},
               {"RuleArn", text_at(input_, "RuleArn")},
               {"TargetArn", text_at(input_, "TargetArn")},
               {"Attempts", attempts_},
               {"ErrorCode", error.code.empty() ? to_string(error.kind) : error.code},
               {"ErrorMessage", error.message},
               {"Reason", reason},
               {"Body", beginning_of(text_at(input_, "Body"), kBuriedBodyBytes)}};
    if (!exhausted.empty()) row["ExhaustedRetryCondition"] = exhausted;
    if (const auto* queue = find(input_, "DeadLetterArn")) {
      row["DeadLetterArn"] = *queue;
      send_dead_letter(row, commands);
    }
    burial_.begin("delivery/" + id_.id, std::move(row),
                  Object{{"Status", "Dead"}, {"Attempts", attempts_}, {"Reason", reason}}, now,
                  commands);
  }

  /// With the attributes that EventBridge gives a dead letter. It has no dead-letter queue itself.
  void send_dead_letter(const Object& row, Commands& commands) const {
    Object attributes;
    const auto say = [&](std::string_view name, std::string text) {
      if (!text.empty())
        attributes[name] = Object{{"DataType", "String"}, {"StringValue", std::move(text)}};
    };
    say("RULE_ARN", printable(text_at(row, "RuleArn")));
    say("TARGET_ARN", printable(text_at(row, "TargetArn")));
    say("ERROR_CODE", printable(text_at(row, "ErrorCode")));
    say("ERROR_MESSAGE", printable(beginning_of(text_at(row, "ErrorMessage"), kErrorBytes)));
    say("EXHAUSTED_RETRY_CONDITION", str(text_at(row, "ExhaustedRetryCondition")));
    say("RETRY_ATTEMPTS", std::to_string(attempts_ > 0 ? attempts_ - 1 : 0));
    commands.start(delivery_machine(id_.scope, text_at(row, "EventId"), text_at(row, "RuleArn"),
                                    "dead-letter/" + id_.id),
                   Object{{"TargetArn", text_at(row, "DeadLetterArn")},
                          {"Body", text_at(input_, "Body")},
                          {"EventId", text_at(row, "EventId")},
                          {"RuleArn", text_at(row, "RuleArn")},
                          {"MessageAttributes", std::move(attributes)}});
  }

  MachineId id_;
  Value input_;
  WallTime since_{};
  std::int64_t attempts_ = 0;
  Burial burial_;
};

}  // namespace

std::unique_ptr<MachineKind> make_delivery_kind() {
  return std::make_unique<KindOf<DeliveryMachine>>(kDeliveryKind);
}

}  // namespace hikae::delivery
