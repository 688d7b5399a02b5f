// Reads `expect`: what a test wants to see at the end.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "aws/nearest.h"
#include "base/limits.h"
#include "sim/rehearsal_notes.h"

namespace hikae::sim::rehearsal {
namespace {

constexpr std::array<std::string_view, 11> kExpectKeys{"status", "failure",   "steps",  "outputs",
                                                       "calls",  "instances", "images", "snapshots",
                                                       "mails",  "took",      "define"};
constexpr std::array<std::string_view, 13> kStatuses{"Success",
                                                     "Failed",
                                                     "TimedOut",
                                                     "Cancelled",
                                                     "Refused",
                                                     "Rejected",
                                                     "Exited",
                                                     "Waiting",
                                                     "InProgress",
                                                     "Pending",
                                                     "CompletedWithSuccess",
                                                     "CompletedWithFailure",
                                                     "Cancelling"};
constexpr std::array<std::string_view, 4> kStepStatuses{"Success", "Failed", "TimedOut",
                                                        "Cancelled"};
constexpr std::array<std::string_view, 3> kStepKeys{"name", "status", "failure"};
constexpr std::array<std::string_view, 4> kInstanceKeys{"state", "was", "stopped", "tags"};
constexpr std::array<std::string_view, 7> kThingKeys{"total",   "new",    "deleted", "available",
                                                     "pending", "failed", "tags"};
constexpr std::array<std::string_view, 3> kMailKeys{"to", "subject", "text"};
constexpr std::array<std::string_view, 8> kPowerWords{"running",  "stopped",       "stopping",
                                                      "pending",  "shutting-down", "terminated",
                                                      "rebooted", "untouched"};
constexpr std::string_view kGap = "...";

bool is_one_of(std::string_view word, std::span<const std::string_view> words) {
  return std::ranges::find(words, word) != words.end();
}

/// Gives the findings' "write one of: …; did you mean …".
std::string one_of(std::string_view wrong, std::span<const std::string_view> words) {
  aws::Nearest nearest(wrong);
  for (const auto word : words) nearest.offer(word);
  return fmt::format("write one of: {}{}", fmt::join(words, ", "), nearest.hint());
}

class ExpectReader {
 public:
  ExpectReader(Notes& notes, const Layers& layers) : notes_(notes), layers_(layers) {}

  Expected read() {
    for (const auto& layer : layers_.all()) std::ignore = notes_.is_map(layer, kExpectKeys);
    for (const auto key : kExpectKeys)
      if (const auto node = layers_.find(key)) expected_.places[str(key)] = notes_.place(node);
    read_status();
    read_failure();
    if (const auto node = layers_.find("steps")) read_steps(node);
    for (const auto& [name, node] : layers_.below("outputs").members())
      expected_.outputs.emplace_back(name, *node.value);
    for (const auto& [name, node] : layers_.below("calls").members()) read_call(name, node);
    for (const auto& [key, node] : layers_.below("instances").members()) read_instance(key, node);
    expected_.images = read_things("images");
    expected_.snapshots = read_things("snapshots");
    if (const auto node = layers_.find("mails")) read_mails(node);
    if (const auto node = layers_.find("took")) expected_.took = duration(node);
    return std::move(expected_);
  }

 private:
  void read_status() {
    const auto node = layers_.find("status");
    if (!node)
      return notes_.wrong(layers_.nearest(), "says no status",
                          "add for example \"status: Success\"");
    expected_.status = notes_.scalar(node);
    if (!is_one_of(expected_.status, kStatuses))
      notes_.wrong(node, fmt::format("\"{}\" is no status of an execution", expected_.status),
                   one_of(expected_.status, kStatuses));
  }

  void read_failure() {
    const auto node = layers_.find("failure");
    if (!node) return;
    if (!node.value->is_array()) return expected_.failure.push_back(notes_.scalar(node));
    for (const auto& item : notes_.items(node, "texts"))
      expected_.failure.push_back(notes_.scalar(item));
  }

  void read_steps(const Node& node) {
    expected_.steps.emplace();
    read_step_list(node, 0);
  }

  /// Lists in the list are flattened, so that a file can name a part once (&part) and use it often.
  void read_step_list(const Node& node, int depth) {
    for (const auto& item : notes_.items(node, "steps")) {
      if (expected_.steps->size() >= limits::kSteps) return;
      if (item.value->is_array() && depth < limits::kTextDepth)
        read_step_list(item, depth + 1);
      else
        expected_.steps->push_back(item.value->is_object() ? step_map(item) : step_text(item));
    }
  }

  /// "StopIt", "StopIt Failed", "..."
  WantedStep step_text(const Node& node) {
    const auto text = notes_.scalar(node);
    if (text == kGap) return {.is_gap = true};
    const auto space = text.find(' ');
    WantedStep step{.name = text.substr(0, space), .status = "Success"};
    if (space != std::string::npos) step.status = text.substr(space + 1);
    check_step_status(node, step);
    return step;
  }

  WantedStep step_map(const Node& node) {
    WantedStep step;
    if (!notes_.is_map(node, kStepKeys)) return step;
    const auto map = node.described();
    step.name = notes_.take(map.text("name"), node);
    step.status = notes_.take(map.text("status"), node);
    step.failure = notes_.take(map.text("failure"), node);
    if (step.name.empty()) notes_.wrong(node, "this step has no name", "add \"name: STEP\"");
    if (step.status.empty()) step.status = step.failure.empty() ? "Success" : "Failed";
    check_step_status(node, step);
    return step;
  }

  void check_step_status(const Node& node, const WantedStep& step) {
    if (!is_one_of(step.status, kStepStatuses))
      notes_.wrong(node, fmt::format("\"{}\" is no status of a step that has ended", step.status),
                   one_of(step.status, kStepStatuses));
  }

  void read_call(const std::string& name, const Node& node) {
    const auto call = call_named(name);
    if (!call) return notes_.wrong(node, call.error());
    expected_.calls[call->first + ":" + call->second] = count(node);
  }

  void read_instance(const std::string& key, const Node& node) {
    WantedInstance wanted{.key = key};
    if (!node.value->is_object()) {
      wanted.state = notes_.scalar(node);
      if (!is_one_of(wanted.state, kPowerWords))
        notes_.wrong(node, fmt::format("\"{}\" is no state of an instance", wanted.state),
                     one_of(wanted.state, kPowerWords));
      if (wanted.state == "untouched") wanted.was.emplace(), wanted.state.clear();
    } else if (notes_.is_map(node, kInstanceKeys)) {
      read_instance_map(node, wanted);
    }
    expected_.places["instances." + key] = notes_.place(node);
    expected_.instances.push_back(std::move(wanted));
  }

  void read_instance_map(const Node& node, WantedInstance& wanted) {
    wanted.state = notes_.take(node.described().word("state", kPowerWords, ""), node);
    if (node.at("was")) wanted.was = notes_.take(node.described().text_or_list("was"), node);
    if (const auto stopped = node.at("stopped")) wanted.stopped = duration(stopped);
    wanted.tags = read_tags(node.at("tags"));
  }

  WantedTags read_tags(const Node& node) {
    WantedTags tags;
    if (!node) return tags;
    if (!node.value->is_object()) {
      notes_.wrong(node, "this is no map of tags", "write a map like {Name: web}");
      return tags;
    }
    for (const auto& item : node.value->get_object()) {
      const std::string_view key = item.key();
      tags.emplace_back(str(key), std::nullopt);
      if (!item.value().is_null()) tags.back().second = notes_.scalar(node.at(key));
    }
    return tags;
  }

  std::optional<WantedThings> read_things(std::string_view key) {
    const auto node = layers_.find(key);
    if (!node) return std::nullopt;
    WantedThings wanted;
    if (!node.value->is_object()) {
      wanted.counts["total"] = count(node);
      return wanted;
    }
    if (!notes_.is_map(node, kThingKeys)) return wanted;
    for (const auto word : kThingKeys)
      if (const auto member = node.at(word); member && word != "tags")
        wanted.counts[str(word)] = count(member);
    wanted.tags = read_tags(node.at("tags"));
    return wanted;
  }

  void read_mails(const Node& node) {
    if (!node.value->is_array()) {
      expected_.mail_count = count(node);
      return;
    }
    expected_.mails.emplace();
    for (const auto& item : notes_.items(node, "mails")) {
      WantedMail mail;
      if (text_of(*item.value) == kGap) {
        mail.is_gap = true;
      } else if (notes_.is_map(item, kMailKeys)) {
        const auto map = item.described();
        mail.to = notes_.take(map.text("to"), item);
        mail.subject = notes_.take(map.text("subject"), item);
        mail.text = notes_.take(map.text("text"), item);
      }
      expected_.mails->push_back(std::move(mail));
    }
  }

  Bound count(const Node& node) {
    if (auto bound = count_bound(*node.value)) return *std::move(bound);
    notes_.wrong(node, "this is no number", "write 2, \">=2\", \"<=2\" or \"1..3\"");
    return {};
  }

  Bound duration(const Node& node) {
    if (auto bound = duration_bound(*node.value)) return *std::move(bound);
    notes_.wrong(node, "this is no duration", "write \"<=15m\", \">=1h\" or \"30s..2m\"");
    return {};
  }

  Notes& notes_;
  const Layers& layers_;
  Expected expected_;
};

}  // namespace

Expected read_expected(Notes& notes, const Layers& layers) {
  return ExpectReader(notes, layers).read();
}

}  // namespace hikae::sim::rehearsal
