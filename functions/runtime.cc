#include "functions/runtime.h"

#include <fmt/format.h>
#include <stdlib.h>  // setenv

#include <algorithm>
#include <charconv>

#include "base/escape.h"
#include "delivery/clean.h"
#include "text/json.h"

namespace hikae::functions {
namespace {

constexpr std::string_view kPrefix = "/2018-06-01/runtime";
// The environment may be frozen while it waits for work: as good as no time-out at all.
constexpr Duration kForNext = hours(24 * 365);
constexpr Duration kForPost = seconds(10);
constexpr Duration kMargin{500};            // before the deadline, for telling of it
constexpr Duration kLongest = minutes(15);  // Lambda's, where it says no deadline
constexpr std::size_t kRequestIdMax = 128;
constexpr std::size_t kMessageBytes = 32 * 1024;
constexpr int kTooLarge = 413;

std::optional<std::int64_t> number_in(const std::string* text) {
  if (!text) return std::nullopt;
  std::int64_t number = 0;
  const auto* end = text->data() + text->size();
  const auto [stop, error] = std::from_chars(text->data(), end, number);
  return error == std::errc{} && stop == end ? std::optional(number) : std::nullopt;
}

/// It becomes part of a path.
bool is_request_id(std::string_view text) {
  return !text.empty() && text.size() <= kRequestIdMax && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
  });
}

std::string type_of(const Error& error) {
  return error.code.empty() ? str(to_string(error.kind)) : error.code;
}

/// Goes into a header, so whatever a service called its error.
std::string header_type_of(const Error& error) {
  std::string type = "Function.";
  for (const char c : type_of(error).substr(0, 100))
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.')
      type += c;
  return type;
}

std::string error_body(const Error& error) {
  return text::to_json(
      Object{{"errorMessage", delivery::beginning_of(error.message, kMessageBytes)},
             {"errorType", type_of(error)},
             {"stackTrace", Array{}}});
}

std::string header_text(const HttpResponse& response, std::string_view name) {
  const auto* value = find_header(response.headers, name);
  return value ? *value : std::string();
}

}  // namespace

Result<HttpOrigin> read_runtime_api(std::string_view address) {
  const auto colon = address.rfind(':');
  if (colon == std::string_view::npos || colon == 0)
    return fail(ErrorKind::Invalid,
                "AWS_LAMBDA_RUNTIME_API is not HOST:PORT: this program is a "
                "function of Lambda and is started by it");
  const std::string port(address.substr(colon + 1));
  const auto number = number_in(&port);
  if (!number || *number < 1 || *number > 65'535)
    return fail(ErrorKind::Invalid,
                "the port of AWS_LAMBDA_RUNTIME_API is none: " + printable(port));
  return HttpOrigin{"http", std::string(address.substr(0, colon)), static_cast<int>(*number)};
}

Runtime::Runtime(HttpExchange& exchange, const WallClock& clock, Timers& timers, Log& log,
                 HttpOrigin api)
    : exchange_(exchange), clock_(clock), timers_(timers), log_(log), api_(std::move(api)) {}

void Runtime::serve(Handler handler) {
  handler_ = std::move(handler);
  ask_next();
}

void Runtime::refuse(const Error& error) {
  log_.error("functions", error.text());
  post("/init/error", {{"Lambda-Runtime-Function-Error-Type", "Runtime.InitError"}},
       error_body(error), [this, error](const HttpResponse&) { end(error); });
}

void Runtime::ask_next() {
  HttpRequest request{"GET", std::string(kPrefix) + "/invocation/next", {}, {}};
  exchange_.send(api_, std::move(request), kForNext,
                 [this](Result<HttpResponse> answer) { got_next(std::move(answer)); });
}

void Runtime::got_next(Result<HttpResponse> answer) {
  if (!answer) return end(std::move(answer.error()));
  if (answer->status != 200)
    return end({ErrorKind::Unavailable, "",
                fmt::format("Lambda answered HTTP {} in place of an invocation: {}", answer->status,
                            printable(delivery::beginning_of(answer->body, 500)))});
  request_id_ = header_text(*answer, "Lambda-Runtime-Aws-Request-Id");
  if (!is_request_id(request_id_))
    return end({ErrorKind::Invalid, "", "Lambda gave an invocation without a request id"});
  began_ = clock_.now();
  ++number_;
  // Lambda's own tools look for it there.
  setenv("_X_AMZN_TRACE_ID", header_text(*answer, "Lambda-Runtime-Trace-Id").c_str(), 1);
  const auto deadline = number_in(find_header(answer->headers, "Lambda-Runtime-Deadline-Ms"));
  auto event = text::parse_json(answer->body);
  if (!event) {
    event.error().message = "the event is no JSON: " + event.error().message;
    return post_error(event.error(), std::nullopt);
  }
  work({request_id_, header_text(*answer, "Lambda-Runtime-Invoked-Function-Arn"),
        deadline ? wall_ms(*deadline) : began_ + kLongest, std::move(*event)});
}

void Runtime::work(Invocation invocation) {
  // Of a short time a part is left for the handler.
  const auto left = invocation.deadline - began_;
  const auto margin = std::min<Duration>(kMargin, left / 4);
  deadline_ =
      timers_.at(invocation.deadline - margin, [this, number = number_] { out_of_time(number); });
  handler_(invocation,
           [this, number = number_](Result<Value> answer) { worked(number, std::move(answer)); });
}

void Runtime::worked(std::uint64_t number, Result<Value> answer) {
  if (ended_ || number != number_) return;
  timers_.cancel(deadline_);
  ++number_;
  answer ? post_answer(*answer) : post_error(answer.error(), std::nullopt);
}

void Runtime::out_of_time(std::uint64_t number) {
  if (ended_ || number != number_) return;
  ++number_;
  Error error{ErrorKind::Timeout, "",
              fmt::format("not done after {}: the function's time is over. What was done stays "
                          "done, and the next invocation goes on from there; if it comes again, "
                          "give the function more time",
                          human(clock_.now() - began_))};
  post_error(error, error);
}

void Runtime::post_answer(const Value& answer) {
  post("/invocation/" + request_id_ + "/response", {{"Content-Type", "application/json"}},
       text::to_json(answer), [this](const HttpResponse& said) {
         if (said.status == kTooLarge)
           return post_error({ErrorKind::Limit, "ResponseSizeTooLarge",
                              "the work is done, but its report is larger than Lambda takes"},
                             std::nullopt);
         log_.info("functions", "done",
                   {{"request_id", request_id_}, {"ms", (clock_.now() - began_).count()}});
         ask_next();
       });
}

void Runtime::post_error(const Error& error, std::optional<Error> then_end) {
  log_.error("functions", error.text(), {{"request_id", request_id_}});
  post("/invocation/" + request_id_ + "/error",
       {{"Content-Type", "application/json"},
        {"Lambda-Runtime-Function-Error-Type", header_type_of(error)}},
       error_body(error), [this, then_end = std::move(then_end)](const HttpResponse&) {
         then_end ? end(*then_end) : ask_next();
       });
}

void Runtime::post(std::string what, HttpHeaders headers, std::string body,
                   std::move_only_function<void(const HttpResponse&)> then) {
  HttpRequest request{"POST", std::string(kPrefix) + what, std::move(headers), std::move(body)};
  exchange_.send(
      api_, std::move(request), kForPost,
      [this, what = std::move(what), then = std::move(then)](Result<HttpResponse> said) mutable {
        if (!said) return end(std::move(said.error()));
        if (said->status >= 300 && said->status != kTooLarge)
          return end({ErrorKind::Unavailable, "",
                      fmt::format("Lambda answered HTTP {} to {}", said->status, what)});
        then(*said);
      });
}

void Runtime::end(Error error) {
  if (!ended_) ended_ = std::move(error);
}

}  // namespace hikae::functions
