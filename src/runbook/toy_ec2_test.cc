#include "runbook/toy_ec2_test.h"

#include <fmt/format.h>

namespace hikae::runbook::testing {
namespace {

Value toy_state(std::string_view name) { return Object{{"Name", name}}; }

std::string first_filter_value(const Call& call, std::string_view name) {
  for (const auto& filter : list_at(call.input, "Filters"))
    if (text_at(filter, "Name") == name && !list_at(filter, "Values").empty())
      return str(text_of(list_at(filter, "Values").front()));
  return {};
}

Reply no_instance(std::string_view id) {
  return refuses("InvalidInstanceID.NotFound",
                 fmt::format("The instance ID '{}' does not exist", id), ErrorKind::NotFound);
}

}  // namespace

Reply ToyEc2::operator()(const Call& call, WallTime now) {
  settle(now);
  if (silent[call.operation]) return never();
  if (auto trouble = troubles.find(call.operation);
      trouble != troubles.end() && trouble->second.times != 0) {
    if (trouble->second.times > 0) --trouble->second.times;
    return refuses(trouble->second.code, "as the test wants it", trouble->second.kind);
  }
  if (call.operation == "StopInstances" || call.operation == "StartInstances" ||
      call.operation == "TerminateInstances")
    return change(call, now);
  if (call.operation == "DescribeInstances") return describe_instances(call);
  if (call.operation == "DescribeInstanceStatus") return describe_status(call, now);
  if (call.operation == "DescribeTags") return describe_tags(call);
  if (call.operation == "CreateTags" || call.operation == "DeleteTags") return tag(call);
  if (call.operation == "DescribeImages") return describe_images(call, now);
  if (call.operation == "DescribeSnapshots") return describe_snapshots(call);
  if (call.operation == "CreateImage") return create_image(call, now);
  if (call.operation == "Invoke")
    return answers(Object{{"StatusCode", 200}, {"Payload", "\"done\""}});
  return answers(Object{});
}

std::string ToyEc2::state(const std::string& instance, WallTime now) {
  settle(now);
  return instances.at(instance).state;
}

void ToyEc2::settle(WallTime now) {
  for (auto& [id, instance] : instances)
    if (!instance.next.empty() && now >= instance.next_at)
      instance.state = std::exchange(instance.next, "");
}

Reply ToyEc2::change(const Call& call, WallTime now) {
  Array changes;
  for (const auto& id : list_at(call.input, "InstanceIds")) {
    const auto found = instances.find(str(text_of(id)));
    if (found == instances.end()) return no_instance(text_of(id));
    auto& instance = found->second;
    const auto before = instance.state;
    if (call.operation == "StartInstances" && before != "running") {
      instance = {
          "pending", "running", now + start_takes, now + start_takes + checks_take, instance.tags,
          {},        {}};
    } else if (call.operation == "StopInstances" && before == "running") {
      instance.state = "stopping";
      instance.next = "stopped";
      instance.next_at = now + stop_takes;
    } else if (call.operation == "TerminateInstances") {
      instance.state = "shutting-down";
      instance.next = "terminated";
      instance.next_at = now + stop_takes;
    }
    changes.push_back(Object{{"InstanceId", id},
                             {"PreviousState", toy_state(before)},
                             {"CurrentState", toy_state(instance.state)}});
  }
  const auto* member =
      call.operation == "StopInstances" ? "StoppingInstances" : "StartingInstances";
  return answers(Object{{member, std::move(changes)}});
}

Reply ToyEc2::describe_instances(const Call& call) {
  Array found;
  for (const auto& id : list_at(call.input, "InstanceIds")) {
    const auto at = instances.find(str(text_of(id)));
    if (at == instances.end()) return no_instance(text_of(id));
    Array tags;
    for (const auto& [key, value] : at->second.tags)
      tags.push_back(Object{{"Key", key}, {"Value", value}});
    Object shown{
        {"InstanceId", id}, {"State", toy_state(at->second.state)}, {"Tags", std::move(tags)}};
    if (at->second.launched != WallTime{}) shown["LaunchTime"] = iso(at->second.launched);
    if (at->second.stopped != WallTime{}) {
      auto time = iso(at->second.stopped).substr(0, 19);
      time[10] = ' ';
      shown["StateTransitionReason"] = fmt::format("User initiated ({} GMT)", time);
      shown["StateReason"] = Object{{"Code", "Client.UserInitiatedShutdown"}};
    }
    found.push_back(std::move(shown));
  }
  return answers(Object{{"Reservations", Array{Object{{"Instances", std::move(found)}}}}});
}

Reply ToyEc2::describe_status(const Call& call, WallTime now) {
  Array found;
  for (const auto& id : list_at(call.input, "InstanceIds")) {
    const auto& instance = instances.at(str(text_of(id)));
    const bool ok = instance.state == "running" && now >= instance.checks_ok_at;
    const auto status = Object{{"Status", ok ? "ok" : "initializing"}};
    found.push_back(
        Object{{"InstanceId", id}, {"InstanceStatus", status}, {"SystemStatus", status}});
  }
  return answers(Object{{"InstanceStatuses", std::move(found)}});
}

Reply ToyEc2::describe_tags(const Call& call) {
  const auto key = first_filter_value(call, "key");
  const auto& instance = instances.at(first_filter_value(call, "resource-id"));
  Array tags;
  if (const auto tag = instance.tags.find(key); tag != instance.tags.end())
    tags.push_back(Object{{"Key", key}, {"Value", tag->second}});
  return answers(Object{{"Tags", std::move(tags)}});
}

// As EC2: what is not there is not taken away, and a value that is given must be the tag's.
Reply ToyEc2::tag(const Call& call) {
  for (const auto& id : list_at(call.input, "Resources")) {
    const auto at = instances.find(str(text_of(id)));
    if (at == instances.end()) continue;
    auto& tags = at->second.tags;
    for (const auto& one : list_at(call.input, "Tags")) {
      const auto key = str(text_at(one, "Key"));
      if (call.operation == "CreateTags")
        tags[key] = text_at(one, "Value");
      else if (tags.contains(key) && tags[key] == text_at(one, "Value"))
        tags.erase(key);
    }
  }
  return answers(Object{});
}

Reply ToyEc2::describe_images(const Call& call, WallTime now) {
  Array found;
  for (const auto& id : list_at(call.input, "ImageIds")) {
    const auto at = images.find(str(text_of(id)));
    if (at == images.end())
      return refuses("InvalidAMIID.NotFound", "no such image", ErrorKind::NotFound);
    const auto& image = at->second;
    const bool done = now >= image.available_at;
    Array mappings{Object{{"Ebs", Object{{"SnapshotId", "snap-1"}}}},
                   Object{{"VirtualName", "ephemeral0"}},
                   Object{{"Ebs", Object{{"SnapshotId", "snap-2"}}}}};
    found.push_back(Object{{"ImageId", id},
                           {"State", done ? image.final_state : "pending"},
                           {"StateReason", Object{{"Message", "as the test wants it"}}},
                           {"BlockDeviceMappings", std::move(mappings)}});
  }
  return answers(Object{{"Images", std::move(found)}});
}

Reply ToyEc2::describe_snapshots(const Call&) {
  Array found;
  if (has_snapshots)
    for (const auto* id : {"snap-1", "snap-2"}) found.push_back(Object{{"SnapshotId", id}});
  return answers(Object{{"Snapshots", std::move(found)}});
}

Reply ToyEc2::create_image(const Call& call, WallTime now) {
  const auto id = fmt::format("ami-{}", images.size() + 1);
  images[id] = {str(text_at(call.input, "Name")), now + image_takes,
                image_fails ? "failed" : "available"};
  return answers(Object{{"ImageId", id}});
}

}  // namespace hikae::runbook::testing
