// A service that hikae answers: a table of operations. A handler is thin: it checks, reads and
// writes tables, starts machines; all of that is one turn, and its answer leaves after the commit.
//
// Runs on the engine's thread. On disk if the process dies before the answer: all of the request or
// nothing of it.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "aws/cloud.h"
#include "engine/kernel.h"

namespace hikae::plane {

/// One request inside its turn.
struct Ask {
  const Scope& scope;
  const Value& input;
  std::string_view caller;  // ARN in whose name; empty: hikae itself
  engine::Turn& turn;

  [[nodiscard]] const engine::Tables::Rows& rows(std::string_view kind) const {
    return turn.tables().rows(scope, kind);
  }
  [[nodiscard]] const Value* row(std::string_view kind, std::string_view id) const {
    return turn.tables().get(scope, kind, id);
  }
  void put(std::string_view kind, std::string_view id, Value row) const {
    turn.tables().put(scope, kind, id, std::move(row));
  }
  void erase(std::string_view kind, std::string_view id) const {
    turn.tables().erase(scope, kind, id);
  }
};

/// Checks first and changes after: a handler that returns an error has changed nothing.
using Handler = std::function<Result<Value>(const Ask&)>;
/// For what answers later than its turn (a function's invocation). Calls `Done` once, later.
using LateHandler = std::function<void(aws::Request, aws::Done)>;

class Service : public aws::Cloud {
 public:
  Service(std::string name, engine::Kernel& kernel) : name_(std::move(name)), kernel_(kernel) {}

  /// `operation` as in the service model.
  void on(std::string operation, Handler handler);
  void on_late(std::string operation, LateHandler handler);
  void call(aws::Request request, aws::Done done) override;

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] engine::Kernel& kernel() const { return kernel_; }
  [[nodiscard]] std::vector<std::string> operations() const;

 private:
  [[nodiscard]] Result<Value> answer(const Handler& handler, const Ask& ask) const;

  std::string name_;
  engine::Kernel& kernel_;
  std::map<std::string, Handler, std::less<>> handlers_;
  std::map<std::string, LateHandler, std::less<>> late_;
};

/// "arn:aws:sns:ap-northeast-1:123456789012:name".
[[nodiscard]] std::string arn_of(std::string_view service, const Scope& scope,
                                 std::string_view resource);
/// The part behind the last ':' or '/' of an ARN; the text itself where it is no ARN.
[[nodiscard]] std::string_view name_in_arn(std::string_view arn_or_name);

/// One page of a list: `MaxResults` items (at most `most`) behind the position in `NextToken`.
struct Page {
  std::size_t first = 0;
  std::size_t count = 0;
  std::string next;  // empty: the last page
};
/// Error InvalidNextToken where the token is none of ours.
[[nodiscard]] Result<Page> page_of(const Value& input, std::size_t total, std::size_t most);

}  // namespace hikae::plane
