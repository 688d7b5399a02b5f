// `hikae routes`: who answers which call.
#include "plan/routes.h"

#include "cli/commands.h"
#include "cli/last_use.h"

namespace hikae::cli {
namespace {

bool is_changed(const plan::Route& line, const std::vector<plan::Route>& changes) {
  for (const auto& change : changes)
    if (change.name() == line.name()) return true;
  return false;
}

std::string what_it_means(plan::Answerer answerer) {
  switch (answerer) {
    case plan::Answerer::Hikae: return "hikae";
    case plan::Answerer::Aws: return "AWS";
    case plan::Answerer::Known: break;
  }
  return "hikae, of its own functions and topics; AWS, of all others";
}

void print_routes(const std::vector<plan::Route>& lines, const CloudChoice& cloud, Output& out) {
  TextTable table({"CALL", "WHO ANSWERS", ""});
  for (const auto& line : lines)
    table.add({line.operation.empty() ? line.service + ":*" : line.name(),
               what_it_means(line.answerer),
               is_changed(line, cloud.routes) ? "changed in hikae.yaml" : ""});
  table.print(out);
}

}  // namespace

Exit routes(const RoutesOptions& options) {
  Output out(options.common.format);
  auto session = open_session(options.common, {});
  if (!session) return report(out, session.error());
  const auto cloud = cloud_choice((*session)->setting(kCloudSetting));
  const auto lines = cloud.is_aws ? plan::routes_with(cloud.routes) : std::vector<plan::Route>();
  if (out.json()) {
    Array shown;
    for (const auto& line : lines)
      shown.push_back(Object{{"Call", line.name()},
                             {"Answerer", plan::to_text(line.answerer)},
                             {"Changed", is_changed(line, cloud.routes)}});
    out.value(Object{{"Cloud", cloud.is_aws ? "aws" : "embedded"}, {"Routes", std::move(shown)}});
    return Exit::Ok;
  }
  cloud.is_aws ? print_routes(lines, cloud, out)
               : out.line("cloud: embedded: hikae answers everything");
  return Exit::Ok;
}

}  // namespace hikae::cli
