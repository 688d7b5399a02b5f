#include "sim/history.h"

#include <algorithm>

namespace hikae::sim {
namespace {

bool is_power_change(std::string_view what) {
  constexpr std::string_view kStates[] = {"stopping", "stopped",       "pending",
                                          "running",  "shutting-down", "terminated"};
  return std::ranges::find(kStates, what) != std::end(kStates);
}

}  // namespace

std::optional<std::string> tag_value(const Value& resource, std::string_view key) {
  for (const auto& tag : list_at(resource, "Tags"))
    if (text_at(tag, "Key") == key) return str(text_at(tag, "Value"));
  return std::nullopt;
}

void History::note_edit(const Value& create_tags, const sandbox::Sandbox& cloud, const Scope& scope,
                        WallTime now) {
  for (const auto& instance : cloud.instances(scope))
    for (const auto& id : list_at(create_tags, "Resources")) {
      if (text_of(id) != text_at(instance, "InstanceId")) continue;
      for (const auto& tag : list_at(create_tags, "Tags"))
        edits_.push_back({now, str(text_of(id)), str(text_at(tag, "Key")),
                          tag_value(instance, text_at(tag, "Key")).value_or("")});
    }
}

std::vector<std::string> History::tag_values(const sandbox::Sandbox& cloud, const Scope& scope,
                                             std::string_view instance, std::string_view key,
                                             WallTime since) const {
  std::vector<std::string> values;
  for (const auto& edit : edits_)
    if (edit.at >= since && edit.instance == instance && edit.key == key)
      values.push_back(edit.before);
  for (const auto& one : cloud.instances(scope))
    if (text_at(one, "InstanceId") == instance) values.push_back(tag_value(one, key).value_or(""));
  return values;
}

void History::note_trouble(Fault fault, std::string_view operation, WallTime now) {
  const bool lasts = fault == Fault::ClockSkew || fault == Fault::ExpiredCredentials ||
                     fault == Fault::ThrottleBurst;
  if (lasts || operation == "StartInstances" || operation == "DescribeInstances")
    last_trouble_ = now;
}

By History::who(const sandbox::Change& change) {
  if (change.operation.empty()) return By::Nobody;
  return change.caller == kOperator ? By::Operator : By::Hikae;
}

void History::begin(const sandbox::Sandbox& cloud, const Scope& scope) {
  for (const auto& instance : cloud.instances(scope)) {
    auto& power = power_[str(text_at(instance, "InstanceId"))];
    if (const auto* state = find_path(instance, {"State", "Name"})) power.state = text_of(*state);
  }
  for (const auto& image : cloud.images(scope)) learn(image);
}

void History::learn(const Value& image) {
  ImageState seen;
  seen.id = text_at(image, "ImageId");
  seen.name = text_at(image, "Name");
  seen.instance = text_at(image, "SourceInstanceId");
  seen.run = tag_value(image, "hikae:run").value_or("");
  seen.plan = tag_value(image, "hikae:plan").value_or("");
  seen.state = text_at(image, "State");
  if (const auto created = parse_iso(text_at(image, "CreationDate"))) seen.created = *created;
  seen.was_available = seen.state == "available";
  seen.bears_marks = tag_value(image, "AutoBackup") == "true" &&
                     tag_value(image, "hikae:source-instance") == seen.instance &&
                     !seen.run.empty() && seen.name == "hikae/" + seen.instance + "/" + seen.run;
  images_[seen.id] = std::move(seen);
}

void History::take(const sandbox::Change& change, const sandbox::Sandbox& cloud, const Scope& scope,
                   Watching watching) {
  if (is_power_change(change.what))
    take_power(change);
  else if (watching == Watching::All && change.what.starts_with("image-"))
    take_image(change, cloud, scope);
}

void History::take_power(const sandbox::Change& change) {
  auto& power = power_[change.resource];
  if (change.what == "stopping") {
    power.stopped_by = who(change);
    power.stopped_at = change.at;
    if (power.stopped_by == By::Hikae) power.stopped_by_hikae_at = change.at;
  } else if (change.what == "running" && power.stopped_by == By::Hikae) {
    power.longest_stop = std::max(power.longest_stop, change.at - power.stopped_at);
  }
  if (change.what == "running") power.ran_at = change.at;
  power.state = change.what;
  power.since = change.at;
}

void History::take_image(const sandbox::Change& change, const sandbox::Sandbox& cloud,
                         const Scope& scope) {
  if (change.what == "image-pending")
    for (const auto& image : cloud.images(scope))
      if (text_at(image, "ImageId") == change.resource) learn(image);
  const auto found = images_.find(change.resource);
  if (found == images_.end()) return;
  auto& image = found->second;
  image.state = change.what.substr(std::string_view("image-").size());
  if (image.state == "available") image.was_available = true;
  if (image.state != "deregistered") return;
  image.gone_at = change.at;
  image.gone_by = who(change);
}

}  // namespace hikae::sim
