#include "upkeep/policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/invariant.h"
#include "upkeep/tags.h"

namespace hikae::upkeep {
namespace {

constexpr std::array<std::string_view, 5> kOfEncryptedDisks{
    "kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKeyWithoutPlaintext",
    "kms:ReEncrypt*"};

std::string_view partition_of(std::string_view region) {
  if (region.starts_with("cn-")) return "aws-cn";
  return region.starts_with("us-gov-") ? "aws-us-gov" : "aws";
}

class PolicyWriter {
 public:
  explicit PolicyWriter(PolicyOrder order) : order_(std::move(order)) {
    if (order_.groups.empty() && order_.instances.empty())
      order_.groups.push_back({{str(kGroupTag), {str(kGroupValue)}}});
  }

  Object write() {
    read("Look", NeedBy::Night);
    for (const auto& call : needed_calls())
      if (call.effect == NeedEffect::Changes) change(call.operation);
    read("OnlyForTheDoctor", NeedBy::Doctor);
    encrypted_disks();
    return Object{{"Version", "2012-10-17"}, {"Statement", std::move(statements_)}};
  }

 private:
  void read(std::string_view sid, NeedBy by) {
    Array actions;
    for (const auto& call : needed_calls())
      if (call.effect == NeedEffect::Reads && call.by == by)
        actions.push_back(Value(fmt::format("{}:{}", policy_prefix(call.service), call.operation)));
    add(str(sid), std::move(actions), Value("*"), {});
  }

  void change(std::string_view operation) {
    if (operation == "CreateImage") return create_image();
    if (operation == "StopInstances") return of_the_groups("StopInTheGroup", "ec2:StopInstances");
    if (operation == "StartInstances") return start();
    if (operation == "CreateTags") return create_tags();
    if (operation == "DeleteTags") return delete_tags();
    if (operation == "DeregisterImage") return delete_ours("Image", "ec2:DeregisterImage", "image");
    if (operation == "DeleteSnapshot")
      return delete_ours("Snapshot", "ec2:DeleteSnapshot", "snapshot");
    INVARIANT(false, "every call that changes something has its statement");
  }

  void create_image() {
    of_the_groups("ImagesOfTheGroup", "ec2:CreateImage");
    add("ImagesWithMarks", Value("ec2:CreateImage"), Array{arn("image"), arn("snapshot")},
        Object{{"StringEquals", Object{{request_tag(kAutoBackupTag), kAutoBackupValue}}},
               {"StringLike", Object{{request_tag(kRunTag), "*"}}}});
  }

  // The second: a group's tag that changes during the night must not leave a machine down.
  void start() {
    of_the_groups("StartInTheGroup", "ec2:StartInstances");
    add("StartWhatWasStopped", Value("ec2:StartInstances"), arn("instance"),
        Object{{"StringLike", Object{{resource_tag(kStoppedByTag), "*"}}}});
  }

  void create_tags() {
    add("TagAtBirth", Value("ec2:CreateTags"), Array{arn("image"), arn("snapshot")},
        Object{{"StringEquals", Object{{"ec2:CreateAction", "CreateImage"}}}});
    auto doubtful = ours();
    doubtful["ForAllValues:StringEquals"] = Object{{"aws:TagKeys", Array{kConsistencyTag}}};
    add("MarkDoubtful", Value("ec2:CreateTags"), arn("image"), std::move(doubtful));
    of_the_groups("MarkInTheGroup", "ec2:CreateTags", marks());
  }

  void delete_tags() {
    add("UnmarkInstances", Value("ec2:DeleteTags"), arn("instance"),
        Object{{"ForAllValues:StringEquals", marks()}});
  }

  void delete_ours(std::string_view what, std::string_view action, std::string_view resource) {
    add(fmt::format("DeleteOur{}s", what), Value(action), arn(resource), ours());
  }

  void encrypted_disks() {
    Array actions;
    for (const auto action : kOfEncryptedDisks) actions.push_back(Value(action));
    const auto via = fmt::format("ec2.{}.amazonaws.com", region());
    Value grant = Value("kms:CreateGrant");
    actions.erase(actions.begin());
    const Object by_ec2{{"StringLike", Object{{"kms:ViaService", via}}}};
    auto for_ec2 = by_ec2;
    for_ec2["Bool"] = Object{{"kms:GrantIsForAWSResource", "true"}};
    add("EncryptedDisks", std::move(actions), key_arn(), by_ec2);
    add("EncryptedDisksGrant", std::move(grant), key_arn(), std::move(for_ec2));
  }

  /// One statement for each group, one for the instances that are named. `keys`: only tags of
  /// these.
  void of_the_groups(std::string_view sid, std::string_view action, const Object& keys = {}) {
    int number = 0;
    const auto next_sid = [&] {
      return fmt::format("{}{}", sid, ++number == 1 ? "" : fmt::format("{}", number));
    };
    const auto with_keys = [&](Object condition) {
      if (!keys.empty()) condition["ForAllValues:StringEquals"] = keys;
      return condition;
    };
    for (const auto& group : order_.groups) {
      Object tags;
      for (const auto& [key, values] : group) {
        Array list;
        for (const auto& value : values) list.push_back(Value(value));
        tags[resource_tag(key)] = std::move(list);
      }
      add(next_sid(), Value(action), arn("instance"),
          with_keys(Object{{"StringEquals", std::move(tags)}}));
    }
    if (order_.instances.empty()) return;
    Array named;
    for (const auto& id : order_.instances) named.push_back(arn("instance", id));
    add(next_sid(), Value(action), std::move(named), with_keys({}));
  }

  static Object marks() { return Object{{"aws:TagKeys", Array{kStoppedByTag, kHoldTag}}}; }

  static Object ours() {
    return Object{{"StringEquals", Object{{resource_tag(kAutoBackupTag), kAutoBackupValue}}},
                  {"StringLike", Object{{resource_tag(kSourceInstanceTag), "i-*"}}}};
  }

  void add(std::string sid, Value actions, Value resources, Object condition) {
    Object statement{{"Sid", std::move(sid)},
                     {"Effect", "Allow"},
                     {"Action", std::move(actions)},
                     {"Resource", std::move(resources)}};
    if (!condition.empty()) statement["Condition"] = std::move(condition);
    statements_.push_back(std::move(statement));
  }

  static std::string resource_tag(std::string_view key) {
    return fmt::format("aws:ResourceTag/{}", key);
  }
  static std::string request_tag(std::string_view key) {
    return fmt::format("aws:RequestTag/{}", key);
  }
  [[nodiscard]] std::string region() const { return order_.region.empty() ? "*" : order_.region; }
  [[nodiscard]] std::string account() const {
    return order_.account.empty() ? "*" : order_.account;
  }
  /// Images and snapshots are in nobody's account, instances in ours.
  [[nodiscard]] Value arn(std::string_view what, std::string_view id = "*") const {
    return Value(fmt::format("arn:{}:ec2:{}:{}:{}/{}", partition_of(order_.region), region(),
                             what == "instance" ? account() : "", what, id));
  }
  [[nodiscard]] Value key_arn() const {
    return Value(fmt::format("arn:{}:kms:{}:*:key/*", partition_of(order_.region), region()));
  }

  PolicyOrder order_;
  Array statements_;
};

}  // namespace

Object smallest_policy(const PolicyOrder& order) { return PolicyWriter(order).write(); }

std::span<const std::string_view> actions_of_encrypted_disks() { return kOfEncryptedDisks; }

}  // namespace hikae::upkeep
