// DescribeVolumeStatus, DescribeVolumeAttribute and ModifyVolumeAttribute. No volume here is ever
// impaired: what is still being made has insufficient data, all others are ok.
#include <fmt/format.h>

#include <array>

#include "sandbox/network_places.h"
#include "sandbox/operations.h"
#include "sandbox/volumes.h"

namespace hikae::sandbox {
namespace {

constexpr std::string_view kNothing{};  // there are no actions and no events to find

constexpr std::array kStatusFields{
    PathField{"availability-zone", "AvailabilityZone"},
    PathField{"volume-status.status", "VolumeStatus.Status"},
    PathField{"volume-status.details-name", "VolumeStatus.Details.Name"},
    PathField{"volume-status.details-status", "VolumeStatus.Details.Status"},
    PathField{"action.code", kNothing},
    PathField{"action.description", kNothing},
    PathField{"action.event-id", kNothing},
    PathField{"event.description", kNothing},
    PathField{"event.event-id", kNothing},
    PathField{"event.event-type", kNothing},
    PathField{"event.not-after", kNothing},
    PathField{"event.not-before", kNothing}};

bool has_speed_of_its_own(const Volume& row) { return row.type == "io1" || row.type == "io2"; }

Object render_status(const Volume& row) {
  const bool is_known = row.act != VolumeAct::Creating;
  Array attachments;
  if (!row.instance.empty())
    attachments.push_back(
        Object{{"InstanceId", row.instance},
               {"IoPerformance", has_speed_of_its_own(row) ? "normal" : "not-applicable"}});
  return {
      {"VolumeId", row.id},
      {"AvailabilityZone", row.zone},
      {"Actions", Array{}},
      {"Events", Array{}},
      {"AttachmentStatuses", std::move(attachments)},
      {"VolumeStatus",
       Object{
           {"Status", is_known ? "ok" : "insufficient-data"},
           {"Details",
            Array{Object{{"Name", "io-enabled"}, {"Status", is_known ? "passed" : "failed"}},
                  Object{{"Name", "io-performance"},
                         {"Status", has_speed_of_its_own(row) ? "normal" : "not-applicable"}}}}}}};
}

}  // namespace

Result<Value> describe_volume_status(Incoming& in) {
  TRY(id_list(in, "VolumeIds", kVolumeIds));
  Array rows;
  for (const auto& [id, row] : in.region.volumes.rows())
    if (const auto* volume = in.see(in.region.volumes, id)) rows.push_back(render_status(*volume));
  return describe_objects(
      in, {"VolumeStatuses", "VolumeIds", "VolumeId", "InvalidVolume.NotFound", "volume"},
      std::move(rows), kStatusFields);
}

Result<Value> describe_volume_attribute(Incoming& in) {
  const auto attribute = TRY(required_text(in, "Attribute"));
  const auto& volume = *TRY(named_volume(in));
  TRY_DO(end_dry_run(in));
  Object output{{"VolumeId", volume.id}};
  if (attribute == "autoEnableIO")
    output["AutoEnableIO"] = Object{{"Value", volume.auto_enables_io}};
  else if (attribute == "productCodes")
    output["ProductCodes"] = Array{};
  else
    return std::unexpected(
        invalid_value(attribute, "Attribute", "It is autoEnableIO or productCodes."));
  return output;
}

Result<Value> modify_volume_attribute(Incoming& in) {
  const auto& volume = *TRY(named_volume(in));
  const auto* wanted = find_path(in.input(), {"AutoEnableIO", "Value"});
  if (!wanted || !wanted->is_bool()) return std::unexpected(missing_parameter("AutoEnableIO"));
  TRY_DO(end_dry_run(in));
  in.region.volumes.change(volume.id, in.now,
                           [&](Volume& v) { v.auto_enables_io = wanted->get_bool(); });
  return Object{};
}

}  // namespace hikae::sandbox
