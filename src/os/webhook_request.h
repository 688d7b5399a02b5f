// One webhook as an HTTP request through libcurl. Blocking: used by a worker (os/webhooks.h).
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "base/webhook_sender.h"
#include "os/address_rules.h"

namespace hikae::os {

/// An integration with its secrets read.
struct WebhookTarget {
  std::string url;
  std::string key;  // of the signature; empty: not signed
  bool has_http = false;
  std::vector<AddressRange> addresses;  // that are allowed though they are not public
  std::string ca_file;                  // empty: the system's
};

/// Errors: `Invalid`, `Io` where a file cannot be read.
[[nodiscard]] Result<WebhookTarget> read_target(const Value& integration);

/// "v1,…" of Standard Webhooks: HMAC-SHA256 over "id.timestamp.body". `secret` as it is handed out
/// ("whsec_" and Base64), or any other text.
[[nodiscard]] std::string webhook_signature(const std::string& secret, const std::string& id,
                                            std::int64_t timestamp, const std::string& body);

/// Errors as WebhookSender's. `stop` ends it within a second or so, except while a name is
/// resolved.
[[nodiscard]] Result<WebhookAnswer> post_webhook(const WebhookTarget& target,
                                                 const WebhookMessage& message,
                                                 const std::atomic<bool>& stop);

}  // namespace hikae::os
