// Small switches of machines: detailed monitoring, the metadata service, CPU credits, the console.
#include <fmt/format.h>

#include <array>

#include "sandbox/instance_attributes.h"
#include "sandbox/instance_types.h"
#include "sandbox/network_places.h"
#include "sandbox/operations.h"
#include "sandbox/render.h"

namespace hikae::sandbox {
namespace {

constexpr std::int64_t kHopsMost = 64;

constexpr std::array kCreditFields{PathField{"instance-id", "InstanceId"}};

Result<Value> set_monitoring(Incoming& in, bool is_on, std::string_view state) {
  const auto ids = TRY(id_list(in, "InstanceIds", kInstanceIds));
  if (ids.empty()) return std::unexpected(missing_parameter("InstanceIds"));
  TRY(see_all(in, in.region.instances, ids, kInstanceIds));
  TRY_DO(end_dry_run(in));
  for (const auto& id : ids) {
    const auto* row = in.region.instances.find(id);
    if (!row) return std::unexpected(not_found({id}, kInstanceIds));
    TRY_DO(may_change(*row, StopRule::Always));
  }
  Array list;
  for (const auto& id : ids) {
    in.region.instances.change(id, in.now, [&](Instance& i) { i.monitored = is_on; });
    list.push_back(Object{{"InstanceId", id}, {"Monitoring", Object{{"State", state}}}});
  }
  return Object{{"InstanceMonitorings", std::move(list)}};
}

/// Sets `flag` where the call has the member, which says one of two words.
Result<> read_word(const Value& input, std::string_view member, std::string_view on,
                   std::string_view off, bool& flag) {
  const auto text = text_at(input, member);
  if (text.empty()) return {};
  if (text != on && text != off)
    return std::unexpected(invalid_value(text, member, fmt::format("It is {} or {}.", on, off)));
  flag = text == on;
  return {};
}

bool is_credit_machine(const Instance& row) {
  const auto* type = find_type(row.type);
  return type && type->is_burstable && row.power != Power::Terminated;
}

/// T2 has been "standard" from its beginning, its successors "unlimited".
std::string credits_of(const Instance& row) {
  if (!row.credits.empty()) return row.credits;
  return row.type.starts_with("t2.") ? "standard" : "unlimited";
}

Object credit_object(const Instance& row) {
  return {{"InstanceId", row.id}, {"CpuCredits", credits_of(row)}};
}

/// Machines that are named must have credits; of all others only the unlimited ones are shown.
Result<Array> credit_rows(const Incoming& in) {
  Array rows;
  const auto ids = TRY(id_list(in, "InstanceIds", kInstanceIds));
  for (const auto* row : TRY(see_all(in, in.region.instances, ids, kInstanceIds))) {
    if (!is_credit_machine(*row))
      return std::unexpected(ec2_error(
          "InvalidParameterCombination",
          fmt::format("The instance '{}' is no burstable performance instance", row->id)));
    rows.push_back(credit_object(*row));
  }
  if (!ids.empty()) return rows;
  for (const auto& [id, row] : in.region.instances.rows())
    if (is_credit_machine(row) && credits_of(row) == "unlimited")
      rows.push_back(credit_object(row));
  return rows;
}

}  // namespace

Result<> read_metadata_options(const Value& given, Instance& row) {
  bool needs_tokens = row.http_tokens == "required";
  bool is_on = !row.metadata_off;
  TRY_DO(read_word(given, "HttpTokens", "required", "optional", needs_tokens));
  TRY_DO(read_word(given, "HttpEndpoint", "enabled", "disabled", is_on));
  TRY_DO(read_word(given, "HttpProtocolIpv6", "enabled", "disabled", row.metadata_ipv6));
  TRY_DO(read_word(given, "InstanceMetadataTags", "enabled", "disabled", row.metadata_tags));
  row.metadata_off = !is_on;
  if (find(given, "HttpTokens")) row.http_tokens = needs_tokens ? "required" : "optional";
  const auto hops = int_at(given, "HttpPutResponseHopLimit");
  if (hops && (*hops < 1 || *hops > kHopsMost))
    return std::unexpected(
        invalid_value(fmt::format("{}", *hops), "HttpPutResponseHopLimit", "It is from 1 to 64."));
  if (hops) row.http_hops = *hops;
  return {};
}

Result<Value> monitor_instances(Incoming& in) { return set_monitoring(in, true, "pending"); }
Result<Value> unmonitor_instances(Incoming& in) { return set_monitoring(in, false, "disabling"); }

Result<Value> modify_instance_metadata_options(Incoming& in) {
  const auto& before = *TRY(named_machine(in));
  auto row = before;
  TRY_DO(read_metadata_options(in.input(), row));
  TRY_DO(end_dry_run(in));
  TRY_DO(may_change(before, StopRule::Always));
  Object output{{"InstanceId", row.id},
                {"InstanceMetadataOptions", render_metadata(row, "pending")}};
  in.region.instances.change(before.id, in.now, [&](Instance& i) { i = std::move(row); });
  return output;
}

Result<Value> describe_instance_credit_specifications(Incoming& in) {
  return describe_objects(in,
                          {"InstanceCreditSpecifications", "InstanceIds", "InstanceId",
                           "InvalidInstanceID.NotFound", "instance ID"},
                          TRY(credit_rows(in)), kCreditFields);
}

/// As of a machine of EC2 whose buffer has not been taken yet: a console is what no machine here
/// has.
Result<Value> get_console_output(Incoming& in) {
  const auto& row = *TRY(named_machine(in));
  TRY_DO(end_dry_run(in));
  return Object{{"InstanceId", row.id}, {"Output", ""}, {"Timestamp", iso_ms(row.launched)}};
}

}  // namespace hikae::sandbox
