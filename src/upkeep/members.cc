#include "upkeep/members.h"

namespace hikae::upkeep {
namespace {

constexpr int kInstancesPerPage = 1000;  // EC2's most

Array instances_in(const Array& reservations) {
  Array instances;
  for (const auto& reservation : reservations)
    for (const auto& instance : list_at(reservation, "Instances"))
      if (const auto state = state_of(instance); state != "terminated" && state != "shutting-down")
        instances.push_back(instance);
  return instances;
}

}  // namespace

std::string_view state_of(const Value& instance) {
  return text_at(object_at(instance, "State"), "Name");
}

void list_members(const Context& context, const std::string& tag_key, const std::string& tag_value,
                  std::move_only_function<void(Result<Array>)> done) {
  Value states = Object{{"Name", "instance-state-name"},
                        {"Values", Array{"pending", "running", "stopping", "stopped"}}};
  list_all(
      context, "ec2", "DescribeInstances",
      Object{{"Filters", Array{exact_filter("tag:" + tag_key, {tag_value}), std::move(states)}},
             {"MaxResults", kInstancesPerPage}},
      "Reservations", [done = std::move(done)](Result<Array> reservations) mutable {
        if (!reservations) return done(std::unexpected(std::move(reservations.error())));
        done(instances_in(*reservations));
      });
}

}  // namespace hikae::upkeep
