#include "plane/lambda/outcome.h"

#include <fmt/format.h>

#include "aws/base64.h"
#include "text/json.h"

namespace hikae::plane::lambda {
namespace {

constexpr std::size_t kTailBytes = 4096;  // Lambda's own

Value failed(std::string payload) {
  return Object{{"StatusCode", 200},
                {"FunctionError", "Unhandled"},
                {"ExecutedVersion", "$LATEST"},
                {"Payload", std::move(payload)}};
}

std::string error_document(std::string_view type, const std::string& message) {
  return text::to_json(Object{{"errorType", type}, {"errorMessage", message}});
}

std::string of_request(const Outcome& about, const std::string& what) {
  return "RequestId: " + about.request_id + " Error: " + what;
}

std::string timed_out(const Outcome& about) {
  return fmt::format("Task timed out after {:.2f} seconds",
                     static_cast<double>(about.time_limit.count()) / 1000.0);
}

std::string how_it_exited(int code) {
  return code == 0 ? "Runtime exited without providing a reason"
                   : fmt::format("Runtime exited with error: exit status {}", code);
}

std::string how_it_was_ended(int signal) {
  constexpr int kAborted = 6, kKilled = 9, kSegmentation = 11, kTerminated = 15;
  const auto name = [&]() -> std::string {
    switch (signal) {
      case kAborted: return "aborted";
      case kKilled: return "killed";
      case kSegmentation: return "segmentation fault";
      case kTerminated: return "terminated";
      default: return fmt::format("signal {}", signal);
    }
  };
  return "Runtime exited with error: signal: " + name();
}

/// Of one that did not answer by itself: type and message.
std::pair<std::string, std::string> why_it_ended(const FunctionEnd& end, const Outcome& about) {
  switch (end.fate) {
    case FunctionFate::TimedOut: return {"Sandbox.Timedout", timed_out(about)};
    case FunctionFate::OutOfMemory:
      return {"Runtime.OutOfMemory", "Runtime exited with error: signal: killed"};
    case FunctionFate::Signalled: return {"Runtime.ExitError", how_it_was_ended(end.code)};
    default: return {"Runtime.ExitError", how_it_exited(end.code)};
  }
}

double in_ms(Duration time) { return static_cast<double>(time.count()); }

bool has_ended_by_itself(const FunctionEnd& end) {
  return end.fate == FunctionFate::Returned || end.fate == FunctionFate::Raised;
}

}  // namespace

Result<Value> answer_of(const FunctionEnd& end, const Outcome& about) {
  if (end.fate == FunctionFate::Stopped)
    return fail(ErrorKind::Unavailable, "ServiceException",
                "the function was stopped before it had answered; ask again");
  if (end.fate == FunctionFate::Raised || end.fate == FunctionFate::InitFailed)
    return failed(end.payload);
  if (end.fate == FunctionFate::Returned)
    return Object{
        {"StatusCode", 200}, {"ExecutedVersion", about.version}, {"Payload", end.payload}};
  const auto [type, what] = why_it_ended(end, about);
  return failed(error_document(type, of_request(about, what)));
}

std::string log_of(const FunctionEnd& end, const Outcome& about) {
  auto log = fmt::format("START RequestId: {} Version: {}\n", about.request_id, about.version);
  log += end.log;
  if (!log.ends_with('\n')) log += '\n';
  if (end.fate == FunctionFate::TimedOut)
    log += fmt::format("{} {} {}\n\n", iso_ms(about.ended), about.request_id, timed_out(about));
  else if (!has_ended_by_itself(end) && end.fate != FunctionFate::InitFailed)
    log += of_request(about, why_it_ended(end, about).second) + "\n";
  log += fmt::format("END RequestId: {}\n", about.request_id);
  log += fmt::format(
      "REPORT RequestId: {}\tDuration: {:.2f} ms\tBilled Duration: {} ms\tMemory Size: {} MB\t"
      "Max Memory Used: {} MB\t",
      about.request_id, in_ms(end.took), end.took.count() + end.init.count(), about.memory_mb,
      end.memory >> 20);
  if (end.init.count() > 0) log += fmt::format("Init Duration: {:.2f} ms\t", in_ms(end.init));
  return log + "\n";
}

std::string log_tail(std::string_view log) {
  return aws::to_base64(log.substr(log.size() - std::min(log.size(), kTailBytes)));
}

Value unhandled(const Error& error) {
  const auto type = error.code.empty() ? str(to_string(error.kind)) : error.code;
  return failed(text::to_json(
      Object{{"errorMessage", error.message}, {"errorType", type}, {"stackTrace", Array()}}));
}

}  // namespace hikae::plane::lambda
