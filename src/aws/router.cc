#include "aws/router.h"

#include <fmt/format.h>

#include "aws/model.h"
#include "base/escape.h"
#include "base/invariant.h"

namespace hikae::aws {
namespace {

bool is_internal(std::string_view service) { return service.starts_with("hikae"); }

Result<> normalise(Request& request) {
  const auto& model = Model::get();
  const auto operation = TRY(model.find(request.service, request.operation));
  request.service = operation.service();
  request.operation = operation.name();
  if (request.input.is_null()) request.input = Object{};
  auto fit = model.check_input(operation, request.input);
  if (fit) return fit;
  return in_context(std::move(fit), fmt::format("{}:{}", request.service, request.operation));
}

}  // namespace

void Router::add(std::string_view service, Cloud& cloud) { add(service, "", cloud); }

void Router::add(std::string_view service, std::string_view operation, Cloud& cloud) {
  INVARIANT(is_internal(service) || Model::get().knows_service(service),
            "a route names a service of the model or an internal one");
  INVARIANT(operation.empty() || is_internal(service) ||
                (Model::get().find(service, operation) &&
                 Model::get().find(service, operation)->name() == operation),
            "a route names an operation as the model spells it");
  by_operation_[{str(service), str(operation)}] = &cloud;
}

void Router::remove(std::string_view service, std::string_view operation) {
  by_operation_.erase({str(service), str(operation)});
}

void Router::call(Request request, Done done) {
  auto cloud = prepare(request);
  if (!cloud) {
    timers_.soon([done = std::move(done), error = std::move(cloud.error())]() mutable {
      done(std::unexpected(std::move(error)));
    });
    return;
  }
  if (observer_) observer_(request);
  (*cloud)->call(std::move(request), std::move(done));
}

Result<Cloud*> Router::prepare(Request& request) const {
  if (!is_internal(request.service)) TRY_DO(normalise(request));
  if (auto* cloud = who_answers(request)) {
    if (guard_) TRY_DO(guard_(request));
    return cloud;
  }
  return fail(ErrorKind::Unsupported, "UnknownOperationException",
              fmt::format("nobody here answers {}:{}; see which services this place offers",
                          printable(request.service), printable(request.operation)));
}

Cloud* Router::who_answers(const Request& request) const {
  using Names = std::pair<std::string_view, std::string_view>;
  auto it = by_operation_.find(Names{request.service, request.operation});
  if (it == by_operation_.end()) it = by_operation_.find(Names{request.service, ""});
  return it == by_operation_.end() ? nullptr : it->second;
}

}  // namespace hikae::aws
