// One environment of a function: a child that asks us for its work (base/function_host.h).
//
//   Starting --next--> Idle --call--> Busy --response, error--> Idle …
//      |                                |
//      +-- init/error, its end          +-- its end, its time, its memory: the environment is over
//
// The child speaks HTTP with os/runtime_lines.h. An invocation that comes while it starts waits for
// its first `next`. All of it runs on the environment's own thread; call() and close() may be
// called from the engine's.
#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <string>

#include "base/function_host.h"
#include "os/child_process.h"
#include "os/runtime_lines.h"

namespace hikae::os {

class FunctionEnvironment final : public ChildCompanion {
 public:
  using Answer = std::function<void(FunctionHost::Done, Result<FunctionEnd>)>;  // to the engine
  /// `python`: the interpreter; empty where none is needed.
  FunctionEnvironment(FunctionJob job, std::string python, Answer answer);
  ~FunctionEnvironment() override;

  /// From the start to the end of the child; blocking.
  void run(const std::string& root);
  void call(FunctionCall call, FunctionHost::Done done);
  void close();

  [[nodiscard]] Result<> furnish(const ChildFolder& folder, int user) override;
  [[nodiscard]] std::vector<std::string> environment(const std::string& home) override;
  [[nodiscard]] ConnectBroker& broker() override { return *broker_; }
  [[nodiscard]] std::size_t data_bytes() const override;
  void add_polled(std::vector<pollfd>& polled) override;
  void look_at(const std::vector<pollfd>& polled) override;
  void heard(std::string_view bytes) override;
  [[nodiscard]] bool goes_on(pid_t child) override;

 private:
  using Steady = std::chrono::steady_clock;
  struct Work {
    FunctionCall call;
    FunctionHost::Done done;
    Steady::time_point begun;
    Steady::time_point until;
    bool is_told = false;  // the child has it
  };

  [[nodiscard]] Result<ChildJob> child_job() const;
  Result<> prepare();
  void take_work();
  void hand_out();
  void asked(RuntimeLines::LineId line, const HttpRequest& request);
  void asked_for_next(RuntimeLines::LineId line);
  void said(RuntimeLines::LineId line, std::string_view rest, std::string body);
  void answer(FunctionEnd end);
  void ended(const Result<ChildEnd>& end);
  void measure(pid_t child);
  [[nodiscard]] FunctionEnd end_of(FunctionFate fate, std::string payload = {}) const;

  const FunctionJob job_;
  const std::string python_;
  const Answer answer_;
  int wake_ = -1;
  std::optional<ConnectBroker> broker_;
  std::optional<RuntimeLines> lines_;
  Steady::time_point begun_;
  std::optional<Duration> init_;  // until the first `next`
  bool is_init_told_ = false;
  std::optional<RuntimeLines::LineId> waiting_;  // the line that asked for work
  std::optional<Work> work_;
  std::string log_;
  std::size_t memory_ = 0;
  pid_t child_ = 0;  // once it is known
  Steady::time_point measured_;
  std::optional<FunctionEnd> verdict_;  // why it is to be killed
  std::atomic<bool> stop_{false};

  std::mutex mutex_;            // guards what follows
  std::optional<Work> coming_;  // from the engine
  bool is_over_ = false;
};

}  // namespace hikae::os
