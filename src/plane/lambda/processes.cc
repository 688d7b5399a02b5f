#include "plane/lambda/processes.h"

#include <fmt/format.h>

#include "aws/base64.h"
#include "aws/errors.h"
#include "base/hash.h"
#include "plane/iam/access.h"
#include "plane/lambda/lambda.h"
#include "plane/lambda/outcome.h"
#include "plane/lambda/own_functions.h"
#include "plane/lambda/rows.h"
#include "plane/s3/rows.h"
#include "plane/settings.h"

namespace hikae::plane {
namespace lambda {
namespace {

std::string_view function_setting(const engine::Tables& tables) {
  const auto* row = setting_row(tables, kFunctionSetting);
  return row ? text_at(*row, "Run") : std::string_view();
}

bool has_code_here(const engine::Tables& tables, const Scope& scope, std::string_view name) {
  constexpr std::string_view kInS3 = "s3://";
  const auto* row = tables.get(scope, kFunctionRows, name);
  if (!row) return false;
  if (tables.get(scope, kCodeRows, name)) return true;
  const auto location = text_at(*row, "Location");
  return location.starts_with(kInS3) &&
         tables.get({scope.account, ""}, s3::kObjectRows, location.substr(kInS3.size()));
}

Error not_run_here(std::string_view name) {
  return {ErrorKind::Unsupported, "FunctionNotRun",
          "hikae did not run " + str(name) +
              ": functions of your own are processes, which live by the real clock; this hikae has "
              "a virtual one"};
}

Error functions_are_off() {
  return {ErrorKind::Unsupported, "FunctionNotRun",
          "functions are off: take `functions: off` out of hikae.yaml and apply it"};
}

FunctionCall call_of(const aws::Request& request, const std::string& name, std::string id) {
  FunctionCall call;
  call.request_id = std::move(id);
  call.function_arn = function_arn(request.scope, name);
  call.trace_id = fmt::format("Root=1-{};Parent={};Sampled=0", hex_of("root/" + call.request_id, 8),
                              hex_of("parent/" + call.request_id, 16));
  call.client_context = aws::from_base64(text_at(request.input, "ClientContext")).value_or("");
  call.payload = text_at(request.input, "Payload", "{}");
  if (call.payload.empty()) call.payload = "{}";
  return call;
}

Outcome outcome_of(const engine::Tables& tables, const PoolCall& call) {
  const auto configuration = stored_configuration(tables, call.scope, call.name);
  Outcome about;
  about.request_id = call.call.request_id;
  about.version = "$LATEST";
  about.memory_mb = int_at(configuration, "MemorySize").value_or(128);
  about.time_limit = seconds(int_at(configuration, "Timeout").value_or(3));
  return about;
}

/// Whether asking again may help: then it is no failure of the function.
bool is_passing(const Error& error) {
  return error.kind == ErrorKind::Throttled || error.kind == ErrorKind::Unavailable ||
         error.kind == ErrorKind::Io;
}

Result<Value> not_begun(const Error& error) {
  if (error.kind == ErrorKind::Io)
    return fail(ErrorKind::Unavailable, "ServiceException", error.message);
  if (is_passing(error)) return std::unexpected(error);
  return unhandled(error);
}

}  // namespace

bool are_functions_off(const engine::Tables& tables) { return function_setting(tables) == "off"; }

bool is_process(const engine::Tables& tables, const Scope& scope, std::string_view name) {
  if (own_function(name) == OwnFunction::None) return true;
  return is_articles(name) && function_setting(tables).empty() &&
         has_code_here(tables, scope, name);
}

}  // namespace lambda

void Lambda::run_process(const aws::Request& request, const std::string& name, aws::Done done) {
  const auto& tables = kernel().tables();
  const auto refuse = [&](Result<Value> answer) {
    answer_later(kernel(), std::move(done), std::move(answer));
  };
  if (!pool_) return refuse(lambda::unhandled(lambda::not_run_here(name)));
  if (lambda::are_functions_off(tables))
    return refuse(lambda::unhandled(lambda::functions_are_off()));
  const auto may = access::caller_of_function(tables, clock_.now(), request.scope, name);
  if (!may) return refuse(std::unexpected(may.error()));
  kernel().perform([this, alive = std::weak_ptr<bool>(alive_), request, name,
                    done = std::move(done)](engine::Turn& turn) mutable {
    auto call = lambda::call_of(request, name, new_uuid(turn.entropy()));
    const bool wants_log = text_at(request.input, "LogType") == "Tail";
    turn.after_commit([this, alive, wants_log, done = std::move(done),
                       call = lambda::PoolCall{request.scope, name, std::move(call)}]() mutable {
      if (!alive.expired()) invoke_process(std::move(call), wants_log, std::move(done));
    });
  });
}

void Lambda::invoke_process(lambda::PoolCall call, bool wants_log, aws::Done done) {
  auto about = lambda::outcome_of(kernel().tables(), call);
  auto name = call.name;
  pool_->invoke(std::move(call), [this, alive = std::weak_ptr<bool>(alive_), name = std::move(name),
                                  about = std::move(about), wants_log,
                                  done = std::move(done)](Result<FunctionEnd> end) mutable {
    if (alive.expired()) return;
    if (!end) return done(lambda::not_begun(end.error()));
    about.ended = clock_.now();
    const auto log = lambda::log_of(*end, about);
    ports_.host->keep_log(name, log);
    auto answer = lambda::answer_of(*end, about);
    if (answer && wants_log) answer->as_object()["LogResult"] = lambda::log_tail(log);
    done(std::move(answer));
  });
}

}  // namespace hikae::plane
