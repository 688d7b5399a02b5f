#include "plan/routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include "aws/model.h"
#include "base/escape.h"
#include "base/value.h"

namespace hikae::plan {
namespace {

constexpr std::array<std::string_view, 3> kAnswererNames{"hikae", "aws", "known"};

struct DefaultRoute {
  std::string_view service;
  std::string_view operations;  // separated by spaces; empty: all others
  Answerer answerer;
};

constexpr std::array kDefaultRoutes{
    DefaultRoute{"ec2", "", Answerer::Aws},
    DefaultRoute{"sts", "", Answerer::Aws},
    // What the machines themselves know: their agents, and the commands sent to them.
    DefaultRoute{"ssm",
                 "DescribeInstanceInformation SendCommand CancelCommand ListCommands "
                 "ListCommandInvocations GetCommandInvocation",
                 Answerer::Aws},
    DefaultRoute{"ssm",
                 "GetParameter GetParameters GetParametersByPath GetParameterHistory "
                 "DescribeParameters PutParameter DeleteParameter DeleteParameters "
                 "LabelParameterVersion UnlabelParameterVersion",
                 Answerer::Aws},
    DefaultRoute{"ssm", "", Answerer::Hikae},
    DefaultRoute{"lambda", "Invoke GetFunction GetFunctionConfiguration", Answerer::Known},
    DefaultRoute{"lambda", "", Answerer::Hikae},
    DefaultRoute{"sns", "Publish PublishBatch GetTopicAttributes", Answerer::Known},
    DefaultRoute{"sns", "", Answerer::Hikae},
    DefaultRoute{"events", "", Answerer::Hikae},
    DefaultRoute{"sqs", "", Answerer::Hikae},
    DefaultRoute{"s3", "", Answerer::Hikae},
    DefaultRoute{"iam", "", Answerer::Hikae},
    DefaultRoute{"cloudformation", "", Answerer::Hikae},
};

std::optional<Answerer> answerer_of(std::string_view name) {
  const auto at = std::ranges::find(kAnswererNames, name);
  if (at == kAnswererNames.end()) return std::nullopt;
  return static_cast<Answerer>(at - kAnswererNames.begin());
}

std::unexpected<Error> wrong_route(std::string why) {
  return fail(ErrorKind::Invalid, std::move(why));
}

/// Service and operation in the model's spelling.
Result<Route> route_of_name(std::string_view name) {
  const auto colon = name.find(':');
  Route route;
  route.service = name.substr(0, colon);
  if (colon == std::string_view::npos) {
    if (aws::Model::get().knows_service(route.service)) return route;
    return wrong_route(fmt::format(
        "AWS has no service \"{}\"; write it as boto3 does (ec2, ssm, lambda)", printable(name)));
  }
  const auto found = aws::Model::get().find(route.service, name.substr(colon + 1));
  if (!found)
    return wrong_route(fmt::format("{}; write SERVICE or SERVICE:Operation, as ssm:SendCommand",
                                   found.error().message));
  route.service = found->service();
  route.operation = found->name();
  return route;
}

bool may_be_known(const Route& route) {
  return std::ranges::any_of(default_routes(), [&](const Route& line) {
    return line.name() == route.name() && line.answerer == Answerer::Known;
  });
}

std::vector<Route> lines_of(const DefaultRoute& row) {
  std::vector<Route> lines;
  auto rest = row.operations;
  do {
    const auto end = std::min(rest.find(' '), rest.size());
    lines.push_back({str(row.service), str(rest.substr(0, end)), row.answerer});
    rest.remove_prefix(std::min(end + 1, rest.size()));
  } while (!rest.empty());
  return lines;
}

}  // namespace

std::string_view to_text(Answerer answerer) {
  return kAnswererNames[static_cast<std::size_t>(answerer)];
}

std::string Route::name() const { return operation.empty() ? service : service + ":" + operation; }

std::vector<Route> default_routes() {
  std::vector<Route> all;
  for (const auto& row : kDefaultRoutes)
    for (auto& line : lines_of(row)) all.push_back(std::move(line));
  std::ranges::sort(all, {}, &Route::name);
  return all;
}

Result<Route> read_route(std::string_view name, std::string_view answerer) {
  auto route = TRY(route_of_name(name));
  const auto who = answerer_of(answerer);
  if (!who)
    return wrong_route(
        fmt::format("\"{}\" answers nothing; write hikae or aws", printable(answerer)));
  route.answerer = *who;
  if (*who == Answerer::Known && !may_be_known(route))
    return wrong_route(
        fmt::format("`known` is for calls that name one function or topic (lambda:Invoke, "
                    "sns:Publish), {} does not; write hikae or aws",
                    route.name()));
  return route;
}

std::vector<Route> routes_with(const std::vector<Route>& changes) {
  std::map<std::string, Route> by_name;
  for (auto& line : default_routes()) by_name[line.name()] = std::move(line);
  for (const auto& line : changes) by_name[line.name()] = line;
  std::vector<Route> all;
  for (auto& [name, line] : by_name) all.push_back(std::move(line));
  return all;
}

}  // namespace hikae::plan
