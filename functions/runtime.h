// Lambda's Runtime API as a function sees it: ask for the next invocation, let the handler work,
// post its answer or its error; one at a time, for ever
// (docs/reference/schedules-events-sns-lambda-cfn.md section 4.1).
//
// What can go wrong: between two invocations the environment may be frozen for hours, so nothing
// may wait with a time-out then. A handler that is not done when its time is nearly over is told of
// as an error while there is still time to; the process ends then, because what the handler had
// begun would otherwise go on in the next invocation.
//
// One thread. On disk: nothing.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "aws/cloud.h"
#include "base/http.h"
#include "base/log.h"
#include "base/ports.h"

namespace hikae::functions {

struct Invocation {
  std::string request_id;
  std::string function_arn;  // as it was invoked; tells account and region
  WallTime deadline{};
  Value event;
};

/// Calls `done` once, later. Its answer is the function's; its error is the function's error.
using Handler = std::function<void(const Invocation& invocation, aws::Done done)>;

/// "127.0.0.1:9001", as AWS_LAMBDA_RUNTIME_API says it. Errors: `Invalid`.
[[nodiscard]] Result<HttpOrigin> read_runtime_api(std::string_view address);

class Runtime {
 public:
  /// All outlive the runtime.
  Runtime(HttpExchange& exchange, const WallClock& clock, Timers& timers, Log& log, HttpOrigin api);

  /// Begins to serve.
  void serve(Handler handler);
  /// Tells Lambda that the function cannot begin at all; ends with that error.
  void refuse(const Error& error);
  /// Why the process has to end; nullopt: it serves. Nothing is called any more then.
  [[nodiscard]] const std::optional<Error>& ended() const { return ended_; }

 private:
  void ask_next();
  void got_next(Result<HttpResponse> answer);
  void work(Invocation invocation);
  void worked(std::uint64_t number, Result<Value> answer);
  void out_of_time(std::uint64_t number);
  void post_answer(const Value& answer);
  void post_error(const Error& error, std::optional<Error> then_end);
  void post(std::string what, HttpHeaders headers, std::string body,
            std::move_only_function<void(const HttpResponse&)> then);
  void end(Error error);

  HttpExchange& exchange_;
  const WallClock& clock_;
  Timers& timers_;
  Log& log_;
  HttpOrigin api_;
  Handler handler_;
  std::string request_id_;
  WallTime began_{};
  std::uint64_t number_ = 0;  // of the invocation that is worked on; an older one's answer is late
  TimerId deadline_ = 0;
  std::optional<Error> ended_;
};

}  // namespace hikae::functions
