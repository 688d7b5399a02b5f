#include "plane/lambda/invocation.h"

#include <algorithm>

#include "delivery/kind_of.h"
#include "runbook/events.h"
#include "text/json.h"

namespace hikae::plane::lambda {
namespace {

constexpr std::string_view kRunTag = "run";
constexpr std::string_view kAgainTag = "again";
constexpr std::int64_t kFailuresMax = 3;  // the first and two more
constexpr Duration kPatience = hours(6);  // with throttling and 5xx
constexpr Duration kWaitMax = minutes(5);
constexpr std::size_t kToldBytes = 2048;  // of the payload and the reason, in the event

/// The longest beginning that ends between two characters.
std::string beginning(std::string_view text) {
  auto bytes = std::min(text.size(), kToldBytes);
  while (bytes > 0 && bytes < text.size() && (text[bytes] & 0xC0) == 0x80) --bytes;
  return std::string(text.substr(0, bytes));
}

bool may_pass(const Error& error) {
  return error.kind == ErrorKind::Throttled || error.kind == ErrorKind::Unavailable ||
         error.kind == ErrorKind::Timeout;
}

/// What a function says of its own failure.
std::string reason_in(const Value& answer) {
  const auto payload = text_at(answer, "Payload");
  const auto told = text::parse_json(payload);
  const auto message = told ? text_at(*told, "errorMessage") : std::string_view();
  if (message.empty()) return "the function failed: " + beginning(payload);
  return str(text_at(*told, "errorType")) + ": " + str(message);
}

class Invocation final : public Machine {
 public:
  explicit Invocation(MachineId id) : id_(std::move(id)) {}

  void decide(const Event& event, WallTime now, Commands& commands) override {
    if (const auto* started = std::get_if<event::Started>(&event)) {
      input_ = started->input;
      since_ = now;
      run(commands);
    } else if (const auto* answered = std::get_if<event::Answered>(&event)) {
      answered->answer ? ran(*answered->answer, now, commands)
                       : did_not_run(answered->answer.error(), now, commands);
    } else if (std::holds_alternative<event::Woke>(event)) {
      run(commands);
    }
  }

  [[nodiscard]] Value save() const override {
    return Object{{"Input", input_},
                  {"Since", unix_ms(since_)},
                  {"Attempts", attempts_},
                  {"Failures", failures_}};
  }

  Result<> load(const Value& saved) {
    const auto* input = find(saved, "Input");
    if (!input)
      return fail(ErrorKind::Invalid, "the saved machine of invocation " + id_.id +
                                          " has no input in it: the database is damaged");
    input_ = *input;
    since_ = wall_ms(int_at(saved, "Since").value_or(0));
    attempts_ = int_at(saved, "Attempts").value_or(0);
    failures_ = int_at(saved, "Failures").value_or(0);
    return {};
  }

 private:
  void run(Commands& commands) {
    ++attempts_;
    commands.send(str(kRunTag), {"lambda",
                                 "Invoke",
                                 Object{{"FunctionName", text_at(input_, "FunctionName")},
                                        {"InvocationType", "RequestResponse"},
                                        {"Payload", text_at(input_, "Payload")}},
                                 {}});
  }

  void ran(const Value& answer, WallTime now, Commands& commands) {
    if (text_at(answer, "FunctionError").empty())
      return commands.finish(Object{{"Status", "Succeeded"},
                                    {"Attempts", attempts_},
                                    {"Payload", text_at(answer, "Payload")}});
    if (++failures_ >= kFailuresMax) return give_up(reason_in(answer), now, commands);
    commands.pause(str(kAgainTag), minutes(failures_));
  }

  void did_not_run(const Error& error, WallTime now, Commands& commands) {
    const auto doubled = seconds(1LL << std::min<std::int64_t>(attempts_ - 1, 9));
    const auto wait = std::min<Duration>(doubled, kWaitMax);
    if (!may_pass(error) || now + wait > since_ + kPatience)
      return give_up(error.text(), now, commands);
    commands.pause(str(kAgainTag), wait);
  }

  void give_up(const std::string& reason, WallTime now, Commands& commands) {
    Object detail{{"function-name", text_at(input_, "FunctionName")},
                  {"attempts", attempts_},
                  {"reason", beginning(reason)},
                  {"payload", beginning(text_at(input_, "Payload"))},
                  {"first-attempt", iso(since_)}};
    runbook::emit_event(
        commands, id_.scope,
        runbook::hikae_event(id_.scope, "invocation-failed/" + id_.id, kInvocationFailed,
                             Array{text_at(input_, "FunctionArn")}, std::move(detail), now));
    commands.finish(Object{{"Status", "Failed"}, {"Attempts", attempts_}, {"Reason", reason}});
  }

  MachineId id_;
  Value input_;
  WallTime since_{};
  std::int64_t attempts_ = 0;
  std::int64_t failures_ = 0;
};

}  // namespace

std::unique_ptr<MachineKind> make_invocation_kind() {
  return std::make_unique<delivery::KindOf<Invocation>>(kInvocationKind);
}

}  // namespace hikae::plane::lambda
