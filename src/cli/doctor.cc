// `hikae doctor`: would tonight work? And the policy that it needs.
#include "cli/doctor.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/commands.h"
#include "upkeep/doctor.h"

namespace hikae::cli {
namespace {

/// A window without the tag wants the agent, as AWS's do (plan/template_windows.cc writes it).
bool wants_agent(Session& session, const std::string& window_id) {
  const auto tags =
      session.call("ssm", "ListTagsForResource",
                   Object{{"ResourceType", "MaintenanceWindow"}, {"ResourceId", window_id}});
  if (!tags) return true;
  for (const auto& tag : list_at(*tags, "TagList"))
    if (text_at(tag, "Key") == "hikae:require-agent") return text_at(tag, "Value") != "false";
  return true;
}

std::string id_of_window(Session& session, const std::string& name) {
  const auto all = session.call("ssm", "DescribeMaintenanceWindows", Object{});
  if (!all) return {};
  for (const auto& window : list_at(*all, "WindowIdentities"))
    if (text_at(window, "Name") == name) return str(text_at(window, "WindowId"));
  return {};
}

upkeep::DoctorOrder order_of(Session& session, const PlannedBackup& plan) {
  upkeep::DoctorOrder order;
  order.window = plan.window;
  order.instances = describe_input(plan.targets);
  if (const auto tag = parameter_of(plan, "StopTag"); !tag.empty()) order.tags.stop_tag = tag;
  if (const auto tag = parameter_of(plan, "GenerationTag"); !tag.empty())
    order.tags.generation_tag = tag;
  if (auto keep = keep_of(plan); !keep.empty())
    if (auto rule = retention::read_rule(keep)) order.tags.keep = std::move(*rule);
  order.needs_agent = wants_agent(session, id_of_window(session, plan.window));
  order.owner.installation = session.installation();
  return order;
}

Checks examine_machines(Session& session, const PlannedBackup& plan) {
  auto found = std::make_shared<std::optional<Checks>>();
  upkeep::examine_plan(session.context(), order_of(session, plan),
                       [found](Checks checks) { *found = std::move(checks); });
  session.run_until([&] { return found->has_value(); });
  if (found->has_value()) return std::move(**found);
  return {{upkeep::Grade::Failure, "doctor", plan.window, "interrupted before all was asked",
           "run it again"}};
}

/// Two plans may have a machine in common: what is said twice is said once.
void add_checks(Checks& all, Checks more) {
  for (auto& check : more)
    if (std::ranges::find(all, check) == all.end()) all.push_back(std::move(check));
}

Checks examine_all(const DoctorOptions& options, Session& session) {
  const auto plans = planned_backups(session);
  if (!plans)
    return {{upkeep::Grade::Failure, "plans", "", plans.error().message, "hikae apply hikae.yaml"}};
  Checks all = check_windows(session, *plans);
  for (const auto& plan : *plans) add_checks(all, examine_machines(session, plan));
  add_checks(all, check_topics(session, *plans));
  add_checks(all, check_other_windows(session, *plans));
  if (options.mail == DoctorMail::Send) add_checks(all, send_test_mails(session, *plans));
  return all;
}

}  // namespace

Exit doctor(const DoctorOptions& options) {
  if (options.only_policy) return print_policy(options.common);
  Output out(options.common.format);
  auto session = open_session(options.common, options.world);
  if (!session) return report(out, session.error());
  const auto checks = examine_all(options, **session);
  print_checks(out, checks);
  if ((*session)->interrupted()) return Exit::Interrupted;
  return count_grade(checks, upkeep::Grade::Failure) == 0 ? Exit::Ok : Exit::Failed;
}

}  // namespace hikae::cli
