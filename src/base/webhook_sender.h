// The port of webhooks: one HTTP request to an address that the configuration names.
#pragma once

#include <functional>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "base/value.h"

namespace hikae {

/// What is sent. `id` is the same for a message that is sent again: a receiver that knows it drops
/// the second copy (Standard Webhooks, "webhook-id").
struct WebhookMessage {
  std::string id;
  std::string body;
  WallTime at;
};

struct WebhookAnswer {
  int code = 0;      // HTTP's
  std::string body;  // at most 64 KiB of it
};

/// `done` is called once, later, on the engine's thread. Errors: `Invalid` where the integration
/// cannot be used as it is written, `Denied` where its address is one that the rules forbid
/// (nothing was sent), `Io` where nobody was reached (nothing was sent), `Unavailable` where the
/// request went out and no whole answer came. No message names a secret, and none the address's
/// path: it may be one.
class WebhookSender {
 public:
  using Done = std::move_only_function<void(Result<WebhookAnswer>)>;
  virtual ~WebhookSender() = default;
  /// `integration` as hikae.yaml's `webhooks` says it: {Url | UrlFile | UrlEnv, SecretFile |
  /// SecretEnv, Http "deny|allow", Addresses: [CIDR…]}.
  virtual void send(const Value& integration, WebhookMessage message, Done done) = 0;
};

}  // namespace hikae
