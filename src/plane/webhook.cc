#include "plane/webhook.h"

#include "base/escape.h"
#include "base/hash.h"
#include "plane/checks.h"
#include "plane/settings.h"

namespace hikae::plane {
namespace {

constexpr std::size_t kWebhookBodyBytes = std::size_t{256} * 1024;

Result<Value> integration_of(const engine::Tables& tables, std::string_view name) {
  const auto* row = setting_row(tables, kWebhookSetting);
  const auto* hook = row ? find(object_at(*row, "Hooks"), name) : nullptr;
  if (hook) return *hook;
  return fail(ErrorKind::NotFound, "IntegrationNotFound",
              "hikae.yaml has no webhook named " + printable(name) +
                  ": add it to `webhooks` and apply the file");
}

}  // namespace

WebhookService::WebhookService(engine::Kernel& kernel, WebhookSender& sender, Log& log)
    : Service("hikae-webhook", kernel),
      sender_(sender),
      log_(log),
      once_(kernel, "webhook", "the webhook") {
  on_late("Invoke", [this](aws::Request request, aws::Done done) {
    invoke(std::move(request), std::move(done));
  });
}

void WebhookService::invoke(aws::Request request, aws::Done done) {
  const auto name = str(text_at(request.input, "IntegrationName"));
  const auto token = str(text_at(request.input, "Token"));
  auto hook = integration_of(kernel().tables(), name);
  if (!hook) return answer_later(kernel(), std::move(done), std::unexpected(hook.error()));
  auto body = str(text_at(request.input, "Body"));
  if (token.empty() || body.size() > kWebhookBodyBytes)
    return answer_later(kernel(), std::move(done),
                        fail(ErrorKind::Invalid, "ValidationException",
                             "hikae-webhook:Invoke wants a Token and at most 256 KiB of Body"));
  WebhookMessage message{"msg_" + hex_of("webhook/" + token, 32), std::move(body), kernel().now()};
  once_.call(
      request.scope, token,
      [this, hook = *std::move(hook), message = std::move(message), name](aws::Done ended) mutable {
        send(hook, std::move(message), name, std::move(ended));
      },
      std::move(done));
}

void WebhookService::send(const Value& integration, WebhookMessage message, const std::string& name,
                          aws::Done done) {
  sender_.send(
      integration, std::move(message),
      [&log = log_, name, done = std::move(done)](Result<WebhookAnswer> answer) mutable {
        if (!answer) {
          log.warn("webhook", "a webhook was not answered",
                   {{"webhook", name}, {"why", answer.error().message}});
          return done(std::unexpected(answer.error()));
        }
        log.info("webhook", "a webhook was answered", {{"webhook", name}, {"code", answer->code}});
        done(Object{{"ResponseCode", answer->code}, {"Response", answer->body}});
      });
}

}  // namespace hikae::plane
