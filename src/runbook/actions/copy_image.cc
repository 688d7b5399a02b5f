// aws:copyImage (docs/reference/ssm-automation.md 5.7): copies an image into the run's Region, then
// waits until the copy is available.
#include "runbook/actions/image_watch.h"
#include "runbook/actions/inputs.h"
#include "runbook/actions/registry.h"

namespace hikae::runbook {
namespace {

Object copy_image_input(const Play& play) {
  const auto& inputs = play.inputs();
  Object input;
  for (const auto name : {"SourceRegion", "SourceImageId"})
    input[name] = required_text(inputs, name).value_or("");
  input["Name"] = required_text(inputs, "ImageName").value_or("");
  if (const auto description = required_text(inputs, "ImageDescription"))
    input["Description"] = *description;
  if (find(inputs, "Encrypted"))
    input["Encrypted"] = optional_flag(inputs, "Encrypted", false).value_or(false);
  if (const auto key = required_text(inputs, "KmsKeyId")) input["KmsKeyId"] = *key;
  input["ClientToken"] = required_text(inputs, "ClientToken").value_or(play.token("copy-image"));
  return input;
}

class CopyImage final : public Action {
 public:
  std::string_view name() const override { return "aws:copyImage"; }
  std::string_view doing() const override { return "copying the image"; }

  Result<> check(const Object& inputs) const override {
    TRY_DO(required_text(inputs, "SourceRegion"));
    TRY_DO(required_text(inputs, "SourceImageId"));
    TRY_DO(required_text(inputs, "ImageName"));
    TRY_DO(optional_flag(inputs, "Encrypted", false));
    return {};
  }

  void begin(Play& play) const override {
    play.send("copy", "ec2", "CopyImage", copy_image_input(play));
  }

  bool decides(std::string_view item, const Result<Value>& answer,
               const std::function<Object()>&) const override {
    return image_watch_decides(item, answer);
  }

  void resume(Play& play, std::string_view item, const Event& event) const override {
    if (item != "copy") return resume_image_watch(play, item, event, doing());
    const auto* answered = std::get_if<event::Answered>(&event);
    if (!answered) return;
    if (answered->answer) return watch_new_image(play, *answered->answer);
    play.fail(api_failure(doing(), "CopyImage", answered->answer.error()));
  }
};

}  // namespace

const Action& copy_image_action() {
  static const CopyImage kAction;
  return kAction;
}

}  // namespace hikae::runbook
