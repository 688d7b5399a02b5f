// The internal service "hikae-webhook": what is called for aws:invokeWebhook
// (docs/reference/ssm-automation.md 5.17). Integrations are hikae.yaml's `webhooks`: their
// addresses and secrets stay there and with the sender.
//
// Invoke {IntegrationName, Body, Token} -> {ResponseCode, Response}.
// Errors: `NotFound` for a name that hikae.yaml does not have; else WebhookSender's.
#pragma once

#include "base/log.h"
#include "base/webhook_sender.h"
#include "plane/outside_once.h"
#include "plane/service.h"

namespace hikae::plane {

class WebhookService final : public Service {
 public:
  /// The sender and the log outlive the service.
  WebhookService(engine::Kernel& kernel, WebhookSender& sender, Log& log);

 private:
  void invoke(aws::Request request, aws::Done done);
  void send(const Value& integration, WebhookMessage message, const std::string& name,
            aws::Done done);

  WebhookSender& sender_;
  Log& log_;
  OutsideOnce once_;
};

}  // namespace hikae::plane
