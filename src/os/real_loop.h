// The real world's time: one thread, a loop over timers and posted work (Boost.Asio inside).
#pragma once

#include <functional>
#include <memory>

#include "base/ports.h"

namespace boost::asio {
class io_context;
}

namespace hikae::os {

class RealLoop final : public WallClock, public Timers {
 public:
  RealLoop();
  ~RealLoop() override;

  [[nodiscard]] WallTime now() const override;
  [[nodiscard]] SteadyTime steady_now() const override;
  /// The wall clock is asked again at least once a minute, so a jump of it is noticed.
  TimerId at(WallTime when, std::move_only_function<void()> callback) override;
  TimerId after(Duration wait, std::move_only_function<void()> callback) override;
  void soon(std::move_only_function<void()> callback) override;
  void when_idle(std::move_only_function<void()> callback) override;
  void cancel(TimerId id) override;

  /// From any thread: runs on the loop's thread.
  void post(std::move_only_function<void()> callback);
  /// Runs until `done` says so after some callback, or SIGINT/SIGTERM arrives (false).
  bool run_until(const std::function<bool()>& done);
  /// The same for who is about to end: a signal that has arrived does not stop it.
  void run_on_until(const std::function<bool()>& done);
  /// Takes what has come from outside (posted work, signals) without waiting: for who runs in
  /// virtual time.
  void look();
  /// SIGINT or SIGTERM has arrived, and was seen by run_until() or look().
  [[nodiscard]] bool interrupted() const;
  /// What sockets of this thread are made of (net/server.h, net/client.h).
  [[nodiscard]] boost::asio::io_context& io();

 private:
  void run_once();

  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Entropy of the operating system.
class SystemEntropy final : public Entropy {
 public:
  [[nodiscard]] std::uint64_t next() override;
};

}  // namespace hikae::os
