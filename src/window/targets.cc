#include "window/targets.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace hikae::window {
namespace {

constexpr int kInstancesPerPage = 1000;
constexpr int kAgentsPerPage = 50;

std::string own_key(const Task& task) { return "task:" + task.id; }

const TargetGroup* group_named(const Definition& definition, std::string_view id) {
  for (const auto& group : definition.groups)
    if (group.id == id) return &group;
  return nullptr;
}

bool has_key(const std::vector<Lookup>& lookups, std::string_view key) {
  return std::ranges::any_of(lookups, [&](const Lookup& lookup) { return lookup.key == key; });
}

Result<> add_group(std::vector<Lookup>& lookups, const Definition& definition,
                   std::string_view id) {
  const auto* group = group_named(definition, id);
  if (!group || has_key(lookups, id)) return {};
  if (group->is_resource_group)
    return fail(ErrorKind::Unsupported,
                fmt::format("target {} is a resource group, which hikae does not resolve: register "
                            "a target of type INSTANCE with tag:… or InstanceIds",
                            id));
  lookups.push_back({group->id, group->criteria, {}});
  return {};
}

/// A backslash is an escape in EC2's filters.
Array escaped(const Array& values) {
  Array out;
  for (const auto& value : values) {
    std::string text;
    for (const char c : text_of(value)) {
      if (c == '\\') text += '\\';
      text += c;
    }
    out.emplace_back(std::move(text));
  }
  return out;
}

void add_filters(Array& filters, const Value& criterion) {
  const auto key = text_at(criterion, "Key");
  const auto values = escaped(list_at(criterion, "Values"));
  if (key == "InstanceIds") {
    filters.push_back(Object{{"Name", "instance-id"}, {"Values", values}});
  } else if (key == "tag-key") {
    // Several keys must all be there, while the values of one filter are alternatives.
    for (const auto& value : values)
      filters.push_back(Object{{"Name", "tag-key"}, {"Values", Array{value}}});
  } else {
    filters.push_back(Object{{"Name", key}, {"Values", values}});
  }
}

bool holds(const Array& values, std::string_view text) {
  return std::ranges::any_of(values, [&](const Value& value) { return text_of(value) == text; });
}

bool has_tag(const Value& instance, std::string_view key, const Array* values) {
  for (const auto& tag : list_at(instance, "Tags"))
    if (text_at(tag, "Key") == key && (!values || holds(*values, text_at(tag, "Value"))))
      return true;
  return false;
}

bool meets(const Value& instance, const Value& criterion) {
  const auto key = text_at(criterion, "Key");
  const auto& values = list_at(criterion, "Values");
  if (key == "InstanceIds") return holds(values, text_at(instance, "InstanceId"));
  if (key.starts_with("tag:")) return has_tag(instance, key.substr(4), &values);
  if (key == "tag-key")
    return std::ranges::all_of(
        values, [&](const Value& value) { return has_tag(instance, text_of(value), nullptr); });
  return false;
}

}  // namespace

Result<std::vector<Lookup>> lookups_for(const Definition& definition) {
  std::vector<Lookup> lookups;
  for (const auto& task : definition.tasks)
    for (const auto& target : task.targets) {
      if (text_at(target, "Key") == "InstanceIds") {
        if (has_key(lookups, own_key(task))) continue;
        lookups.push_back({own_key(task), Array{target}, {}});
        continue;
      }
      for (const auto& id : list_at(target, "Values"))
        TRY_DO(add_group(lookups, definition, text_of(id)));
    }
  return lookups;
}

Call instances_call(const Lookup& lookup, std::string_view page) {
  Array filters;
  for (const auto& criterion : lookup.criteria) add_filters(filters, criterion);
  filters.push_back(Object{{"Name", "instance-state-name"},
                           {"Values", Array{"pending", "running", "stopping", "stopped"}}});
  Object input{{"Filters", std::move(filters)}, {"MaxResults", kInstancesPerPage}};
  if (!page.empty()) input["NextToken"] = page;
  return {"ec2", "DescribeInstances", std::move(input), {}};
}

void take_instances(Lookup& lookup, const Value& answer) {
  for (const auto& reservation : list_at(answer, "Reservations"))
    for (const auto& instance : list_at(reservation, "Instances"))
      if (std::ranges::all_of(lookup.criteria,
                              [&](const Value& criterion) { return meets(instance, criterion); }))
        lookup.found.push_back(str(text_at(instance, "InstanceId")));
  std::ranges::sort(lookup.found);
  const auto doubles = std::ranges::unique(lookup.found);
  lookup.found.erase(doubles.begin(), doubles.end());
}

Call agents_call(std::string_view page) {
  Object input{{"MaxResults", kAgentsPerPage}};
  if (!page.empty()) input["NextToken"] = page;
  return {"ssm", "DescribeInstanceInformation", std::move(input), {}};
}

void take_agents(std::set<std::string>& agents, const Value& answer) {
  for (const auto& agent : list_at(answer, "InstanceInformationList"))
    agents.insert(str(text_at(agent, "InstanceId")));
}

std::vector<const Lookup*> lookups_of(const Task& task, const std::vector<Lookup>& lookups) {
  std::vector<const Lookup*> out;
  const auto add = [&](std::string_view key) {
    for (const auto& lookup : lookups)
      if (lookup.key == key) out.push_back(&lookup);
  };
  for (const auto& target : task.targets) {
    if (text_at(target, "Key") == "InstanceIds") {
      add(own_key(task));
      continue;
    }
    for (const auto& id : list_at(target, "Values")) add(text_of(id));
  }
  return out;
}

bool is_eligible(const Occurrence& occurrence, const std::string& instance) {
  return !occurrence.definition.requires_agent || occurrence.agents.contains(instance);
}

std::vector<SkippedTarget> skipped_targets(const Occurrence& occurrence) {
  std::map<std::string, std::string> reasons;
  for (const auto& lookup : occurrence.lookups) {
    for (const auto& id : lookup.found)
      if (!is_eligible(occurrence, id))
        reasons[id] =
            "its SSM Agent never registered: install it, or tag the window "
            "hikae:require-agent=false";
    for (const auto& criterion : lookup.criteria)
      if (text_at(criterion, "Key") == "InstanceIds")
        for (const auto& id : list_at(criterion, "Values"))
          if (std::ranges::find(lookup.found, text_of(id)) == lookup.found.end())
            reasons[str(text_of(id))] =
                "no instance has this id any more (or it is terminated, or does not meet the "
                "target's other conditions)";
  }
  std::vector<SkippedTarget> out;
  for (const auto& [instance, reason] : reasons) out.push_back({instance, reason});
  return out;
}

}  // namespace hikae::window
