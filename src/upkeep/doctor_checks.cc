#include "upkeep/doctor_checks.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/escape.h"
#include "upkeep/calls.h"

namespace hikae::upkeep {
namespace {

constexpr std::size_t kShown = 60;

std::string instance_id_of(const Value& instance) { return str(text_at(instance, "InstanceId")); }

bool is_powered_off(const Value& instance) {
  const auto state = text_at(object_at(instance, "State"), "Name");
  return state == "stopped" || state == "stopping";
}

bool pings(const Value* agent) { return agent && text_at(*agent, "PingStatus") == "Online"; }

std::string quoted_text(std::string_view text) {
  return "\"" + printable(text.substr(0, kShown)) + "\"";
}

Grade grade_of_missing_agent(const DoctorOrder& order) {
  return order.needs_agent ? Grade::Failure : Grade::Warning;
}

std::string needs_text(const DoctorOrder& order) {
  return order.needs_agent ? "; its window leaves the machine out (require_agent)"
                           : "; hikae-backup works without it, your own Run Command steps do not";
}

std::string last_ping(const Value& agent) {
  const auto at = text_at(agent, "LastPingDateTime");
  const auto instant = parse_iso(at);
  if (instant) return "last ping " + iso(*instant);
  return at.empty() ? "no ping is recorded" : "last ping " + printable(at);
}

}  // namespace

std::string_view to_string(Grade grade) {
  switch (grade) {
    case Grade::Good: return "good";
    case Grade::Inferred: return "inferred";
    case Grade::Warning: return "warning";
    case Grade::Failure: return "failure";
  }
  return "";
}

Check check_agent(const Value& instance, const Value* agent, const DoctorOrder& order) {
  Check check{Grade::Good, "agent", instance_id_of(instance), ""};
  const auto version = agent ? printable(text_at(*agent, "AgentVersion")) : std::string();
  if (agent)
    check.detail = (version.empty() ? "" : "version " + version + ", ") + last_ping(*agent);
  if (pings(agent)) return check;
  if (is_powered_off(instance)) {
    check.grade = Grade::Inferred;
    check.detail = "the machine is off, so its agent is silent" +
                   (agent ? "; " + check.detail : std::string());
    return check;
  }
  check.grade = grade_of_missing_agent(order);
  if (!agent) {
    check.detail = "never registered with Systems Manager" + needs_text(order);
    check.advice =
        "install the SSM agent, and give the machine an instance profile with "
        "AmazonSSMManagedInstanceCore";
    return check;
  }
  check.detail =
      fmt::format("{} ({}){}", text_at(*agent, "PingStatus") == "Inactive" ? "inactive" : "lost",
                  check.detail, needs_text(order));
  check.advice =
      "restart the agent on the machine (systemctl restart amazon-ssm-agent), or look "
      "at its network and its profile";
  return check;
}

Check check_endpoints(const Value& instance, const Value* agent) {
  const auto id = instance_id_of(instance);
  if (pings(agent))
    return {Grade::Good, "endpoints", id, "SSM's endpoints are reached: inferred from the ping"};
  if (is_powered_off(instance))
    return {Grade::Inferred, "endpoints", id, "no ping to infer it from: the machine is off"};
  return {Grade::Inferred, "endpoints", id,
          "SSM's endpoints may be out of reach: inferred from the missing ping",
          "let the machine reach ssm, ssmmessages and ec2messages of its region on port 443 (a "
          "NAT, or VPC endpoints)"};
}

Check check_profile(const Value& instance, const Value* agent,
                    const std::optional<std::vector<std::string>>& policies,
                    const DoctorOrder& order) {
  Check check{Grade::Good, "profile", instance_id_of(instance), ""};
  const auto profile = printable(text_at(object_at(instance, "IamInstanceProfile"), "Arn"));
  const auto name = profile.substr(profile.rfind('/') + 1);
  if (pings(agent)) {
    check.detail = profile.empty()
                       ? "no instance profile, but the agent pings: the account's default host "
                         "management, inferred"
                       : name + " has SSM rights: inferred from the ping";
    if (profile.empty()) check.grade = Grade::Inferred;
    return check;
  }
  check.advice = "attach an instance profile whose role has AmazonSSMManagedInstanceCore";
  if (profile.empty()) {
    check.grade = is_powered_off(instance) ? Grade::Warning : grade_of_missing_agent(order);
    check.detail = "the machine has no instance profile";
    return check;
  }
  if (!policies) {
    check.grade = Grade::Inferred;
    check.detail = name + ": its rights could not be read, and no ping proves them";
    return check;
  }
  const bool has = std::ranges::any_of(
      *policies, [](const std::string& policy) { return policy.find("SSM") != std::string::npos; });
  check.grade = has ? Grade::Inferred : grade_of_missing_agent(order);
  check.detail = has ? name + " has a policy for SSM by its name; no ping proves it"
                     : name + " has no policy for SSM attached (inline ones are not looked at)";
  if (has) check.advice.clear();
  return check;
}

std::vector<Check> check_tags(const Value& instance, const DoctorOrder& order) {
  std::vector<Check> checks;
  const auto id = instance_id_of(instance);
  const auto findings = examine(Array{instance}, {}, order.tags);
  for (const auto& one : findings.stop_tag)
    checks.push_back({Grade::Failure, "tag " + order.tags.stop_tag, id,
                      one.detail + ": it would be backed up without being stopped",
                      "write exactly true or false into it"});
  for (const auto& one : findings.generation_tag)
    checks.push_back({Grade::Failure, "tag " + order.tags.generation_tag, id,
                      one.detail + ": none of its backups would be deleted",
                      "write the number of generations into it, a whole number from 1"});
  for (const auto& one : findings.left_stopped)
    checks.push_back({Grade::Warning, "power", id, "hikae has left it stopped: " + one.detail,
                      "look at `hikae runs`; start it by hand where hikae does not try any more"});
  if (is_held(instance))
    checks.push_back({Grade::Warning, "hold", id,
                      "it is on hold: backed up without a stop, and none of its backups goes",
                      "`hikae hold " + id + " --off` when that is over"});
  if (findings.stop_tag.empty() && findings.generation_tag.empty())
    checks.push_back({Grade::Good, "tags", id, "valid"});
  return checks;
}

namespace {

std::string plain_letters(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == ' ' || c == '\t' || c == '-' || c == '_') continue;
    out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

/// The values by key that an instance of the plan must have.
struct GroupTag {
  std::string key;
  std::vector<std::string> values;
};

std::vector<GroupTag> group_tags(const DoctorOrder& order) {
  std::vector<GroupTag> tags;
  for (const auto& filter : list_at(order.instances, "Filters")) {
    const auto name = text_at(filter, "Name");
    if (!name.starts_with("tag:")) continue;
    GroupTag tag{str(name.substr(4)), {}};
    for (const auto& value : list_at(filter, "Values")) tag.values.push_back(str(text_of(value)));
    tags.push_back(std::move(tag));
  }
  return tags;
}

bool nearly_fits(const GroupTag& wanted, std::string_view key, std::string_view value) {
  if (plain_letters(key) != plain_letters(wanted.key)) return false;
  const auto same = [&](const std::string& one) { return one == value; };
  if (key == wanted.key && std::ranges::any_of(wanted.values, same)) return false;
  return std::ranges::any_of(wanted.values, [&](const std::string& one) {
    return plain_letters(one) == plain_letters(value);
  });
}

}  // namespace

std::vector<Check> check_near_misses(const Array& instances, const DoctorOrder& order) {
  std::vector<Check> checks;
  const auto wanted = group_tags(order);
  for (const auto& instance : instances)
    for (const auto& tag : list_at(instance, "Tags"))
      for (const auto& one : wanted) {
        const auto key = text_at(tag, "Key"), value = text_at(tag, "Value");
        if (!nearly_fits(one, key, value)) continue;
        checks.push_back({Grade::Warning, "tag " + one.key, instance_id_of(instance),
                          fmt::format("{}={} is nearly, but not, what {} looks for ({}={}): it is "
                                      "not backed up",
                                      printable(key), quoted_text(value), order.window, one.key,
                                      quoted_text(one.values.front())),
                          "correct the letters of the tag, or take it away"});
      }
  return checks;
}

namespace {

Check name_of_call(const NeededCall& call, const std::string& subject) {
  return {Grade::Good, fmt::format("{}:{}", policy_prefix(call.service), call.operation), subject,
          call.effect == NeedEffect::Changes ? "allowed (asked with DryRun)" : "allowed"};
}

}  // namespace

Check check_call(const NeededCall& call, const std::string& subject, const Result<Value>& answer) {
  auto check = name_of_call(call, subject);
  if (answer || answer.error().code == "DryRunOperation") return check;
  const auto& error = answer.error();
  check.detail = printable(error.text().substr(0, 300));
  check.grade = call.by == NeedBy::Night ? Grade::Failure : Grade::Warning;
  check.advice = error.kind == ErrorKind::Denied
                     ? "grant " + check.what + " to hikae's credentials: `hikae doctor --policy`"
                     : "correct the cause, or try again";
  return check;
}

Check check_key(const std::string& instance, const std::string& key_id,
                const std::optional<Result<Value>>& key) {
  Check check{Grade::Inferred, "disks", instance, "encrypted with " + printable(key_id)};
  const auto because = ": inferred, DryRun asks no key";
  if (!key || !*key) {
    check.detail += key ? "; KMS said: " + printable((*key).error().text().substr(0, 200)) : "";
    check.detail += because;
    check.advice =
        "see that hikae's credentials may use the key through EC2 (kms:CreateGrant, "
        "kms:Decrypt, …: `hikae doctor --policy`)";
    const bool gone = key && (*key).error().kind == ErrorKind::NotFound;
    if (gone) check.grade = Grade::Failure;
    return check;
  }
  const auto& data = object_at(**key, "KeyMetadata");
  const auto state = text_at(data, "KeyState");
  if (!state.empty() && state != "Enabled") {
    check.grade = Grade::Failure;
    check.detail +=
        fmt::format("; the key is {}: the machine cannot start, nor be imaged", printable(state));
    check.advice = "enable the key, or cancel its deletion";
    return check;
  }
  if (text_at(data, "KeyManager") == "AWS") {
    check.grade = Grade::Good;
    check.detail += ", AWS's own key: no grant is needed";
    return check;
  }
  check.detail += "; the key is enabled, whether its grants are enough shows the first start";
  check.detail += because;
  return check;
}

Check check_image_quota(std::size_t images, std::size_t more, const Result<Value>& quota) {
  constexpr double kUsualQuota = 50'000;
  Check check{Grade::Good, "quota of images", "", ""};
  auto most = kUsualQuota;
  const auto* value = quota ? find_path(*quota, {"Quota", "Value"}) : nullptr;
  if (!quota && quota.error().kind == ErrorKind::Unsupported) {
    check.detail = fmt::format("{} images; the embedded cloud has no quota", images);
    return check;
  }
  if (value && value->is_number()) most = value->to_number<double>();
  check.detail = fmt::format("{} of {:.0f} images", images, most);
  if (!value) {
    check.grade = Grade::Inferred;
    check.detail += ": the quota could not be read, AWS's usual one is taken";
  }
  const auto tonight = static_cast<double>(images + more);
  if (tonight > most) {
    check.grade = Grade::Failure;
    check.detail += fmt::format(", and tonight makes {} more", more);
    check.advice =
        "deregister images (`hikae prune --dry-run`), or ask AWS for a higher quota "
        "(EC2, \"AMIs\", L-B665C33B)";
  } else if (tonight > most * 0.9) {
    check.grade = Grade::Warning;
    check.advice = "ask AWS for a higher quota (EC2, \"AMIs\", L-B665C33B)";
  }
  return check;
}

std::vector<Check> check_other_backups(const std::vector<FoundImage>& images,
                                       const std::string& instance, WallTime now) {
  const FoundImage* newest = nullptr;
  for (const auto& found : images) {
    const auto& image = found.image;
    const bool is_other = image.ours == retention::Ours::No && image.source.text() == instance;
    if (!is_other || image.created < now - hours(48)) continue;
    if (!newest || image.created > newest->image.created) newest = &found;
  }
  if (!newest) return {};
  return {{Grade::Warning, "backed up twice", instance,
           fmt::format(
               "{} ({}), tagged AutoBackup=true, was made of it at {} by somebody else: the "
               "article's stack, another hikae, or another tool is active too",
               newest->image.id.text(), printable(newest->image.name), iso(newest->image.created)),
           "let only one of them stop and image this machine: two at one time stand in each "
           "other's way"}};
}

std::vector<Check> check_topic(const std::string& topic, const Array& subscriptions) {
  std::vector<Check> checks;
  std::size_t confirmed = 0;
  for (const auto& one : subscriptions) {
    const auto arn = text_at(one, "SubscriptionArn");
    const bool is_pending = arn == "PendingConfirmation" || arn == "pending confirmation";
    if (!is_pending) {
      ++confirmed;
      continue;
    }
    checks.push_back(
        {Grade::Warning, "subscription", topic,
         printable(text_at(one, "Endpoint")) + " has not confirmed: it is told nothing",
         "open the mail \"AWS Notification - Subscription Confirmation\" and follow "
         "its link"});
  }
  if (confirmed == 0)
    checks.push_back({Grade::Warning, "subscription", topic, "nobody is told of what goes wrong",
                      "write addresses under notify in hikae.yaml and apply it"});
  if (checks.empty())
    checks.push_back({Grade::Good, "subscription", topic, fmt::format("{} confirmed", confirmed)});
  return checks;
}

}  // namespace hikae::upkeep
