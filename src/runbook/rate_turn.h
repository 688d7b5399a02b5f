// One event played through the parent of a rate-controlled execution. Internal to this folder.
#pragma once

#include "base/machine.h"
#include "runbook/rate_record.h"

namespace hikae::runbook {

class RateTurn {
 public:
  /// For the length of one event; everything must outlive it.
  RateTurn(const MachineId& id, RateRecord& record, WallTime now, Commands& commands)
      : id_(id), record_(record), now_(now), commands_(commands) {}

  /// The record has its input and nothing else.
  void start();
  void on(const Event& event);

 private:
  void look();
  void take_look(const Result<Value>& answer);
  void begin_children(std::vector<std::string> values);
  void add_children(std::vector<std::string> values);

  [[nodiscard]] bool may_start();
  void go_on();
  void start_child(std::size_t number);
  [[nodiscard]] Object child_input(const RateChild& child) const;
  void take_child_end(std::size_t number, const Result<Value>& outcome);
  void take_signal(std::string_view name);
  void stop_starting(RateStop why);

  void fail_whole(std::string why);
  void finish();
  [[nodiscard]] Status final_status() const;
  [[nodiscard]] std::string failure_message() const;
  void tell_status();
  void tell_not_started(std::size_t count);

  const MachineId& id_;
  RateRecord& record_;
  WallTime now_;
  Commands& commands_;
};

/// What an event and a description say of why it did not go well; empty: it did.
[[nodiscard]] std::string rate_failure(const RateRecord& record);

}  // namespace hikae::runbook
