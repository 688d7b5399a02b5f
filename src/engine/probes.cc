// The lost answer.
//
// A call leaves, the connection breaks. Was the machine stopped? Does the image exist? EC2 offers
// no token for most of its calls, so the only honest way is to look. Each operation below says what
// to look at and how to read what is seen:
//
//   StopInstances i-1    DescribeInstances i-1   stopping or stopped: it happened
//   CreateImage name=n   DescribeImages name=n   there, with our tags: it happened, adopt its id
//   DeregisterImage a    DescribeImages a        gone: it happened
//   SendCommand "hikae n"  ListCommands          one with that Comment: it happened
//
// What can go wrong: a look may be stale, so "absent" is believed only after `horizon`; then the
// same call is sent again, with the same name, and if the first one landed late the cloud refuses
// the second as a duplicate, which is looked at again and adopted. A command is never sent again.
#include "engine/probes.h"

#include <algorithm>
#include <array>

#include "base/stop_reason.h"

namespace hikae::engine {
namespace {

Call look_at(std::string_view operation, Value input) {
  return {"ec2", str(operation), std::move(input), {}};
}

Call look_at_instances(const Call& call) {
  return look_at("DescribeInstances", Object{{"InstanceIds", list_at(call.input, "InstanceIds")}});
}

std::string_view state_of(const Value& instance) {
  const auto* name = find_path(instance, {"State", "Name"});
  return name ? text_of(*name) : std::string_view();
}

/// Whether `has_happened` says so of every instance that the call names; their states by id.
template <class HasHappened>
Finding judge_instances(const Call& call, const Result<Value>& seen, HasHappened has_happened,
                        std::string_view member) {
  if (!seen) return {};
  Array changes;
  for (const auto& reservation : list_at(*seen, "Reservations")) {
    for (const auto& instance : list_at(reservation, "Instances")) {
      if (!has_happened(instance)) return {};
      changes.push_back(Object{{"InstanceId", text_at(instance, "InstanceId")},
                               {"CurrentState", object_at(instance, "State")}});
    }
  }
  if (changes.size() < list_at(call.input, "InstanceIds").size()) return {};
  return {Finding::Kind::Done, Object{{member, std::move(changes)}}, {}};
}

auto is_one_of(std::string_view one, std::string_view other) {
  return [one, other](const Value& instance) {
    const auto state = state_of(instance);
    return state == one || state == other;
  };
}

/// A stop that came too late to be ours was somebody else's: then the answer says, as EC2's own
/// would, that we found it stopped, and bears the reason as its proof (probes.h).
Finding judge_stop(const Call& call, const Result<Value>& seen, WallTime asked) {
  auto finding = judge_instances(call, seen, is_one_of("stopping", "stopped"), "StoppingInstances");
  if (finding.kind != Finding::Kind::Done) return finding;
  std::size_t at = 0;
  auto& changes = finding.answer.as_object()["StoppingInstances"].as_array();
  for (const auto& reservation : list_at(*seen, "Reservations")) {
    for (const auto& instance : list_at(reservation, "Instances")) {
      auto& change = changes[at++].as_object();
      if (!was_stopped_too_late_for(instance, asked)) continue;
      change["PreviousState"] = object_at(instance, "State");
      change["StateTransitionReason"] = text_at(instance, "StateTransitionReason");
    }
  }
  return finding;
}
/// An instance that was launched since has been started, also where somebody has stopped it again:
/// to start it once more would be against them. EC2's launch times have whole seconds.
Finding judge_start(const Call& call, const Result<Value>& seen, WallTime asked) {
  const auto has_started = [&](const Value& instance) {
    if (is_one_of("pending", "running")(instance)) return true;
    const auto launched = parse_iso(text_at(instance, "LaunchTime"));
    return launched &&
           to_seconds(launched->time_since_epoch()) >= to_seconds(asked.time_since_epoch());
  };
  return judge_instances(call, seen, has_started, "StartingInstances");
}
Finding judge_terminate(const Call& call, const Result<Value>& seen, WallTime) {
  return judge_instances(call, seen, is_one_of("shutting-down", "terminated"),
                         "TerminatingInstances");
}

Call look_by_image_name(const Call& call) {
  return look_at(
      "DescribeImages",
      Object{{"Owners", Array{"self"}},
             {"Filters",
              Array{Object{{"Name", "name"}, {"Values", Array{text_at(call.input, "Name")}}}}}});
}

/// Whether the image bears every tag that the call would have given it.
bool bears_our_tags(const Call& call, const Value& image) {
  const auto& borne = list_at(image, "Tags");
  for (const auto& specification : list_at(call.input, "TagSpecifications")) {
    if (text_at(specification, "ResourceType") != "image") continue;
    for (const auto& tag : list_at(specification, "Tags"))
      if (std::find(borne.begin(), borne.end(), tag) == borne.end()) return false;
  }
  const auto source = text_at(image, "SourceInstanceId");
  return source.empty() || source == text_at(call.input, "InstanceId");
}

Finding judge_create_image(const Call& call, const Result<Value>& seen, WallTime) {
  if (!seen || list_at(*seen, "Images").empty()) return {};
  const auto& image = list_at(*seen, "Images").front();
  const auto id = text_at(image, "ImageId");
  if (bears_our_tags(call, image)) return {Finding::Kind::Done, Object{{"ImageId", id}}, {}};
  return {
      Finding::Kind::Foreign,
      {},
      "image " + str(id) + " has the same name but was not made by this call; it is left alone"};
}

Call look_at_image(const Call& call) {
  return look_at("DescribeImages", Object{{"ImageIds", Array{text_at(call.input, "ImageId")}}});
}

Finding judge_deregister(const Call&, const Result<Value>& seen, WallTime) {
  const bool gone =
      seen ? list_at(*seen, "Images").empty() : seen.error().kind == ErrorKind::NotFound;
  return gone ? Finding{Finding::Kind::Done, Object{}, {}} : Finding{};
}

constexpr std::string_view kOwnComment = "hikae ";

Call look_at_commands(const Call&) {
  return {"ssm", "ListCommands", Object{{"MaxResults", 50}}, {}};
}

/// A person may have written such a Comment too, long ago.
bool was_sent_since(const Value& command, WallTime asked) {
  const auto sent = parse_iso(text_at(command, "RequestedDateTime"));
  return !sent || *sent > asked - minutes(5);
}

Finding judge_send_command(const Call& call, const Result<Value>& seen, WallTime asked) {
  if (!seen) return {};
  for (const auto& command : list_at(*seen, "Commands"))
    if (text_at(command, "Comment") == text_at(call.input, "Comment") &&
        was_sent_since(command, asked))
      return {Finding::Kind::Done, Object{{"Command", command}}, {}};
  return {};
}

constexpr Probe kCommandProbe{look_at_commands, judge_send_command, seconds(60), Unseen::Unknown};

struct Row {
  std::string_view operation;
  Probe probe;
};

// Stop, start and deregister converge: an early "not yet" only costs one call more. An image that
// is not visible yet must not be made twice: twice the 2.5 minutes that AWS Support names.
constexpr std::array<Row, 5> kProbes{{
    {"StopInstances", {look_at_instances, judge_stop, seconds(10)}},
    {"StartInstances", {look_at_instances, judge_start, seconds(10)}},
    {"TerminateInstances", {look_at_instances, judge_terminate, seconds(10)}},
    {"CreateImage", {look_by_image_name, judge_create_image, seconds(300)}},
    {"DeregisterImage", {look_at_image, judge_deregister, seconds(10)}},
}};

}  // namespace

bool is_surely_made_by(const Call& call, const Result<Value>& seen, WallTime asked) {
  if (!seen || list_at(*seen, "Images").size() != 1) return false;
  const bool has_tags =
      std::ranges::any_of(list_at(call.input, "TagSpecifications"), [](const Value& given) {
        return text_at(given, "ResourceType") == "image" && !list_at(given, "Tags").empty();
      });
  const auto& image = list_at(*seen, "Images").front();
  const auto made = parse_iso(text_at(image, "CreationDate"));
  return has_tags && bears_our_tags(call, image) && made &&
         to_seconds(made->time_since_epoch()) >= to_seconds(asked.time_since_epoch());
}

const Probe* probe_of(const Call& call) {
  if (call.service == "ssm" && call.operation == "SendCommand")
    return text_at(call.input, "Comment").starts_with(kOwnComment) ? &kCommandProbe : nullptr;
  if (call.service != "ec2") return nullptr;
  for (const auto& row : kProbes)
    if (row.operation == call.operation) return &row.probe;
  return nullptr;
}

}  // namespace hikae::engine
