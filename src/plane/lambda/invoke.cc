// Invoke: hikae's own functions run here; asynchronous invocations become machines.
#include "base/hash.h"
#include "plane/iam/access.h"
#include "plane/lambda/invocation.h"
#include "plane/lambda/lambda.h"
#include "plane/lambda/left_stopped.h"
#include "plane/lambda/outcome.h"
#include "plane/lambda/own_functions.h"
#include "plane/lambda/processes.h"
#include "plane/lambda/rows.h"
#include "text/json.h"
#include "upkeep/agent_check.h"
#include "upkeep/retention_handler.h"

namespace hikae::plane {
namespace lambda {
namespace {

constexpr std::size_t kPayloadBytes = 6 * 1024 * 1024;  // Lambda's own, of a synchronous invocation
constexpr std::size_t kEventPayloadBytes = 256 * 1024;  // of an asynchronous one

/// An Invoke, read.
struct Wanted {
  std::string name;
  std::string type;     // RequestResponse, Event, DryRun
  std::string payload;  // JSON text
  Value event;          // the same as a value
};

Result<Value> event_of(std::string_view payload) {
  if (payload.empty()) return Object();
  auto event = text::parse_json(payload);
  if (event) return event;
  return aws::aws_error("InvalidRequestContentException",
                        "Could not parse request body into json: " + event.error().message);
}

Result<> check_payload(const Wanted& wanted) {
  const auto most = wanted.type == "Event" ? kEventPayloadBytes : kPayloadBytes;
  if (wanted.payload.size() <= most) return {};
  return aws::aws_error("RequestTooLargeException",
                        std::to_string(wanted.payload.size()) +
                            " byte payload is too large for the " + wanted.type +
                            " invocation type (limit " + std::to_string(most) + " bytes)",
                        413);
}

Result<Wanted> read_invoke(const engine::Tables& tables, const aws::Request& request) {
  Wanted wanted;
  const auto given = text_at(request.input, "FunctionName");
  wanted.name = name_of_function(given);
  if (wanted.name.empty())
    return wrong_value("'" + str(given) + "' is no name or ARN of a function");
  if (own_function(wanted.name) == OwnFunction::None &&
      !tables.get(request.scope, kFunctionRows, wanted.name))
    return no_function(request.scope, wanted.name);
  wanted.type = text_at(request.input, "InvocationType", "RequestResponse");
  if (wanted.type != "RequestResponse" && wanted.type != "Event" && wanted.type != "DryRun")
    return wrong_value("InvocationType '" + wanted.type +
                       "' is not known; use RequestResponse, Event or DryRun");
  wanted.payload = text_at(request.input, "Payload");
  TRY_DO(check_payload(wanted));
  wanted.event = TRY(event_of(wanted.payload));
  return wanted;
}

Value succeeded(const Value& answer) {
  return Object{
      {"StatusCode", 200}, {"ExecutedVersion", "$LATEST"}, {"Payload", text::to_json(answer)}};
}

}  // namespace
}  // namespace lambda

Lambda::Lambda(engine::Kernel& kernel, aws::Cloud& cloud, const WallClock& clock, Timers& timers,
               const lambda::FunctionPorts& ports)
    : Service("lambda", kernel), cloud_(cloud), clock_(clock), timers_(timers), ports_(ports) {
  if (ports.host) pool_ = std::make_unique<lambda::FunctionPool>(kernel, cloud, timers, ports);
  add_functions();
  add_permissions();
  add_versions();
  on_late("Invoke", [this](aws::Request request, aws::Done done) {
    invoke(std::move(request), std::move(done));
  });
}

void Lambda::invoke(aws::Request request, aws::Done done) {
  auto wanted = lambda::read_invoke(kernel().tables(), request);
  if (!wanted) return answer_later(kernel(), std::move(done), std::unexpected(wanted.error()));
  if (wanted->type == "DryRun")
    return answer_later(kernel(), std::move(done), Object{{"StatusCode", 204}});
  const bool is_asked_now = wanted->type == "RequestResponse";
  if (is_asked_now && lambda::is_process(kernel().tables(), request.scope, wanted->name))
    return run_process(request, wanted->name, std::move(done));
  if (is_asked_now)
    return run({request.scope, wanted->name, wanted->payload}, wanted->event, std::move(done));
  kernel().perform([scope = request.scope, wanted = *std::move(wanted),
                    done = std::move(done)](engine::Turn& turn) mutable {
    turn.start({scope, str(lambda::kInvocationKind), new_uuid(turn.entropy())},
               Object{{"FunctionName", wanted.name},
                      {"FunctionArn", lambda::function_arn(scope, wanted.name)},
                      {"Payload", wanted.payload}});
    turn.after_commit([done = std::move(done)]() mutable { done(Object{{"StatusCode", 202}}); });
  });
}

void Lambda::run(const Running& key, const Value& event, aws::Done done) {
  const auto& [scope, name, payload] = key;
  const auto own = lambda::own_function(name);
  auto caller = access::caller_of_function(kernel().tables(), clock_.now(), scope, name);
  if (!caller) return answer_later(kernel(), std::move(done), std::unexpected(caller.error()));
  auto& waiting = running_[key];
  waiting.push_back(std::move(done));
  if (waiting.size() > 1) return;
  auto configuration = lambda::configuration_of(kernel().tables(), scope, name);
  auto& cloud = lambda::is_articles(name) ? static_cast<aws::Cloud&>(stand_in_) : cloud_;
  const upkeep::Context context{cloud, clock_, timers_, scope, *std::move(caller), turns_};
  auto then = [this, key, alive = std::weak_ptr<bool>(alive_)](Result<Value> answer) {
    if (!alive.expired()) ended(key, answer);
  };
  if (own == lambda::OwnFunction::Retention)
    return upkeep::retention_handler(context, event, configuration, std::move(then));
  configuration.as_object()["LeftStopped"] = lambda::left_stopped(kernel(), scope);
  upkeep::agent_check_handler(context, event, configuration, std::move(then));
}

void Lambda::ended(const Running& key, const Result<Value>& answer) {
  auto waiting = std::exchange(running_[key], {});
  running_.erase(key);
  for (auto& done : waiting)
    done(answer ? lambda::succeeded(*answer) : lambda::unhandled(answer.error()));
}

}  // namespace hikae::plane
