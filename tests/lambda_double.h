// Lambda in the test's hand: the Runtime API of one function environment, and the function itself
// as a child process with nothing in its environment but what Lambda gives.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/value.h"
#include "net/server.h"
#include "os/real_loop.h"
#include "process.h"

namespace hikae::tests {

/// What a function answered.
struct Invoked {
  bool is_error = false;
  std::string error_type;  // of the header
  Value body;              // null where no answer came
};

class LambdaDouble {
 public:
  explicit LambdaDouble(os::RealLoop& loop);

  /// argv that starts `words` as Lambda does, with `variables` ("NAME=value") beside Lambda's own.
  [[nodiscard]] std::vector<std::string> started(std::vector<std::string> variables,
                                                 std::vector<std::string> words) const;
  /// Gives the function one event and waits for what it answers.
  Invoked invoke(const Value& event, Duration time = seconds(60));
  /// Waits until the function asks for its first event, or says that it cannot begin.
  bool is_asked_within(Duration patience);
  [[nodiscard]] const std::optional<Value>& init_error() const { return init_error_; }

 private:
  void answer(HttpRequest request, net::Server::Reply reply);
  void give();
  bool wait_for(const std::function<bool()>& done, Duration patience);

  os::RealLoop& loop_;
  net::Server server_;
  std::optional<net::Server::Reply> asking_;
  std::optional<HttpResponse> event_;
  std::optional<Invoked> invoked_;
  std::optional<Value> init_error_;
  int number_ = 0;
};

}  // namespace hikae::tests
