// aws:invokeLambdaFunction (docs/reference/ssm-automation.md 5.11). The service gives up after
// 300 s, whatever the document asks for; the function itself may go on.
#include <fmt/format.h>

#include "runbook/actions/inputs.h"
#include "runbook/actions/registry.h"
#include "text/json.h"

namespace hikae::runbook {
namespace {

constexpr Duration kLambdaCap = seconds(300);
constexpr std::size_t kLambdaPayloadBytes = 200 * 1024;
constexpr std::size_t kLambdaQuotedBytes = 1024;  // of what a failed function said

std::string lambda_payload(const Object& inputs) {
  if (const auto* input = find(inputs, "InputPayload")) return text::to_json(*input);
  const auto* payload = find(inputs, "Payload");
  if (!payload) return {};
  return payload->is_string() ? str(text_of(*payload)) : text::to_json(*payload);
}

// Text as the function gave it; a JSON string without its outer quotes.
std::string shown_payload(const Value& payload) {
  if (!payload.is_string()) return text::to_json(payload);
  const auto raw = text_of(payload);
  if (!raw.starts_with('"')) return str(raw);
  const auto parsed = text::parse_json(raw);
  return parsed && parsed->is_string() ? str(text_of(*parsed)) : str(raw);
}

Object lambda_outputs(const Value& answer) {
  Object outputs;
  copy_members(answer.is_object() ? answer.get_object() : Object{},
               {"StatusCode", "FunctionError", "LogResult"}, outputs);
  if (const auto* payload = find(answer, "Payload"))
    if (auto shown = shown_payload(*payload); !shown.empty()) outputs["Payload"] = std::move(shown);
  return outputs;
}

// What a step's own selectors look into: $.Payload.member where the payload is JSON.
Value selectable(const Value& answer) {
  Value root = answer;
  const auto* payload = find(answer, "Payload");
  if (!payload || !payload->is_string()) return root;
  if (auto parsed = text::parse_json(text_of(*payload)))
    root.as_object()["Payload"] = *std::move(parsed);
  return root;
}

class InvokeLambda final : public Action {
 public:
  std::string_view name() const override { return "aws:invokeLambdaFunction"; }
  std::string_view doing() const override { return "invoking the lambda function"; }
  Limits limits() const override { return {.by_default = kLambdaCap, .at_most = kLambdaCap}; }

  Result<> check(const Object& inputs) const override {
    TRY_DO(required_text(inputs, "FunctionName"));
    return {};
  }

  void begin(Play& play) const override {
    const auto& inputs = play.inputs();
    Object input;
    copy_members(
        inputs, {"FunctionName", "Qualifier", "InvocationType", "LogType", "ClientContext"}, input);
    if (auto payload = lambda_payload(inputs); !payload.empty())
      input["Payload"] = std::move(payload);
    play.send("call", "lambda", "Invoke", std::move(input));
  }

  void resume(Play& play, std::string_view, const Event& event) const override {
    const auto* answered = std::get_if<event::Answered>(&event);
    if (!answered) return;
    if (!answered->answer)
      return play.fail(api_failure(doing(), "Invoke", answered->answer.error()));
    finish(play, *answered->answer);
  }

 private:
  void finish(Play& play, const Value& answer) const {
    auto outputs = lambda_outputs(answer);
    const auto payload = str(text_at(outputs, "Payload"));
    if (payload.size() > kLambdaPayloadBytes)
      return play.fail(step_failure(
          doing(), fmt::format("The function answered {} bytes: a step takes at most {}",
                               payload.size(), kLambdaPayloadBytes)));
    const auto error = text_at(answer, "FunctionError");
    if (error.empty()) return play.succeed(std::move(outputs), selectable(answer));
    auto detail =
        fmt::format("The function failed ({}): {}", error, payload.substr(0, kLambdaQuotedBytes));
    play.fail(step_failure(doing(), detail), std::move(outputs));
  }
};

}  // namespace

const Action& invoke_lambda_action() {
  static const InvokeLambda kAction;
  return kAction;
}

}  // namespace hikae::runbook
