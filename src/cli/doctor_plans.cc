// The doctor's look at windows, topics and mail.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/escape.h"
#include "cli/doctor.h"
#include "upkeep/doctor.h"

namespace hikae::cli {
namespace {

using upkeep::Check;
using upkeep::Grade;

Check refused_check(const std::string& what, const std::string& subject, const Error& error) {
  return {Grade::Failure, what, subject, printable(error.text()), "correct the cause"};
}

Check check_window(const Value& window) {
  const auto name = str(text_at(window, "Name"));
  if (!is_true_at(window, "Enabled"))
    return {Grade::Failure, "window", name, "it is disabled: it backs up nothing",
            "hikae window enable " + name};
  const auto next = text_at(window, "NextExecutionTime");
  if (next.empty())
    return {Grade::Failure, "window", name, "it never opens again",
            "correct its schedule in hikae.yaml and apply it"};
  const auto instant = parse_iso(next);
  return {Grade::Good, "window", name,
          "enabled, opens next at " + (instant ? iso(*instant) : printable(next))};
}

/// Nobody but a running hikae opens a window; a command that holds the folder is none.
Check check_running(const Session& session) {
  if (session.is_elsewhere()) return {Grade::Good, "hikae up", "", "hikae runs and serves"};
  return {Grade::Warning, "hikae up", "",
          "no hikae runs on " + session.data() + ": windows that pass meanwhile are missed",
          "start hikae up, with --listen so that commands work beside it"};
}

std::set<std::string> topics_of_plans(const std::vector<PlannedBackup>& plans) {
  std::set<std::string> topics;
  for (const auto& plan : plans)
    if (const auto topic = parameter_of(plan, "TopicArn"); !topic.empty())
      topics.insert(str(topic));
  return topics;
}

Result<Array> subscriptions_of(Session& session, const std::string& topic) {
  return call_pages(session, "sns", "ListSubscriptionsByTopic", Object{{"TopicArn", topic}},
                    "Subscriptions");
}

Check send_test_mail(Session& session, const std::string& to, int number) {
  const auto sent = session.call(
      "hikae-mail", "Send",
      Object{
          {"MessageId", fmt::format("doctor-{}-{}@hikae.invalid", unix_ms(session.now()), number)},
          {"FromName", "hikae"},
          {"To", to},
          {"Subject", "hikae doctor: a test mail"},
          {"Body",
           "Somebody ran `hikae doctor --mail`. If you read this, you are told when a "
           "backup fails.\n"},
          {"Attachments", Array{}}});
  if (sent) return {Grade::Good, "mail", to, "taken by " + printable(text_at(*sent, "Where"))};
  return {Grade::Failure, "mail", to, "not taken: " + printable(sent.error().text()),
          "correct smtp in hikae.yaml and apply it, or mend the mail server"};
}

}  // namespace

Checks check_windows(Session& session, const std::vector<PlannedBackup>& plans) {
  Checks checks{check_running(session)};
  const auto windows =
      call_pages(session, "ssm", "DescribeMaintenanceWindows", Object{}, "WindowIdentities");
  if (!windows) return {refused_check("windows", "", windows.error())};
  std::set<std::string> names;
  for (const auto& plan : plans) names.insert(plan.window);
  for (const auto& window : *windows)
    if (names.contains(str(text_at(window, "Name")))) checks.push_back(check_window(window));
  return checks;
}

Checks check_topics(Session& session, const std::vector<PlannedBackup>& plans) {
  Checks checks;
  for (const auto& topic : topics_of_plans(plans)) {
    const auto subscriptions = subscriptions_of(session, topic);
    if (!subscriptions) {
      checks.push_back(refused_check("subscription", topic, subscriptions.error()));
      continue;
    }
    for (auto& check : upkeep::check_topic(topic, *subscriptions))
      checks.push_back(std::move(check));
  }
  if (topics_of_plans(plans).empty())
    checks.push_back({Grade::Warning, "subscription", "", "no plan names a topic: nobody is told",
                      "write notify into hikae.yaml"});
  return checks;
}

Checks send_test_mails(Session& session, const std::vector<PlannedBackup>& plans) {
  std::set<std::string> addresses;
  for (const auto& topic : topics_of_plans(plans))
    if (const auto subscriptions = subscriptions_of(session, topic))
      for (const auto& one : *subscriptions)
        if (text_at(one, "Protocol").starts_with("email"))
          addresses.insert(str(text_at(one, "Endpoint")));
  if (addresses.empty())
    return {{Grade::Failure, "mail", "", "there is no address to send a test mail to",
             "write notify into hikae.yaml and apply it"}};
  Checks checks;
  for (const auto& to : addresses)
    checks.push_back(send_test_mail(session, to, static_cast<int>(checks.size())));
  return checks;
}

namespace {

constexpr std::size_t kWindowsLookedAt = 100;

/// An enabled window that runs a document on machines.
struct SeenWindow {
  std::string name;
  std::string document;
  std::set<std::string> machines;  // "tag:BackupGroup=ssm-backup-group", "InstanceIds=i-1"
};

std::set<std::string> machines_of(const Array& targets) {
  std::set<std::string> machines;
  for (const auto& target : targets)
    for (const auto& value : list_at(target, "Values"))
      machines.insert(str(text_at(target, "Key")) + "=" + str(text_of(value)));
  return machines;
}

bool share_machines(const SeenWindow& a, const SeenWindow& b) {
  return std::ranges::any_of(a.machines,
                             [&](const std::string& one) { return b.machines.contains(one); });
}

/// The windows of the account itself, where it is AWS's; of the embedded place there is none.
Result<std::vector<SeenWindow>> windows_of_account(Session& session) {
  const auto ask = [&](const char* operation, Object input, const char* list) {
    return call_pages(session, upkeep::kAccountService, operation, std::move(input), list);
  };
  std::vector<SeenWindow> seen;
  const Array enabled{Object{{"Key", "Enabled"}, {"Values", Array{"true"}}}};
  auto windows = TRY(ask("DescribeMaintenanceWindows", {{"Filters", enabled}}, "WindowIdentities"));
  if (windows.size() > kWindowsLookedAt) windows.resize(kWindowsLookedAt);
  for (const auto& window : windows) {
    const Object id{{"WindowId", text_at(window, "WindowId")}};
    const auto targets = TRY(ask("DescribeMaintenanceWindowTargets", id, "Targets"));
    for (const auto& task : TRY(ask("DescribeMaintenanceWindowTasks", id, "Tasks"))) {
      SeenWindow one{str(text_at(window, "Name")), str(text_at(task, "TaskArn")), {}};
      for (const auto& target : targets)
        one.machines.merge(machines_of(list_at(target, "Targets")));
      one.machines.merge(machines_of(list_at(task, "Targets")));
      if (text_at(task, "Type") == "AUTOMATION") seen.push_back(std::move(one));
    }
  }
  return seen;
}

Check backed_up_twice(const PlannedBackup& plan, const SeenWindow& other, const char* whose) {
  return {Grade::Warning, "backed up twice", plan.window,
          fmt::format("the window {} of {} runs {} on the same machines", printable(other.name),
                      whose, printable(other.document)),
          "disable one of the two: two runs at one time stand in each other's way"};
}

SeenWindow seen_of(const PlannedBackup& plan) {
  return {plan.window, plan.document, machines_of(plan.targets)};
}

std::set<std::string> enabled_windows(Session& session) {
  std::set<std::string> names;
  if (const auto windows =
          call_pages(session, "ssm", "DescribeMaintenanceWindows", Object{}, "WindowIdentities"))
    for (const auto& window : *windows)
      if (is_true_at(window, "Enabled")) names.insert(str(text_at(window, "Name")));
  return names;
}

}  // namespace

Checks check_other_windows(Session& session, const std::vector<PlannedBackup>& plans) {
  Checks checks;
  const auto enabled = enabled_windows(session);
  const auto of_account = windows_of_account(session);
  for (std::size_t i = 0; i < plans.size(); ++i) {
    const auto mine = seen_of(plans[i]);
    for (std::size_t j = i + 1; j < plans.size(); ++j) {
      const auto other = seen_of(plans[j]);
      const bool both = enabled.contains(mine.name) && enabled.contains(other.name);
      if (both && mine.document != other.document && share_machines(mine, other))
        checks.push_back(backed_up_twice(plans[i], other, "hikae"));
    }
    if (!of_account) continue;
    for (const auto& other : *of_account)
      if (share_machines(mine, other))
        checks.push_back(backed_up_twice(plans[i], other, "the account"));
  }
  const bool is_embedded = !of_account && of_account.error().kind == ErrorKind::Unsupported;
  if (!of_account && !is_embedded)
    checks.push_back({Grade::Inferred, "backed up twice", "",
                      "the account's own windows could not be looked at: " +
                          printable(of_account.error().text())});
  return checks;
}

}  // namespace hikae::cli
