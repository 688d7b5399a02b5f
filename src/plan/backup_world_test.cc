// The runs of documents, as src/runbook tests them, for the documents of this folder.
#include "plan/backup_world_test.h"

#include <fmt/format.h>

// The driver's own translation units belong to another floor's test program.
#include "runbook/run_driver_test.cc"  // NOLINT(bugprone-suspicious-include)
#include "runbook/toy_ec2_test.cc"     // NOLINT(bugprone-suspicious-include)

#include "plan/runbooks.h"

namespace hikae::plan::testing {
namespace {

using runbook::testing::answers;
using runbook::testing::refuses;
using runbook::testing::Reply;

std::string filter_value(const Call& call, std::string_view name) {
  for (const auto& filter : list_at(call.input, "Filters"))
    if (text_at(filter, "Name") == name) return str(text_of(list_at(filter, "Values").front()));
  return {};
}

/// The tags that one CreateImage gives to a type of resource.
Array tags_for(const Call& call, std::string_view type) {
  for (const auto& specification : list_at(call.input, "TagSpecifications"))
    if (text_at(specification, "ResourceType") == type) return list_at(specification, "Tags");
  return {};
}

}  // namespace

std::string tag_in(const Array& tags, std::string_view key) {
  for (const auto& tag : tags)
    if (text_at(tag, "Key") == key) return str(text_at(tag, "Value"));
  return "(none)";
}

BackupWorld::BackupWorld() {
  driver.add_document("hikae-backup", backup_runbook());
  driver.add_document("hikae-start", start_runbook());
  driver.add_document("hook-good", kGoodHook);
  driver.add_document("hook-bad", kBadHook);
  ec2.instances[kServer].tags = {{"Name", "web"}, {"BackupEC2StopStart", "true"}};
  driver.cloud = [this](const Call& call, WallTime now) { return answer(call, now); };
}

std::string BackupWorld::run(Object more) {
  Object parameters{{"InstanceId", Array{kServer}}, {"TopicArn", Array{kTopic}}};
  for (const auto& [key, value] : more) parameters[key] = value;
  id = driver.start("hikae-backup", parameters);
  driver.play();
  return driver.status(id);
}

std::string BackupWorld::power() { return ec2.state(kServer, driver.now()); }

Reply BackupWorld::answer(const Call& call, WallTime now) {
  ++calls_seen;
  if (before_call) before_call(call);
  if (calls_seen == failing_call) return refuses("InternalError", "as the test wants it");
  if (auto trouble = ec2.troubles.find(call.operation);
      trouble != ec2.troubles.end() && trouble->second.times != 0)
    return ec2(call, now);
  if (call.operation == "CreateImage") return create_image(call, now);
  if (call.operation == "DescribeImages") return describe_images(call, now);
  if (call.operation == "DescribeSnapshots") return describe_snapshots(call, now);
  if (call.operation == "DescribeInstances") return describe_instances(call, now);
  const bool is_of_image = !list_at(call.input, "Resources").empty() &&
                           text_of(list_at(call.input, "Resources").front()).starts_with("ami-");
  if (call.operation == "CreateTags" && is_of_image) {
    image_tags.back() = Object{{"Key", "hikae:consistency"}, {"Value", "unknown"}};
    return answers(Object{});
  }
  if (call.operation == "StartInstances") started_at = now;
  auto reply = ec2(call, now);
  if (call.operation == "StopInstances") reply.after = stop_answers;
  return reply;
}

Reply BackupWorld::create_image(const Call& call, WallTime now) {
  image_name = text_at(call.input, "Name");
  image_tags = tags_for(call, "image");
  snapshot_tags = tags_for(call, "snapshot");
  made_at = now;
  power_at_image = ec2.state(kServer, now);
  ++images;
  return answers(Object{{"ImageId", "ami-1"}});
}

Reply BackupWorld::describe_images(const Call& call, WallTime now) {
  EXPECT_EQ(list_at(call.input, "Owners").size(), 1U);
  const bool asks_consistency = !filter_value(call, "tag:hikae:consistency").empty();
  const bool doubtful = tag_in(image_tags, "hikae:consistency") == "unknown";
  if (images == 0 || filter_value(call, "name") != image_name || (asks_consistency && doubtful))
    return answers(Object{{"Images", Array{}}});
  const bool done = now >= made_at + image_takes;
  return answers(Object{
      {"Images", Array{Object{{"ImageId", "ami-1"}, {"State", done ? image_ends : "pending"}}}}});
}

Reply BackupWorld::describe_snapshots(const Call& call, WallTime now) {
  Array found;
  const auto run_of_tag = tag_in(snapshot_tags, "hikae:run");
  for (int i = 0; i < volumes && filter_value(call, "tag:hikae:run") == run_of_tag; ++i)
    if (now >= made_at + snapshot_gap * (i + 1))
      found.push_back(Object{{"SnapshotId", fmt::format("snap-{}", i)}, {"State", "pending"}});
  return answers(Object{{"Snapshots", std::move(found)}});
}

Reply BackupWorld::describe_instances(const Call& call, WallTime now) {
  auto reply = ec2(call, now);
  if (!reply.answer || !*reply.answer) return reply;
  Array mappings;
  for (int i = 0; i < volumes; ++i)
    mappings.push_back(Object{{"Ebs", Object{{"VolumeId", fmt::format("vol-{}", i)}}}});
  auto& reservation = (**reply.answer).as_object()["Reservations"].as_array()[0];
  reservation.as_object()["Instances"].as_array()[0].as_object()["BlockDeviceMappings"] =
      std::move(mappings);
  return reply;
}

std::string BackupWorld::subjects() const {
  std::string out;
  for (const auto& call : driver.calls("Publish"))
    out += str(text_at(call.input, "Subject")) + "\n";
  return out;
}

}  // namespace hikae::plan::testing
