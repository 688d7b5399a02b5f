// aws:approve (docs/reference/ssm-automation.md 5.15): waits until enough of the approvers have
// said yes, or one has said no.
//
// Who may decide is asked again for each signal: the machine trusts nobody to have checked it. The
// second decision of one person replaces the first; Revoke takes it back.
#include <fmt/format.h>

#include <algorithm>

#include "runbook/actions/inputs.h"
#include "runbook/actions/registry.h"
#include "runbook/signals.h"

namespace hikae::runbook {
namespace {

constexpr std::size_t kApproversMax = 10;
constexpr std::size_t kApprovalMessageChars = 4096;
constexpr std::string_view kTopicPrefix = "Automation";

std::string_view last_part_of(std::string_view arn) { return arn.substr(arn.rfind(':') + 1); }

Result<> check_topic(const Object& inputs) {
  if (!find(inputs, "NotificationArn")) return {};
  const auto topic = TRY(required_text(inputs, "NotificationArn"));
  if (last_part_of(topic).starts_with(kTopicPrefix)) return {};
  return fail(ErrorKind::Invalid,
              fmt::format("The input NotificationArn is {}: the topic's name must begin with "
                          "\"{}\"",
                          topic, kTopicPrefix));
}

Result<> check_required_approvals(const Object& inputs, std::size_t approvers) {
  const auto required = TRY(optional_whole(inputs, "MinRequiredApprovals", 1));
  if (required >= 1 && static_cast<std::size_t>(required) <= approvers) return {};
  return fail(ErrorKind::Invalid,
              fmt::format("The input MinRequiredApprovals is {}: with {} approvers it must be from "
                          "1 to {}",
                          required, approvers, approvers));
}

std::string request_text(const Play& play) {
  const auto message = text_at(play.inputs(), "Message");
  return fmt::format(
      "{}{}Step {} of the automation execution {} ({}) waits for approval.\n"
      "Send the signal Approve or Reject to it (ssm:SendAutomationSignal).",
      message, message.empty() ? "" : "\n\n", play.step().name, play.run().id,
      play.record().document_name);
}

Array decisions_of(const Play& play) {
  const auto* list = play.state().if_array();
  return list ? *list : Array{};
}

Object approval_outputs(std::string_view status, Array decisions) {
  return {{"ApprovalStatus", status}, {"ApproverDecisions", std::move(decisions)}};
}

class Approve final : public Action {
 public:
  std::string_view name() const override { return "aws:approve"; }
  std::string_view doing() const override { return "waiting for approval"; }
  Limits limits() const override {
    return {.by_default = hours(7 * 24), .at_most = hours(30 * 24)};
  }

  Result<> check(const Object& inputs) const override {
    const auto approvers = TRY(required_list(inputs, "Approvers"));
    if (approvers.size() > kApproversMax)
      return fail(ErrorKind::Invalid,
                  fmt::format("The input Approvers has {} entries: at most {} are allowed",
                              approvers.size(), kApproversMax));
    if (text_at(inputs, "Message").size() > kApprovalMessageChars)
      return fail(ErrorKind::Invalid,
                  fmt::format("The input Message is longer than {} bytes", kApprovalMessageChars));
    TRY_DO(check_topic(inputs));
    return check_required_approvals(inputs, approvers.size());
  }

  void begin(Play& play) const override {
    play.state() = Array{};
    play.wait_for_people();
    play.show(approval_outputs("Waiting", {}));
    const auto topic = text_at(play.inputs(), "NotificationArn");
    if (topic.empty()) return;
    play.send(
        "tell", "sns", "Publish",
        Object{{"TopicArn", topic},
               {"Subject",
                fmt::format("Approval needed: {}", play.record().document_name).substr(0, 100)},
               {"Message", request_text(play)}});
  }

  // An approval that nobody was asked for would be waited for in vain.
  void resume(Play& play, std::string_view, const Event& event) const override {
    const auto* answered = std::get_if<event::Answered>(&event);
    if (answered && !answered->answer)
      play.fail(api_failure("sending the approval request", "Publish", answered->answer.error()),
                approval_outputs("Waiting", decisions_of(play)));
  }

  void on_signal(Play& play, const event::Signalled& signal) const override {
    const auto approvers = required_list(play.inputs(), "Approvers").value_or(Array{});
    const auto who = text_at(signal.payload, "Caller");
    if (!is_approver(approvers, who)) return;
    if (signal.name != kSignalApprove && signal.name != kSignalReject &&
        signal.name != kSignalRevoke)
      return;
    take_back(play, who);
    if (signal.name != kSignalRevoke) note(play, signal, who);
    if (signal.name == kSignalReject) return rejected(play, signal, who);
    conclude(play);
  }

 private:
  static void take_back(Play& play, std::string_view who) {
    auto& list = play.state().as_array();
    list.erase(
        std::remove_if(list.begin(), list.end(),
                       [&](const Value& entry) { return text_at(entry, "Approver") == who; }),
        list.end());
  }

  static void note(Play& play, const event::Signalled& signal, std::string_view who) {
    Object decision{{"Approver", who},
                    {"Decision", signal.name == kSignalApprove ? "Approved" : "Rejected"},
                    {"Time", iso(play.now())}};
    if (const auto comment = text_at(signal.payload, "Comment"); !comment.empty())
      decision["Comment"] = comment.substr(0, kApprovalMessageChars);
    play.state().as_array().push_back(std::move(decision));
  }

  void rejected(Play& play, const event::Signalled& signal, std::string_view who) const {
    const auto comment = text_at(signal.payload, "Comment").substr(0, kApprovalMessageChars);
    play.fail(step_failure(doing(), fmt::format("Rejected by {}{}{}", who,
                                                comment.empty() ? "" : ": ", comment)),
              approval_outputs("Rejected", decisions_of(play)));
  }

  static void conclude(Play& play) {
    const auto decisions = decisions_of(play);
    const auto required = optional_whole(play.inputs(), "MinRequiredApprovals", 1).value_or(1);
    const bool is_enough = decisions.size() >= static_cast<std::size_t>(required);
    if (is_enough) return play.succeed(approval_outputs("Approved", decisions));
    play.show(approval_outputs("Waiting", decisions));
  }
};

}  // namespace

const Action& approve_action() {
  static const Approve kAction;
  return kAction;
}

}  // namespace hikae::runbook
