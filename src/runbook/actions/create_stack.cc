// aws:createStack (docs/reference/ssm-automation.md 5.10): creates a stack and waits until it is
// complete. A cancel or a time-out leaves the stack to CloudFormation, which finishes it by itself.
#include <fmt/format.h>

#include "runbook/actions/inputs.h"
#include "runbook/actions/registry.h"
#include "runbook/actions/stack_watch.h"

namespace hikae::runbook {
namespace {

constexpr std::size_t kTemplateBodyBytes = 51'200;
constexpr std::size_t kStackTopics = 5;
constexpr std::size_t kStackTags = 10;

Result<> at_most(const Object& inputs, std::string_view name, std::size_t most) {
  const auto count = list_at(inputs, name).size();
  if (count <= most) return {};
  return fail(ErrorKind::Invalid, fmt::format("The input {} has {} entries: at most {} are allowed",
                                              name, count, most));
}

Result<> check_template(const Object& inputs) {
  const bool has_body = find(inputs, "TemplateBody");
  if (has_body == (find(inputs, "TemplateURL") != nullptr))
    return fail(ErrorKind::Invalid, "One of the inputs TemplateBody and TemplateURL must be given");
  if (!has_body) {
    TRY_DO(required_text(inputs, "TemplateURL"));
    return {};
  }
  const auto body = TRY(required_text(inputs, "TemplateBody"));
  if (body.size() <= kTemplateBodyBytes) return {};
  return fail(
      ErrorKind::Invalid,
      fmt::format("The input TemplateBody has {} bytes: at most {} are allowed; put it into "
                  "S3 and give TemplateURL",
                  body.size(), kTemplateBodyBytes));
}

Result<> check_failure_policy(const Object& inputs) {
  TRY_DO(optional_word(inputs, "OnFailure", {"DO_NOTHING", "ROLLBACK", "DELETE"}));
  TRY_DO(optional_flag(inputs, "DisableRollback", false));
  if (!find(inputs, "OnFailure") || !find(inputs, "DisableRollback")) return {};
  return fail(ErrorKind::Invalid,
              "The input DisableRollback may not be given together with OnFailure");
}

Result<> check_capabilities(const Object& inputs) {
  for (const auto& capability : list_at(inputs, "Capabilities")) {
    const auto word = text_of(capability);
    if (word != "CAPABILITY_IAM" && word != "CAPABILITY_NAMED_IAM" &&
        word != "CAPABILITY_AUTO_EXPAND")
      return fail(ErrorKind::Invalid,
                  fmt::format("The input Capabilities names '{}': it must be CAPABILITY_IAM, "
                              "CAPABILITY_NAMED_IAM or CAPABILITY_AUTO_EXPAND",
                              word));
  }
  return {};
}

Object create_stack_input(const Play& play) {
  const auto& inputs = play.inputs();
  Object input;
  copy_members(inputs,
               {"StackName", "TemplateURL", "OnFailure", "Parameters", "RoleARN", "StackPolicyBody",
                "StackPolicyURL", "Tags"},
               input);
  if (const auto body = required_text(inputs, "TemplateBody")) input["TemplateBody"] = *body;
  for (const auto name : {"Capabilities", "NotificationARNs", "ResourceTypes"})
    if (const auto list = required_list(inputs, name)) input[name] = *list;
  if (find(inputs, "DisableRollback"))
    input["DisableRollback"] = optional_flag(inputs, "DisableRollback", false).value_or(false);
  if (find(inputs, "TimeoutInMinutes"))
    input["TimeoutInMinutes"] = optional_whole(inputs, "TimeoutInMinutes", 0).value_or(0);
  input["ClientRequestToken"] =
      required_text(inputs, "ClientRequestToken").value_or(play.token("create-stack"));
  return input;
}

class CreateStack final : public Action {
 public:
  std::string_view name() const override { return "aws:createStack"; }
  std::string_view doing() const override { return "creating the stack"; }

  Result<> check(const Object& inputs) const override {
    TRY_DO(stack_name(inputs));
    TRY_DO(check_template(inputs));
    TRY_DO(check_failure_policy(inputs));
    TRY_DO(check_capabilities(inputs));
    TRY_DO(at_most(inputs, "NotificationARNs", kStackTopics));
    TRY_DO(optional_whole(inputs, "TimeoutInMinutes", 0));
    return at_most(inputs, "Tags", kStackTags);
  }

  void begin(Play& play) const override {
    play.send("create", "cloudformation", "CreateStack", create_stack_input(play));
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
    if (item == "create") return created(play, answered->answer);
    settled(play, answered->answer);
  }

 private:
  void created(Play& play, const Result<Value>& answer) const {
    if (!answer) return play.fail(api_failure(doing(), "CreateStack", answer.error()));
    play.state() = text_at(*answer, "StackId");
    play.show({{"StackId", play.state()}});
    play.await("stack", "cloudformation", "DescribeStacks", Object{{"StackName", play.state()}});
  }

  void settled(Play& play, const Result<Value>& answer) const {
    if (!answer)
      return play.fail(api_failure(doing(), "DescribeStacks", answer.error()),
                       {{"StackId", play.state()}});
    const auto* stack = stack_in(*answer, text_of(play.state()));
    if (!stack)
      return play.fail(step_failure(doing(), fmt::format("The stack {} is not there any more",
                                                         text_of(play.state()))),
                       {{"StackId", play.state()}});
    if (text_at(*stack, "StackStatus") == "CREATE_COMPLETE")
      return play.succeed(stack_outputs(*stack), *answer);
    play.fail(
        step_failure(doing(),
                     fmt::format("Stack {} entered unexpected state: {}",
                                 text_at(play.inputs(), "StackName"), stack_status_shown(*stack)),
                     FailureStage::PostVerification, FailureType::Verification),
        stack_outputs(*stack));
  }
};

}  // namespace

const Action& create_stack_action() {
  static const CreateStack kAction;
  return kAction;
}

}  // namespace hikae::runbook
