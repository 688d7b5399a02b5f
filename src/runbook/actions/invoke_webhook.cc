// aws:invokeWebhook (docs/reference/ssm-automation.md 5.17), as one call of the internal service
// "hikae-webhook", operation "Invoke": {IntegrationName, Body, Token} -> {ResponseCode, Response}.
// Whoever answers it knows the integrations, their addresses and secrets; none of them passes
// through here. `Token` is the same for a call that is sent again.
#include <fmt/format.h>

#include "runbook/actions/inputs.h"
#include "runbook/actions/registry.h"

namespace hikae::runbook {
namespace {

constexpr std::size_t kWebhookShownBytes = 1024;  // of a failed answer, in the failure's text

Object webhook_outputs(const Value& answer) {
  Object outputs;
  if (const auto* object = answer.if_object())
    copy_members(*object, {"Response", "ResponseCode"}, outputs);
  return outputs;
}

class InvokeWebhook final : public Action {
 public:
  std::string_view name() const override { return "aws:invokeWebhook"; }
  std::string_view doing() const override { return "invoking the webhook"; }

  Result<> check(const Object& inputs) const override {
    TRY_DO(required_text(inputs, "IntegrationName"));
    return {};
  }

  void begin(Play& play) const override {
    Object input{{"IntegrationName", required_text(play.inputs(), "IntegrationName").value_or("")},
                 {"Token", play.token("webhook")}};
    if (const auto* body = find(play.inputs(), "Body")) input["Body"] = as_text(*body);
    play.send("call", "hikae-webhook", "Invoke", std::move(input));
  }

  void resume(Play& play, std::string_view, const Event& event) const override {
    const auto* answered = std::get_if<event::Answered>(&event);
    if (!answered) return;
    if (!answered->answer) return play.fail(not_invoked(play, answered->answer.error()));
    finish(play, *answered->answer);
  }

 private:
  Failure not_invoked(const Play& play, const Error& error) const {
    const auto detail = error.kind == ErrorKind::Unsupported
                            ? str("Webhooks are not called in this place")
                            : fmt::format("The integration {} was not invoked: {}",
                                          text_at(play.inputs(), "IntegrationName"), error.text());
    return step_failure(doing(), detail);
  }

  void finish(Play& play, const Value& answer) const {
    const auto code = int_at(answer, "ResponseCode").value_or(0);
    if (code >= 200 && code < 300) return play.succeed(webhook_outputs(answer), answer);
    play.fail(step_failure(doing(),
                           fmt::format("The webhook answered {}: {}", code,
                                       text_at(answer, "Response").substr(0, kWebhookShownBytes))),
              webhook_outputs(answer));
  }
};

}  // namespace

const Action& invoke_webhook_action() {
  static const InvokeWebhook kAction;
  return kAction;
}

}  // namespace hikae::runbook
