// Webhooks on a worker of their own: the engine's thread never waits for one.
#pragma once

#include <functional>
#include <memory>

#include "base/webhook_sender.h"

namespace hikae::os {

class HttpWebhooks final : public WebhookSender {
 public:
  /// Runs its argument on the engine's thread, later; callable from any thread; lives at least as
  /// long as the sender.
  using Post = std::function<void(std::move_only_function<void()>)>;

  explicit HttpWebhooks(Post post);
  /// What waits or is on its way is answered with an error.
  ~HttpWebhooks() override;
  HttpWebhooks(const HttpWebhooks&) = delete;
  HttpWebhooks& operator=(const HttpWebhooks&) = delete;

  void send(const Value& integration, WebhookMessage message, Done done) override;
  /// Messages that were handed over and not answered yet. On the engine's thread.
  [[nodiscard]] int out() const;

 private:
  struct Worker;
  std::unique_ptr<Worker> worker_;
};

}  // namespace hikae::os
