// Who answers which call: a table of (service, operation). Both doors, the process's own calls and
// those from the wire, come through here, so both get the same checks.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "aws/cloud.h"
#include "base/ports.h"

namespace hikae::aws {

/// Brings service and operation to the model's spelling, checks the input by the model, passes the
/// request on. Services whose name begins with "hikae" are internal: they are in no model, their
/// operation and input pass as they are.
///
/// Errors it answers itself, later, like any other answer:
/// - `Unsupported`, "UnknownOperationException": the model has no such service or operation, or
///   nobody here answers it;
/// - `Invalid`, "ParamValidation": the input does not fit (Model::check_input).
///
/// One thread. The clouds and the timers must outlive it.
class Router final : public Cloud {
 public:
  explicit Router(Timers& timers) : timers_(timers) {}

  /// `cloud` answers every operation of the service that has no entry of its own. The service in
  /// the model's spelling ("ec2"), or internal ("hikae-…"). A second entry replaces the first.
  void add(std::string_view service, Cloud& cloud);
  /// `cloud` answers this one operation, in the model's spelling.
  void add(std::string_view service, std::string_view operation, Cloud& cloud);

  /// Nobody answers this one any more, or, with an empty operation, those of the service that have
  /// no entry of their own.
  void remove(std::string_view service, std::string_view operation);

  /// Called with every request that is passed on, as it is passed on: for counting.
  void observe(std::function<void(const Request&)> observer) { observer_ = std::move(observer); }
  /// Asked of every request before it is passed on; its error is the answer.
  void guard(std::function<Result<>(const Request&)> guard) { guard_ = std::move(guard); }

  void call(Request request, Done done) override;

 private:
  [[nodiscard]] Result<Cloud*> prepare(Request& request) const;
  [[nodiscard]] Cloud* who_answers(const Request& request) const;

  Timers& timers_;
  /// To look up by names that are nobody's strings.
  struct ByName {
    using is_transparent = void;
    using Names = std::pair<std::string_view, std::string_view>;
    bool operator()(const Names& a, const Names& b) const { return a < b; }
  };
  std::map<std::pair<std::string, std::string>, Cloud*, ByName> by_operation_;  // "": all of it
  std::function<void(const Request&)> observer_;
  std::function<Result<>(const Request&)> guard_;
};

}  // namespace hikae::aws
