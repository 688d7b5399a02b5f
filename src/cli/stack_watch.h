// A stack in an account as CloudFormation tells of it, and its events while it is being changed.
#pragma once

#include <optional>
#include <set>
#include <string>

#include "cli/output.h"
#include "cli/session.h"

namespace hikae::cli {

/// As DescribeStacks shows it; null where there is none (or it is deleted).
[[nodiscard]] Result<Value> find_stack(Session& session, const std::string& name_or_id);
/// The same. Error: `NotFound` where there is none.
[[nodiscard]] Result<Value> existing_stack(Session& session, const std::string& name);
/// Errors: `Conflict` where somebody else made it, or it is being changed.
[[nodiscard]] Result<> expect_own_stack(const Value& stack);
[[nodiscard]] bool is_in_progress(const Value& stack);

/// Prints what happens to a stack from the moment on at which it was made.
class StackWatch {
 public:
  /// `id`: the stack's; `session` and `out` outlive the watch.
  StackWatch(Session& session, Output& out, std::string id);
  /// What has happened so far is no news. Errors: those of the calls.
  [[nodiscard]] Result<> begin();
  /// Prints what is new until the stack is at rest; gives it. Error: `Timeout` where a signal came
  /// first: AWS goes on.
  [[nodiscard]] Result<Value> follow();
  /// The first event that failed since begin(); null where none did.
  [[nodiscard]] const Value& first_failure() const { return first_failure_; }

 private:
  [[nodiscard]] Result<Array> news();
  void print(const Value& event);

  Session& session_;
  Output& out_;
  std::string id_;
  std::set<std::string, std::less<>> seen_;
  Value first_failure_;
};

}  // namespace hikae::cli
