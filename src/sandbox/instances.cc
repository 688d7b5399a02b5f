// DescribeInstances and DescribeInstanceStatus.
#include <fmt/format.h>

#include <array>

#include "sandbox/operations.h"
#include "sandbox/render.h"

namespace hikae::sandbox {
namespace {

constexpr std::array kInstanceFields{
    FilterField<Instance>{"instance-id",
                          [](const Instance& i, const Filter& f) { return f.accepts(i.id); },
                          Indexed::ById},
    FilterField<Instance>{
        "instance-state-name",
        [](const Instance& i, const Filter& f) { return f.accepts(to_string(i.power)); }},
    FilterField<Instance>{"instance-state-code",
                          [](const Instance& i, const Filter& f) {
                            return f.accepts(std::to_string(state_code(i.power)));
                          }},
    FilterField<Instance>{"image-id",
                          [](const Instance& i, const Filter& f) { return f.accepts(i.image); }},
    FilterField<Instance>{"instance-type",
                          [](const Instance& i, const Filter& f) { return f.accepts(i.type); }},
    FilterField<Instance>{"availability-zone",
                          [](const Instance& i, const Filter& f) { return f.accepts(i.zone); }},
    FilterField<Instance>{
        "private-ip-address",
        [](const Instance& i, const Filter& f) { return f.accepts(i.private_ip); }},
    FilterField<Instance>{"platform",
                          [](const Instance& i, const Filter& f) { return f.accepts(i.platform); }},
    FilterField<Instance>{
        "reservation-id",
        [](const Instance& i, const Filter& f) { return f.accepts(i.reservation); }},
    FilterField<Instance>{
        "client-token",
        [](const Instance& i, const Filter& f) { return f.accepts(i.client_token); }},
    FilterField<Instance>{"iam-instance-profile.arn",
                          [](const Instance& i, const Filter& f) { return f.accepts(i.profile); }},
    FilterField<Instance>{"root-device-type",
                          [](const Instance&, const Filter& f) { return f.accepts("ebs"); }},
    FilterField<Instance>{"block-device-mapping.volume-id",
                          [](const Instance& i, const Filter& f) {
                            return std::ranges::any_of(i.volumes, [&](const Attachment& disk) {
                              return f.accepts(disk.volume);
                            });
                          }},
};

/// What both status checks say, as EC2 names it.
std::string_view check_status(const Instance& row, WallTime now) {
  if (row.power != Power::Running) return "not-applicable";
  return now >= row.checks_ok ? "ok" : "initializing";
}

Object check_object(std::string_view status) {
  if (status == "not-applicable") return {{"Status", status}, {"Details", Array{}}};
  const std::string_view detail = status == "ok" ? "passed" : status;
  return {{"Status", status},
          {"Details", Array{Object{{"Name", "reachability"}, {"Status", detail}}}}};
}

Object status_object(const Instance& row, WallTime now) {
  const auto status = check_status(row, now);
  return {{"InstanceId", row.id},
          {"AvailabilityZone", row.zone},
          {"InstanceState", render_state(row.power)},
          {"InstanceStatus", check_object(status)},
          {"SystemStatus", check_object(status)}};
}

/// Machines of one RunInstances call that follow one another stand in one reservation.
Array reservations_of(const std::vector<const Instance*>& rows, const Scope& scope) {
  Array reservations;
  std::string_view last;
  for (const auto* row : rows) {
    if (reservations.empty() || row->reservation != last)
      reservations.push_back(Object{{"ReservationId", row->reservation},
                                    {"OwnerId", scope.account},
                                    {"Groups", Array{}},
                                    {"Instances", Array{}}});
    last = row->reservation;
    auto& instances = reservations.back().get_object()["Instances"].get_array();
    instances.push_back(render(*row, scope));
  }
  return reservations;
}

constexpr std::array kMachineStatusFields{
    PathField{"attached-ebs-status.status", ""},
    PathField{"availability-zone", "AvailabilityZone"},
    PathField{"availability-zone-id", "AvailabilityZoneId"},
    PathField{"event.code", ""},
    PathField{"event.description", ""},
    PathField{"event.instance-event-id", ""},
    PathField{"event.not-after", ""},
    PathField{"event.not-before", ""},
    PathField{"event.not-before-deadline", ""},
    PathField{"instance-state-code", "InstanceState.Code"},
    PathField{"instance-state-name", "InstanceState.Name"},
    PathField{"instance-status.reachability", "InstanceStatus.Details.Status"},
    PathField{"instance-status.status", "InstanceStatus.Status"},
    PathField{"operator.managed", "Operator.Managed"},
    PathField{"operator.principal", ""},
    PathField{"system-status.reachability", "SystemStatus.Details.Status"},
    PathField{"system-status.status", "SystemStatus.Status"}};

/// As in EC2 these have filters of their own: tags are not among them.
Result<PathFilters> read_status_filters(const Value& input) {
  auto filters = TRY(read_filters(input));
  auto taken = PathFilters::take(filters, kMachineStatusFields);
  if (!filters.empty()) return std::unexpected(unknown_filter(filters.front().name));
  return taken;
}

bool status_fits(const Instance& row, const PathFilters& filters, WallTime now) {
  if (filters.is_empty()) return true;
  auto form = status_object(row, now);
  form["AvailabilityZoneId"] = zone_id_of(row.zone);
  form["Operator"] = Object{{"Managed", false}};
  return filters.fit(form);
}

/// All that are asked for by id, else all; running ones unless the call wants the others too.
Result<std::vector<const Instance*>> status_rows(const Incoming& in,
                                                 const std::vector<std::string>& ids,
                                                 const PathFilters& filters) {
  std::vector<const Instance*> rows;
  if (ids.empty())
    rows = Query<Instance>().run(in.region.instances, in.seen, in.is_past());
  else
    rows = TRY(see_all(in, in.region.instances, ids, kInstanceIds));
  const bool all = is_true_at(in.input(), "IncludeAllInstances");
  std::erase_if(rows, [&](const Instance* row) {
    return (!all && row->power != Power::Running) || !status_fits(*row, filters, in.seen);
  });
  std::ranges::sort(rows, {}, [](const Instance* row) -> const std::string& { return row->id; });
  return rows;
}

}  // namespace

Result<Value> describe_instances(Incoming& in) {
  const auto ids = TRY(id_list(in, "InstanceIds", kInstanceIds));
  TRY_DO(ids_or_pages(in, "InstanceIds"));
  const auto page = TRY(read_page(in.input(), {.operation = "DescribeInstances"}));
  auto rows = TRY(look_up<Instance>(in, in.region.instances, ids, kInstanceIds, kInstanceFields));
  TRY_DO(end_dry_run(in));
  Object output;
  if (ids.empty())
    cut_page(
        rows, page, [](const Instance* row) { return row->id; }, output);
  output["Reservations"] = reservations_of(rows, in.region.scope);
  return output;
}

Result<Value> describe_instance_status(Incoming& in) {
  const auto ids = TRY(id_list(in, "InstanceIds", kInstanceIds));
  TRY_DO(ids_or_pages(in, "InstanceIds"));
  const auto page = TRY(read_page(in.input(), {.operation = "DescribeInstanceStatus"}));
  const auto filters = TRY(read_status_filters(in.input()));
  auto rows = TRY(status_rows(in, ids, filters));
  TRY_DO(end_dry_run(in));
  Object output;
  if (ids.empty())
    cut_page(
        rows, page, [](const Instance* row) { return row->id; }, output);
  Array statuses;
  for (const auto* row : rows) statuses.push_back(status_object(*row, in.seen));
  output["InstanceStatuses"] = std::move(statuses);
  return output;
}

}  // namespace hikae::sandbox
