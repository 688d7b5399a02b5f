// aws:deleteStack (docs/reference/ssm-automation.md 5.10). A deleted stack is known by its id only,
// so the id is asked for first; a stack that is not there is deleted already.
#include <fmt/format.h>

#include "runbook/actions/inputs.h"
#include "runbook/actions/registry.h"
#include "runbook/actions/stack_watch.h"

namespace hikae::runbook {
namespace {

constexpr std::string_view kRetainMember = "RetainResources.member.";

/// As a list, or as the query protocol's numbered members.
Array retained_resources(const Object& inputs) {
  auto retained = required_list(inputs, "RetainResources").value_or(Array{});
  for (const auto& [name, value] : inputs)
    if (std::string_view(name).starts_with(kRetainMember)) retained.push_back(value);
  return retained;
}

class DeleteStack final : public Action {
 public:
  std::string_view name() const override { return "aws:deleteStack"; }
  std::string_view doing() const override { return "deleting the stack"; }

  Result<> check(const Object& inputs) const override {
    TRY_DO(stack_name(inputs));
    return {};
  }

  void begin(Play& play) const override {
    look(play, "look", stack_name(play.inputs()).value_or(""));
  }

  bool decides(std::string_view, const Result<Value>& answer,
               const std::function<Object()>&) const override {
    if (!answer) return true;
    const auto& stacks = list_at(*answer, "Stacks");
    return stacks.empty() || stack_is_settled(text_at(stacks.front(), "StackStatus"));
  }

  void resume(Play& play, std::string_view item, const Event& event) const override {
    const auto* answered = std::get_if<event::Answered>(&event);
    if (!answered) return;
    if (item == "look") return looked(play, answered->answer);
    if (item == "delete") return deleted(play, answered->answer);
    settled(play, answered->answer);
  }

 private:
  static void look(Play& play, std::string_view item, std::string_view name) {
    play.send(item, "cloudformation", "DescribeStacks", Object{{"StackName", name}});
  }

  void looked(Play& play, const Result<Value>& answer) const {
    const auto name = stack_name(play.inputs()).value_or("");
    if (!answer && says_no_stack(answer.error())) return play.succeed();
    if (!answer) return play.fail(api_failure(doing(), "DescribeStacks", answer.error()));
    const auto* stack = stack_in(*answer, name);
    if (!stack || text_at(*stack, "StackStatus") == "DELETE_COMPLETE") return play.succeed();
    play.state() = text_at(*stack, "StackId");
    play.send("delete", "cloudformation", "DeleteStack", delete_input(play, name));
  }

  static Object delete_input(const Play& play, std::string_view name) {
    Object input{{"StackName", name}};
    copy_members(play.inputs(), {"RoleARN"}, input);
    if (auto retained = retained_resources(play.inputs()); !retained.empty())
      input["RetainResources"] = std::move(retained);
    input["ClientRequestToken"] =
        required_text(play.inputs(), "ClientRequestToken").value_or(play.token("delete-stack"));
    return input;
  }

  void deleted(Play& play, const Result<Value>& answer) const {
    if (!answer) return play.fail(api_failure(doing(), "DeleteStack", answer.error()));
    play.await("stack", "cloudformation", "DescribeStacks", Object{{"StackName", play.state()}});
  }

  void settled(Play& play, const Result<Value>& answer) const {
    if (!answer && says_no_stack(answer.error())) return play.succeed();
    if (!answer) return play.fail(api_failure(doing(), "DescribeStacks", answer.error()));
    const auto* stack = stack_in(*answer, text_of(play.state()));
    if (!stack || text_at(*stack, "StackStatus") == "DELETE_COMPLETE") return play.succeed();
    play.fail(
        step_failure(doing(),
                     fmt::format("Stack {} entered unexpected state: {}",
                                 text_at(play.inputs(), "StackName"), stack_status_shown(*stack)),
                     FailureStage::PostVerification, FailureType::Verification));
  }
};

}  // namespace

const Action& delete_stack_action() {
  static const DeleteStack kAction;
  return kAction;
}

}  // namespace hikae::runbook
