// The instance profile of a machine: associate, disassociate, replace, describe. A machine that
// gets one registers with SSM (docs/reference/hazards.md P5); one that loses it pings no more.
#include <fmt/format.h>

#include <array>

#include "sandbox/instance_attributes.h"
#include "sandbox/launch_order.h"
#include "sandbox/machines.h"
#include "sandbox/network_places.h"
#include "sandbox/operations.h"
#include "sandbox/render.h"

namespace hikae::sandbox {
namespace {

constexpr std::array kAssociationFields{PathField{"instance-id", "InstanceId"},
                                        PathField{"state", "State"}};

std::string association_of(const Instance& row) {
  if (!row.association.empty()) return row.association;
  return derived_id("iip-assoc-", fmt::format("profile of {}", row.id));
}

Object association_object(const Instance& row, std::string_view state) {
  return {
      {"AssociationId", association_of(row)},
      {"InstanceId", row.id},
      {"IamInstanceProfile", render_profile(row.profile)},
      {"State", state},
      {"Timestamp", iso_ms(row.profile_since == WallTime{} ? row.launched : row.profile_since)}};
}

bool has_association(const Instance& row) {
  return !row.profile.empty() && row.power != Power::Terminated;
}

Result<std::string> read_profile(const Incoming& in) {
  auto arn = profile_arn(in.input(), in.region.scope);
  if (arn.empty()) return std::unexpected(missing_parameter("IamInstanceProfile"));
  const bool is_profile = arn.starts_with("arn:") &&
                          arn.find(":instance-profile/") != std::string::npos &&
                          !arn.ends_with('/');
  if (is_profile) return arn;
  return std::unexpected(
      invalid_value(arn, "iamInstanceProfile.arn", "Invalid IAM Instance Profile ARN"));
}

Result<> runs_or_stands(const Instance& row) {
  if (row.power == Power::Running || row.power == Power::Stopped || row.power == Power::Pending ||
      row.power == Power::Stopping)
    return {};
  return std::unexpected(ec2_error(
      "IncorrectInstanceState",
      fmt::format("The instance '{}' is not in the 'running' or 'stopped' states.", row.id)));
}

Result<const Instance*> associated_machine(const Incoming& in) {
  const auto id = TRY(required_text(in, "AssociationId"));
  for (const auto& [key, row] : in.region.instances.rows())
    if (has_association(row) && association_of(row) == id) return &row;
  return std::unexpected(ec2_error("InvalidAssociationID.NotFound",
                                   fmt::format("An invalid association-id of '{}' was given", id)));
}

/// The agent finds its rights a while later, as after a start.
void give_profile(Incoming& in, const std::string& id, const std::string& arn) {
  const bool had_none = in.region.instances.find(id)->profile.empty();
  auto association = in.world.new_id("iip-assoc-");
  in.region.instances.change(id, in.now, [&](Instance& i) {
    i.profile = arn;
    i.profile_since = in.now;
    i.association = std::move(association);
    if (!had_none || i.agent == Agent::Online) return;
    i.agent = Agent::Online;
    i.agent_from = std::max(i.agent_from, in.now + in.world.delays().agent_online);
  });
}

void take_profile(Incoming& in, const std::string& id) {
  in.region.instances.change(id, in.now, [&](Instance& i) {
    if (i.agent == Agent::Online) {
      if (i.power == Power::Running && in.now >= i.agent_from) i.last_ping = in.now;
      i.agent = Agent::Lost;
    }
    i.profile.clear();
    i.association.clear();
    i.profile_since = {};
  });
}

Value one_association(Object association) {
  return Object{{"IamInstanceProfileAssociation", std::move(association)}};
}

}  // namespace

Result<Value> associate_iam_instance_profile(Incoming& in) {
  const auto arn = TRY(read_profile(in));
  const auto& row = *TRY(named_machine(in));
  TRY_DO(end_dry_run(in));
  TRY_DO(runs_or_stands(row));
  if (!row.profile.empty())
    return std::unexpected(ec2_error(
        "IncorrectState", fmt::format("There is an existing association for instance {}", row.id)));
  give_profile(in, row.id, arn);
  return one_association(association_object(row, "associating"));
}

Result<Value> replace_iam_instance_profile_association(Incoming& in) {
  const auto arn = TRY(read_profile(in));
  const auto& row = *TRY(associated_machine(in));
  TRY_DO(end_dry_run(in));
  TRY_DO(runs_or_stands(row));
  give_profile(in, row.id, arn);
  return one_association(association_object(row, "associating"));
}

Result<Value> disassociate_iam_instance_profile(Incoming& in) {
  const auto& row = *TRY(associated_machine(in));
  TRY_DO(end_dry_run(in));
  auto answer = association_object(row, "disassociating");
  take_profile(in, row.id);
  return one_association(std::move(answer));
}

Result<Value> describe_iam_instance_profile_associations(Incoming& in) {
  Array rows;
  for (const auto& [id, row] : in.region.instances.rows())
    if (has_association(row)) rows.push_back(association_object(row, "associated"));
  return describe_objects(in,
                          {"IamInstanceProfileAssociations", "AssociationIds", "AssociationId",
                           "InvalidAssociationID.NotFound", "association ID"},
                          std::move(rows), kAssociationFields);
}

}  // namespace hikae::sandbox
