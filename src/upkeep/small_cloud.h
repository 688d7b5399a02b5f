// For the tests of this folder: a cloud of a few lists that answers just what upkeep asks, behind
// the real router, so that every input is checked by the model.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "aws/errors.h"
#include "aws/router.h"
#include "base/virtual_time.h"
#include "upkeep/calls.h"
#include "upkeep/tags.h"

namespace hikae::upkeep::testing {

/// EC2's filter patterns: `*`, `?`, and `\` before either.
inline bool filter_matches(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '*') {
    for (std::size_t i = 0; i <= text.size(); ++i)
      if (filter_matches(pattern.substr(1), text.substr(i))) return true;
    return false;
  }
  if (text.empty()) return false;
  if (pattern[0] == '\\' && pattern.size() > 1)
    return pattern[1] == text[0] && filter_matches(pattern.substr(2), text.substr(1));
  return (pattern[0] == '?' || pattern[0] == text[0]) &&
         filter_matches(pattern.substr(1), text.substr(1));
}

class SmallCloud final : public aws::Cloud {
 public:
  explicit SmallCloud(Timers& timers) : timers_(timers) {}

  Array images, snapshots, instances, agents;
  std::map<std::string, Array> tags;         // of instances, by id
  std::map<std::string, Array> permissions;  // of images and snapshots, by id
  std::vector<Value> published;
  std::vector<Value> tried;        // inputs of what changes something and came with DryRun
  std::vector<std::string> calls;  // "DeregisterImage ami-1"
  std::size_t page_size = 1000;
  std::vector<std::string> unknown_filters;
  bool ignores_filters = false;  // an endpoint that is not as good as EC2
  bool article =
      false;  // images are added as the article's document makes them, else as hikae does
  std::function<void(const aws::Request&)> meddler;  // acts just before a call is answered
  /// Further operations, by name.
  std::map<std::string, std::function<Result<Value>(const Value& input)>> others;
  int lingers = 0;  // so many deletions of snapshots still see the deregistered image

  /// The next `times` calls of the operation (on that resource, where it is given) fail.
  void fail_next(std::string operation, std::string code, int times = 1,
                 std::string resource = {}) {
    failures_.push_back({std::move(operation), std::move(code), std::move(resource), times});
  }

  void call(aws::Request request, aws::Done done) override {
    calls.push_back(request.operation + resource_of(request.input));
    if (meddler) meddler(request);
    auto answer = answer_to(request);
    timers_.soon([done = std::move(done), answer = std::move(answer)]() mutable {
      done(std::move(answer));
    });
  }

  [[nodiscard]] std::vector<std::string> mutations() const {
    std::vector<std::string> out;
    for (const auto& call : calls)
      if (call.starts_with("De") && !call.starts_with("Describe")) out.push_back(call);
    return out;
  }

  void add_image(const std::string& id, const std::string& instance, const std::string& created,
                 const std::string& name = "web", const std::string& state = "available") {
    const auto snapshot = "snap-" + id.substr(4);
    const auto run = "run-" + id.substr(4);
    Array born = birth_tags(instance, run);
    born.push_back(tag("Name", name));
    images.push_back(
        Object{{"ImageId", id},
               {"Name", article ? name + "-" + created : "hikae/" + instance + "/" + run},
               {"State", state},
               {"OwnerId", "123456789012"},
               {"CreationDate", created + "T18:30:00.000Z"},
               {"SourceInstanceId", instance},
               {"BlockDeviceMappings", Array{Object{{"Ebs", Object{{"SnapshotId", snapshot}}}}}},
               {"Tags", std::move(born)}});
    add_snapshot(snapshot, id, instance, created);
  }

  void add_snapshot(const std::string& snapshot, const std::string& image,
                    const std::string& instance, const std::string& created) {
    snapshots.push_back(
        Object{{"SnapshotId", snapshot},
               {"State", "completed"},
               {"VolumeId", "vol-1"},
               {"StartTime", created + "T18:30:05.000Z"},
               {"Description", "Created by CreateImage(" + instance + ") for " + image},
               {"Tags", birth_tags(instance, "run-" + image.substr(4))}});
  }

  [[nodiscard]] Array birth_tags(std::string_view instance, std::string_view run) const {
    if (article) return {tag(kAutoBackupTag, kAutoBackupValue)};
    return {tag(kAutoBackupTag, kAutoBackupValue), tag(kSourceInstanceTag, instance),
            tag(kRunTag, run)};
  }

  /// Sets a tag of an image or a snapshot; without a value it is taken away.
  static void set_tag(Value& resource, std::string_view key,
                      std::optional<std::string_view> value) {
    auto& list = resource.as_object()["Tags"].as_array();
    drop(list, "Key", key);
    if (value) list.push_back(tag(key, *value));
  }

  static void drop(Array& list, std::string_view member, std::string_view text) {
    const auto end = std::remove_if(list.begin(), list.end(),
                                    [&](const Value& one) { return text_at(one, member) == text; });
    list.erase(end, list.end());
  }
  static Value& one_of(Array& list, std::string_view member, std::string_view text) {
    return *std::ranges::find_if(list,
                                 [&](const Value& one) { return text_at(one, member) == text; });
  }

  Value& image(std::string_view id) { return one_of(images, "ImageId", id); }
  Value& snapshot(std::string_view id) { return one_of(snapshots, "SnapshotId", id); }
  void remove_image(std::string_view id) { drop(images, "ImageId", id); }

  void add_instance(const std::string& id, const std::string& name, const std::string& state,
                    Array more_tags) {
    more_tags.push_back(tag("Name", name));
    more_tags.push_back(tag(kGroupTag, kGroupValue));
    instances.push_back(Object{
        {"InstanceId", id}, {"State", Object{{"Name", state}}}, {"Tags", std::move(more_tags)}});
  }

  void add_agent(const std::string& id, const std::string& ping) {
    agents.push_back(Object{{"InstanceId", id},
                            {"PingStatus", ping},
                            {"LastPingDateTime", "2026-03-01T12:00:00.000Z"}});
  }

  static Value tag(std::string_view key, std::string_view value) {
    return Object{{"Key", key}, {"Value", value}};
  }

  [[nodiscard]] std::string image_ids() const { return ids(images, "ImageId"); }
  [[nodiscard]] std::string snapshot_ids() const { return ids(snapshots, "SnapshotId"); }

 private:
  struct Failure {
    std::string operation, code, resource;
    int times;
  };

  static std::string resource_of(const Value& input) {
    for (const auto* key : {"ImageId", "SnapshotId"})
      if (const auto id = text_at(input, key); !id.empty()) return " " + str(id);
    return {};
  }

  static std::string ids(const Array& list, std::string_view key) {
    std::string out;
    for (const auto& item : list) out.append(out.empty() ? "" : " ").append(text_at(item, key));
    return out;
  }

  std::optional<std::string> failure_of(const aws::Request& request) {
    for (auto& failure : failures_) {
      const bool fits =
          failure.operation == request.operation &&
          (failure.resource.empty() || " " + failure.resource == resource_of(request.input));
      if (fits && failure.times-- > 0) return failure.code;
    }
    return std::nullopt;
  }

  Result<Value> answer_to(const aws::Request& request) {
    if (const auto code = failure_of(request)) return aws::aws_error(*code, "as the test wants it");
    const auto& operation = request.operation;
    const auto& input = request.input;
    if (is_true_at(input, "DryRun")) {
      if (!operation.starts_with("Describe")) tried.push_back(input);
      return aws::aws_error("DryRunOperation", "would have succeeded");
    }
    if (const auto other = others.find(operation); other != others.end())
      return other->second(input);
    if (operation == "DescribeVolumes") return Object{{"Volumes", Array{}}};
    if (operation == "DescribeImages") return describe(images, "Images", input);
    if (operation == "DescribeSnapshots") return describe(snapshots, "Snapshots", input);
    if (operation == "DescribeTags") return describe_tags(input);
    if (operation == "DescribeInstances") return describe_instances(input);
    if (operation == "DescribeInstanceInformation")
      return page(agents, "InstanceInformationList", input);
    if (operation == "DescribeImageAttribute")
      return Object{{"LaunchPermissions", permissions[str(text_at(input, "ImageId"))]}};
    if (operation == "DescribeSnapshotAttribute")
      return Object{{"CreateVolumePermissions", permissions[str(text_at(input, "SnapshotId"))]}};
    if (operation == "DeregisterImage") return deregister(input);
    if (operation == "DeleteSnapshot") return delete_snapshot(input);
    if (operation == "Publish") {
      published.push_back(input);
      return Object{{"MessageId", "m-1"}};
    }
    return aws::aws_error("InvalidAction", operation);
  }

  Result<Value> deregister(const Value& input) {
    if (lingers == 0) return remove(images, "ImageId", input);
    lingering_ = input;
    return Object{};
  }

  Result<Value> delete_snapshot(const Value& input) {
    if (!lingering_.is_null() && lingers-- == 0) {
      (void)remove(images, "ImageId", lingering_);
      lingering_ = nullptr;
      lingers = 0;
    }
    for (const auto& image : images)
      for (const auto& id : values_of(image, "block-device-mapping.snapshot-id"))
        if (id == text_at(input, "SnapshotId"))
          return aws::aws_error("InvalidSnapshot.InUse", "in use by an image");
    return remove(snapshots, "SnapshotId", input);
  }

  static Result<Value> remove(Array& list, std::string_view key, const Value& input) {
    const auto id = text_at(input, key);
    const auto it =
        std::ranges::find_if(list, [&](const Value& item) { return text_at(item, key) == id; });
    if (it == list.end())
      return aws::aws_error(key == "ImageId" ? "InvalidAMIID.NotFound" : "InvalidSnapshot.NotFound",
                            "there is no " + str(id));
    list.erase(it);
    return Object{};
  }

  static std::vector<std::string> values_of(const Value& item, std::string_view filter) {
    if (filter.starts_with("tag:")) {
      const auto value = tag_of(item, filter.substr(4));
      return value ? std::vector{str(*value)} : std::vector<std::string>{};
    }
    if (filter == "tag-key") {
      std::vector<std::string> keys;
      for (const auto& one : list_at(item, "Tags")) keys.push_back(str(text_at(one, "Key")));
      return keys;
    }
    if (filter == "source-instance-id") return {str(text_at(item, "SourceInstanceId"))};
    if (filter == "image-id") return {str(text_at(item, "ImageId"))};
    if (filter == "snapshot-id") return {str(text_at(item, "SnapshotId"))};
    if (filter == "description") return {str(text_at(item, "Description"))};
    if (filter == "instance-state-name") return {str(text_at(*find(item, "State"), "Name"))};
    std::vector<std::string> ids;
    if (filter == "block-device-mapping.snapshot-id")
      for (const auto& device : list_at(item, "BlockDeviceMappings"))
        ids.push_back(str(text_at(*find(device, "Ebs"), "SnapshotId")));
    return ids;
  }

  static bool passes(const Value& item, const Value& filter) {
    for (const auto& value : values_of(item, text_at(filter, "Name")))
      for (const auto& pattern : list_at(filter, "Values"))
        if (filter_matches(text_of(pattern), value)) return true;
    return false;
  }

  [[nodiscard]] Array filtered(const Array& list, const Value& input) const {
    if (ignores_filters) return list;
    Array out;
    for (const auto& item : list)
      if (std::ranges::all_of(list_at(input, "Filters"),
                              [&](const Value& filter) { return passes(item, filter); }))
        out.push_back(item);
    return out;
  }

  Result<Value> describe(const Array& list, std::string_view member, const Value& input) {
    for (const auto& filter : list_at(input, "Filters"))
      if (std::ranges::count(unknown_filters, text_at(filter, "Name")))
        return aws::aws_error("InvalidParameterValue", "The filter is invalid");
    return page(filtered(list, input), member, input);
  }

  Result<Value> describe_instances(const Value& input) {
    Array reservations;
    for (const auto& instance : filtered(instances, input))
      reservations.push_back(Object{{"Instances", Array{instance}}});
    return page(reservations, "Reservations", input);
  }

  Result<Value> describe_tags(const Value& input) {
    const auto& filter = list_at(input, "Filters").at(0);
    return page(tags[str(text_of(list_at(filter, "Values").at(0)))], "Tags", input);
  }

  Result<Value> page(const Array& list, std::string_view member, const Value& input) {
    const auto token = str(text_at(input, "NextToken", "0"));
    const std::size_t from = std::stoul(token);
    Array some;
    for (std::size_t i = from; i < list.size() && i < from + page_size; ++i)
      some.push_back(list[i]);
    Object out{{member, std::move(some)}};
    if (from + page_size < list.size()) out["NextToken"] = std::to_string(from + page_size);
    return out;
  }

  Timers& timers_;
  std::vector<Failure> failures_;
  Value lingering_;
};

class UpkeepTest : public ::testing::Test {
 protected:
  UpkeepTest() {
    router.add("ec2", cloud);
    router.add("ssm", cloud);
    router.add("sns", cloud);
  }

  /// Runs until the answer is there.
  template <class Start>
  Result<Value> answer_of(Start start) {
    std::optional<Result<Value>> answer;
    start([&](Result<Value> got) {
      EXPECT_FALSE(answer.has_value()) << "answered twice";
      answer = std::move(got);
    });
    EXPECT_FALSE(answer.has_value()) << "answered inside the call";
    time.run_while_busy([&] { return answer.has_value(); }, time.now() + hours(1));
    return answer.value_or(fail(ErrorKind::Timeout, "never answered"));
  }

  VirtualTime time{*parse_iso("2026-03-01T18:40:00Z")};
  aws::Router router{time};
  SmallCloud cloud{time};
  Context context{router, time, time, {"123456789012", "ap-northeast-1"}, ""};
};

}  // namespace hikae::upkeep::testing
