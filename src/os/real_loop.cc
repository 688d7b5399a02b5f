#include "os/real_loop.h"

#include <sys/random.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>

#include "base/invariant.h"
#include "base/timer_queue.h"

namespace hikae::os {
namespace asio = boost::asio;

struct RealLoop::Impl {
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> guard{context.get_executor()};
  asio::steady_timer timer{context};
  asio::signal_set signals{context, SIGINT, SIGTERM};
  TimerQueue queue;

  /// Of the wait that is on now; what is asked for in between is seen before the next one.
  [[nodiscard]] Duration wait_left() const {
    return std::chrono::duration_cast<Duration>(timer.expiry() - std::chrono::steady_clock::now());
  }
  bool interrupted = false;
};

RealLoop::RealLoop() : impl_(std::make_unique<Impl>()) {
  impl_->signals.async_wait([this](const boost::system::error_code& error, int) {
    if (!error) impl_->interrupted = true;
  });
}

RealLoop::~RealLoop() = default;

WallTime RealLoop::now() const {
  return WallTime{
      std::chrono::duration_cast<Duration>(std::chrono::system_clock::now().time_since_epoch())};
}

SteadyTime RealLoop::steady_now() const {
  return SteadyTime{
      std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch())};
}

// One operating-system timer drives all of ours; it is set again only for something earlier.
TimerId RealLoop::at(WallTime when, std::move_only_function<void()> callback) {
  if (when - now() < impl_->wait_left()) impl_->timer.cancel();
  return impl_->queue.add(when, std::move(callback));
}

TimerId RealLoop::after(Duration wait, std::move_only_function<void()> callback) {
  if (wait < impl_->wait_left()) impl_->timer.cancel();
  return impl_->queue.add(steady_now() + wait, std::move(callback));
}

void RealLoop::cancel(TimerId id) { impl_->queue.cancel(id); }

void RealLoop::soon(std::move_only_function<void()> callback) { post(std::move(callback)); }

void RealLoop::when_idle(std::move_only_function<void()> callback) {
  // Behind everything that is ready now: what those callbacks ask for joins the same commit.
  post([this, callback = std::move(callback)]() mutable { post(std::move(callback)); });
}

void RealLoop::post(std::move_only_function<void()> callback) {
  asio::post(impl_->context, std::move(callback));
}

asio::io_context& RealLoop::io() { return impl_->context; }

void RealLoop::look() { impl_->context.poll(); }

bool RealLoop::interrupted() const { return impl_->interrupted; }

bool RealLoop::run_until(const std::function<bool()>& done) {
  while (!done() && !impl_->interrupted) run_once();
  return !impl_->interrupted;
}

void RealLoop::run_on_until(const std::function<bool()>& done) {
  while (!done()) run_once();
}

void RealLoop::run_once() {
  const Clocks clocks{now(), steady_now()};
  if (auto due = impl_->queue.take_due(clocks)) {
    due();
    impl_->context.poll();
    return;
  }
  // A minute at the most: after that the wall clock is asked again.
  const auto wait = std::min<Duration>(impl_->queue.next(clocks).value_or(minutes(1)), minutes(1));
  impl_->timer.expires_after(wait);
  impl_->timer.async_wait([](const boost::system::error_code&) {});
  impl_->context.run_one();
  impl_->timer.cancel();
  impl_->context.poll();
}

std::uint64_t SystemEntropy::next() {
  std::uint64_t bits = 0;
  const auto got = getrandom(&bits, sizeof bits, 0);
  INVARIANT(got == static_cast<ssize_t>(sizeof bits), "the operating system gives random bytes");
  return bits;
}

}  // namespace hikae::os
