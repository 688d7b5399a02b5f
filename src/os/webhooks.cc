#include "os/webhooks.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "os/webhook_request.h"

namespace hikae::os {
namespace {

constexpr std::size_t kWebhooksWaiting = 1000;

}  // namespace

struct HttpWebhooks::Worker {
  struct Letter {
    Result<WebhookTarget> target;
    WebhookMessage message;
    Done done;
  };

  explicit Worker(Post to) : post(std::move(to)) {}

  void answer(Done done, Result<WebhookAnswer> result) {
    post([out = out, done = std::move(done), result = std::move(result)]() mutable {
      --*out;
      done(std::move(result));
    });
  }

  void work() {
    while (auto next = take()) {
      auto result = next->target ? post_webhook(*next->target, next->message, stop)
                                 : std::unexpected(next->target.error());
      answer(std::move(next->done), std::move(result));
    }
  }

  std::optional<Letter> take() {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return stop || !waiting.empty(); });
    if (stop) return std::nullopt;
    auto next = std::move(waiting.front());
    waiting.pop_front();
    return next;
  }

  const Post post;
  const std::shared_ptr<int> out = std::make_shared<int>(0);  // the engine's thread only
  std::atomic<bool> stop = false;
  std::mutex mutex;  // guards waiting
  std::condition_variable changed;
  std::deque<Letter> waiting;
  std::thread thread;  // begun by the first message
};

HttpWebhooks::HttpWebhooks(Post post) : worker_(std::make_unique<Worker>(std::move(post))) {}

HttpWebhooks::~HttpWebhooks() {
  {
    const std::lock_guard lock(worker_->mutex);
    worker_->stop = true;
  }
  worker_->changed.notify_all();
  if (worker_->thread.joinable()) worker_->thread.join();
  for (auto& left : worker_->waiting)
    worker_->answer(std::move(left.done),
                    fail(ErrorKind::Io, "the webhook was not called: hikae is ending"));
}

void HttpWebhooks::send(const Value& integration, WebhookMessage message, Done done) {
  ++*worker_->out;
  // Here, where the environment may be read: no thread changes it.
  auto target = read_target(integration);
  {
    const std::lock_guard lock(worker_->mutex);
    if (worker_->waiting.size() < kWebhooksWaiting) {
      worker_->waiting.push_back({std::move(target), std::move(message), std::move(done)});
      done = nullptr;
    }
  }
  if (done)
    return worker_->answer(std::move(done),
                           fail(ErrorKind::Io, "too many webhooks are waiting already"));
  if (!worker_->thread.joinable())
    worker_->thread = std::thread([worker = worker_.get()] { worker->work(); });
  worker_->changed.notify_one();
}

int HttpWebhooks::out() const { return *worker_->out; }

}  // namespace hikae::os
