// The stage of one rehearsal: a clock, machines, a mail server, and hikae on a database that
// outlives its process. One thread.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "base/entropy.h"
#include "base/log.h"
#include "house/house.h"
#include "sandbox/sandbox.h"
#include "sim/host.h"
#include "sim/mailbox.h"
#include "sim/rehearsal.h"
#include "sim/rehearsal_timeline.h"
#include "sim/rehearsal_wire.h"
#include "store/database.h"

namespace hikae::sim::rehearsal {

class Stage {
 public:
  /// The rehearsal outlives it.
  explicit Stage(const Rehearsal& rehearsal);
  ~Stage();
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  /// Machines, hikae, documents, and what `setup` asks for. The error names what was refused.
  [[nodiscard]] Result<> set();
  /// Plays to the end. An error: it was not over within max_time.
  [[nodiscard]] Result<> play();

  // What there is to be seen at the end.
  /// As GetAutomationExecution answers; null where the execution was refused.
  [[nodiscard]] const Value& execution() const { return execution_; }
  /// Why it was not begun.
  [[nodiscard]] const std::optional<Error>& refusal() const { return refusal_; }
  [[nodiscard]] const Timeline& timeline() const { return timeline_; }
  [[nodiscard]] const sandbox::Sandbox& machines() const { return *machines_; }
  [[nodiscard]] const Scope& scope() const { return scope_; }
  [[nodiscard]] const std::vector<TakenMail>& mails() const { return mailbox_.taken(); }
  [[nodiscard]] WallTime now() const { return time_.now(); }
  /// What people were to do and did not come to: "cancel at StopIt".
  [[nodiscard]] std::vector<std::string> undone() const;

 private:
  [[nodiscard]] Result<> begin_process();
  void end_process();
  void answer_by_file();
  [[nodiscard]] Result<> store(const DocumentText& document);
  [[nodiscard]] Result<Value> ask(std::string_view service, std::string_view operation,
                                  Value input);
  void unnoticed(const std::function<void()>& calls);
  void expect_deeds();
  void arm(std::size_t deed, WallTime when);
  void look_for_steps();
  void learn_steps(const Value& execution);
  void tell_runs();
  void run_deeds();
  void run_deed(const Deed& deed);
  void call_from_outside(const Deed& deed);
  void restart(Duration down);
  bool go_on(const std::function<bool()>& is_over);
  [[nodiscard]] bool rests() const;
  void tell_changes();

  const Rehearsal& rehearsal_;
  Scope scope_;
  VirtualTime time_;
  WallTime limit_;
  SeededEntropy chaos_;
  HostClock host_;
  Mailbox mailbox_;
  Timeline timeline_;
  Callers callers_;
  AnswerDesk desk_;
  std::unique_ptr<sandbox::Sandbox> machines_;
  std::unique_ptr<Wire> wire_;
  std::unique_ptr<store::Database> database_;
  MemoryBlobs blobs_;  // outlive the process as the database does
  std::string run_;
  Value execution_;
  std::optional<Error> refusal_;
  std::size_t changes_told_ = 0;
  std::int64_t commits_seen_ = -1;
  std::map<std::string, std::size_t> steps_seen_;  // of each run that is asked for its steps
  std::vector<std::size_t> awaiting_step_;         // deeds that wait for a step to begin
  std::vector<bool> is_done_;                      // by deed
  std::deque<std::size_t> due_;                    // deeds whose moment has come

  // One life of hikae.
  int lives_ = 0;
  std::string broken_;  // why it cannot begin again
  std::unique_ptr<SeededEntropy> entropy_;
  std::optional<AesSecretBox> secrets_;
  std::unique_ptr<ProcessTimers> timers_;
  std::unique_ptr<Log> log_;
  std::unique_ptr<house::House> house_;
  std::vector<std::unique_ptr<aws::Cloud>> answering_;
};

}  // namespace hikae::sim::rehearsal
