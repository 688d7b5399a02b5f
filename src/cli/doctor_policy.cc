// `hikae doctor --policy`: what hikae's credentials must be allowed, by hikae.yaml.
#include <cstdlib>
#include <filesystem>

#include "base/limits.h"
#include "cli/commands.h"
#include "os/data_folder.h"
#include "plan/config.h"
#include "text/json.h"
#include "upkeep/policy.h"

namespace hikae::cli {
namespace {

/// --config, $HIKAE_CONFIG, ./hikae.yaml; empty where there is none.
std::string config_in_use(const Common& common) {
  if (!common.config.empty()) return common.config;
  if (const auto* file = std::getenv("HIKAE_CONFIG"); file && *file) return file;
  return std::filesystem::is_regular_file("hikae.yaml") ? "hikae.yaml" : "";
}

upkeep::PolicyOrder order_of_config(const plan::Config& config) {
  upkeep::PolicyOrder order;
  order.account = config.account;
  order.region = config.region;
  for (const auto& plan : config.plans) {
    order.instances.insert(order.instances.end(), plan.instances.begin(), plan.instances.end());
    upkeep::PolicyOrder::Group group;
    for (const auto& target : plan.targets) group.emplace_back(target.key, target.values);
    const bool is_new = std::ranges::find(order.groups, group) == order.groups.end();
    if (!group.empty() && is_new) order.groups.push_back(std::move(group));
  }
  return order;
}

Result<upkeep::PolicyOrder> read_order(const Common& common, Output& out) {
  const auto file = config_in_use(common);
  upkeep::PolicyOrder order;
  if (file.empty()) {
    out.error(
        "there is no hikae.yaml: this is the policy for the usual group; name one by --config");
  } else {
    const auto text = TRY(os::read_file(file, limits::kConfigBytes));
    text::Diagnostics problems;
    order = order_of_config(TRY(in_context(plan::read_config(text, problems), file)));
  }
  if (!common.account.empty()) order.account = common.account;
  if (!common.region.empty()) order.region = common.region;
  return order;
}

}  // namespace

Exit print_policy(const Common& common) {
  Output out(common.format);
  const auto order = read_order(common, out);
  if (!order) return report(out, order.error());
  out.line(text::to_pretty_json(upkeep::smallest_policy(*order)));
  return Exit::Ok;
}

}  // namespace hikae::cli
