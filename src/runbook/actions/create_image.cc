// aws:createImage (docs/reference/ssm-automation.md 5.6): CreateImage, then until it is available.
#include "runbook/actions/image_watch.h"
#include "runbook/actions/inputs.h"
#include "runbook/actions/registry.h"

namespace hikae::runbook {
namespace {

Object create_image_input(const Object& inputs) {
  Object input;
  input["InstanceId"] = required_text(inputs, "InstanceId").value_or("");
  input["Name"] = required_text(inputs, "ImageName").value_or("");
  if (const auto description = required_text(inputs, "ImageDescription"))
    input["Description"] = *description;
  if (find(inputs, "NoReboot"))
    input["NoReboot"] = optional_flag(inputs, "NoReboot", false).value_or(false);
  if (find(inputs, "BlockDeviceMappings"))
    input["BlockDeviceMappings"] = required_list(inputs, "BlockDeviceMappings").value_or(Array{});
  return input;
}

class CreateImage final : public Action {
 public:
  std::string_view name() const override { return "aws:createImage"; }
  std::string_view doing() const override { return "creating the image"; }

  Result<> check(const Object& inputs) const override {
    TRY_DO(required_text(inputs, "InstanceId"));
    TRY_DO(required_text(inputs, "ImageName"));
    TRY_DO(optional_flag(inputs, "NoReboot", false));
    return {};
  }

  void begin(Play& play) const override {
    play.send("create", "ec2", "CreateImage", create_image_input(play.inputs()));
  }

  bool decides(std::string_view item, const Result<Value>& answer,
               const std::function<Object()>&) const override {
    return image_watch_decides(item, answer);
  }

  void resume(Play& play, std::string_view item, const Event& event) const override {
    if (item != "create") return resume_image_watch(play, item, event, doing());
    const auto* answered = std::get_if<event::Answered>(&event);
    if (!answered) return;
    if (answered->answer) return watch_new_image(play, *answered->answer);
    play.fail(api_failure(doing(), "CreateImage", answered->answer.error()));
  }
};

}  // namespace

const Action& create_image_action() {
  static const CreateImage kAction;
  return kAction;
}

}  // namespace hikae::runbook
