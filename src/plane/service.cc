#include "plane/service.h"

#include <algorithm>
#include <charconv>

namespace hikae::plane {

void Service::on(std::string operation, Handler handler) {
  handlers_.insert_or_assign(std::move(operation), std::move(handler));
}

void Service::on_late(std::string operation, LateHandler handler) {
  late_.insert_or_assign(std::move(operation), std::move(handler));
}

std::vector<std::string> Service::operations() const {
  std::vector<std::string> names;
  for (const auto& [name, handler] : handlers_) names.push_back(name);
  for (const auto& [name, handler] : late_) names.push_back(name);
  return names;
}

/// An exception ends the request, never the process.
Result<Value> Service::answer(const Handler& handler, const Ask& ask) const {
  try {
    return handler(ask);
  } catch (const std::exception& problem) {
    return fail(ErrorKind::Unavailable, "InternalServerError",
                name_ + " failed on this request: " + problem.what());
  }
}

void Service::call(aws::Request request, aws::Done done) {
  if (const auto late = late_.find(request.operation); late != late_.end())
    return late->second(std::move(request), std::move(done));
  kernel_.perform([this, request = std::move(request),
                   done = std::move(done)](engine::Turn& turn) mutable {
    const auto found = handlers_.find(request.operation);
    auto result = found == handlers_.end()
                      ? fail(ErrorKind::Unsupported, "UnknownOperationException",
                             "hikae does not answer " + name_ + ":" + request.operation)
                      : answer(found->second, {request.scope, request.input, request.caller, turn});
    turn.after_commit([done = std::move(done), result = std::move(result)]() mutable {
      done(std::move(result));
    });
  });
}

std::string arn_of(std::string_view service, const Scope& scope, std::string_view resource) {
  return "arn:aws:" + str(service) + ":" + scope.region + ":" + scope.account + ":" + str(resource);
}

std::string_view name_in_arn(std::string_view arn_or_name) {
  if (!arn_or_name.starts_with("arn:")) return arn_or_name;
  return arn_or_name.substr(arn_or_name.find_last_of(":/") + 1);
}

Result<Page> page_of(const Value& input, std::size_t total, std::size_t most) {
  Page page;
  const auto token = text_at(input, "NextToken");
  if (!token.empty()) {
    const auto* end = token.data() + token.size();
    const auto [at, error] = std::from_chars(token.data(), end, page.first);
    if (error != std::errc{} || at != end || page.first > total)
      return fail(ErrorKind::Invalid, "InvalidNextToken", "The specified token is not valid.");
  }
  const auto wanted = int_at(input, "MaxResults");
  const auto size =
      wanted && *wanted > 0 ? std::min<std::size_t>(most, static_cast<std::size_t>(*wanted)) : most;
  page.count = std::min(size, total - page.first);
  if (page.first + page.count < total) page.next = std::to_string(page.first + page.count);
  return page;
}

}  // namespace hikae::plane
