#include "house/routing.h"

#include <algorithm>
#include <array>

#include "base/value.h"
#include "plane/checks.h"
#include "plane/lambda/own_functions.h"
#include "plane/lambda/rows.h"
#include "plane/sns/rows.h"

namespace hikae::house {
namespace {

/// Of ssm, what the machines themselves know: their agents, and the commands sent to them.
constexpr std::array<std::string_view, 6> kAgentCalls{
    "DescribeInstanceInformation", "SendCommand",         "CancelCommand", "ListCommands",
    "ListCommandInvocations",      "GetCommandInvocation"};

bool is_of_machines(std::string_view service, std::string_view operation) {
  if (service == "ec2") return true;
  return service == "ssm" && std::ranges::find(kAgentCalls, operation) != kAgentCalls.end();
}

/// A bare name is of the place that asks.
bool is_of_asking_place(std::string_view name, const Scope& asking) {
  const auto parts = plane::parts_of_arn(name);
  return parts.account.empty() ||
         (parts.account == asking.account && parts.region == asking.region);
}

bool is_known_function(const engine::Tables& tables, const aws::Request& request) {
  const auto given = text_at(request.input, "FunctionName");
  if (!is_of_asking_place(given, request.scope)) return false;
  const auto name = plane::lambda::name_of_function(given);
  return plane::lambda::own_function(name) != plane::lambda::OwnFunction::None ||
         tables.get(request.scope, plane::lambda::kFunctionRows, name) != nullptr;
}

bool is_known_topic(const engine::Tables& tables, const aws::Request& request) {
  auto arn = text_at(request.input, "TopicArn");
  if (arn.empty()) arn = text_at(request.input, "TargetArn");
  if (arn.empty()) return true;
  return is_of_asking_place(arn, request.scope) &&
         tables.get(request.scope, plane::sns::kTopicRows, plane::parts_of_arn(arn).resource) !=
             nullptr;
}

aws::Cloud* own_answerer(const plan::Route& route, const Answerers& answerers) {
  if (is_of_machines(route.service, route.operation)) return answerers.embedded;
  const auto found = answerers.own.find(route.service);
  return found == answerers.own.end() ? nullptr : found->second;
}

aws::Cloud* answerer_of_route(const plan::Route& route, const Answerers& answerers,
                              std::vector<std::unique_ptr<aws::Cloud>>& helpers) {
  auto* own = own_answerer(route, answerers);
  switch (route.answerer) {
    case plan::Answerer::Hikae: return own;
    case plan::Answerer::Aws: return answerers.aws;
    case plan::Answerer::Known: break;
  }
  if (!own || !answerers.aws) return own ? own : answerers.aws;
  helpers.push_back(std::make_unique<KnownOrAws>(*answerers.tables, *own, *answerers.aws));
  return helpers.back().get();
}

}  // namespace

bool is_known_here(const engine::Tables& tables, const aws::Request& request) {
  return request.service == "sns" ? is_known_topic(tables, request)
                                  : is_known_function(tables, request);
}

void KnownOrAws::call(aws::Request request, aws::Done done) {
  auto& answering = is_known_here(tables_, request) ? own_ : aws_;
  answering.call(std::move(request), std::move(done));
}

void lay_routes(aws::Router& router, const std::vector<plan::Route>& routes,
                const Answerers& answerers, std::vector<std::unique_ptr<aws::Cloud>>& helpers) {
  for (const auto& route : routes)
    if (auto* cloud = answerer_of_route(route, answerers, helpers))
      router.add(route.service, route.operation, *cloud);
    else
      router.remove(route.service, route.operation);
}

void lay_embedded_routes(aws::Router& router, const Answerers& answerers) {
  router.add("ec2", *answerers.embedded);
  for (const auto operation : kAgentCalls) router.add("ssm", operation, *answerers.embedded);
}

}  // namespace hikae::house
