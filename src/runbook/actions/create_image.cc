// aws:createImage (docs/reference/ssm-automation.md 5.6): CreateImage, then until it is available.
//
// EC2 may not know a new image for a moment after it has named it. Within the first two minutes
// "there is no such image" therefore means "not yet", afterwards that it is gone.
#include <fmt/format.h>

#include "runbook/actions/ec2_answers.h"
#include "runbook/actions/inputs.h"
#include "runbook/actions/registry.h"

namespace hikae::runbook {
namespace {

constexpr Duration kImageAppearsWithin = minutes(2);
constexpr std::string_view kNewImage = "new";      // it may not be there yet
constexpr std::string_view kKnownImage = "image";  // it must be there

std::string_view image_state(const Value& answer, std::string_view image_id) {
  const auto* image = image_in(answer, image_id);
  return image ? text_at(*image, "State") : std::string_view{};
}

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
    if (!answer) return item != kNewImage || !says_not_found(answer.error());
    for (const auto& image : list_at(*answer, "Images")) {
      const auto state = text_at(image, "State");
      if (!state.empty() && state != "pending" && state != "transient") return true;
    }
    return item == kKnownImage && list_at(*answer, "Images").empty();
  }

  void resume(Play& play, std::string_view item, const Event& event) const override {
    if (item == "appeared") return watch(play, kKnownImage);
    const auto* answered = std::get_if<event::Answered>(&event);
    if (!answered) return;
    if (item == "create") return created(play, answered->answer);
    ended(play, answered->answer);
  }

 private:
  void created(Play& play, const Result<Value>& answer) const {
    if (!answer) return play.fail(api_failure(doing(), "CreateImage", answer.error()));
    play.state() = text_at(*answer, "ImageId");
    watch(play, kNewImage);
    play.wake("appeared", play.now() + kImageAppearsWithin);
  }

  static void watch(Play& play, std::string_view item) {
    play.drop(kNewImage);
    play.await(item, "ec2", "DescribeImages", single_id("ImageIds", text_of(play.state())));
  }

  void ended(Play& play, const Result<Value>& answer) const {
    play.drop("appeared");
    if (!answer)
      return play.fail(api_failure(doing(), "DescribeImages", answer.error()),
                       outputs(play, "unknown"));
    const auto id = text_of(play.state());
    const auto state = image_state(*answer, id);
    if (state == "available") return play.succeed(outputs(play, state), *answer);
    const auto* image = image_in(*answer, id);
    if (!image)
      return play.fail(step_failure(doing(), fmt::format("Image {} is not there any more", id)),
                       outputs(play, "deregistered"));
    const auto* reason = find(*image, "StateReason");
    const auto why = reason ? text_at(*reason, "Message") : std::string_view{};
    play.fail(step_failure(doing(),
                           fmt::format("Image {} entered unexpected state: {}{}{}", id, state,
                                       why.empty() ? "" : ", ", why),
                           FailureStage::PostVerification, FailureType::Verification),
              outputs(play, state));
  }

  static Object outputs(const Play& play, std::string_view state) {
    Object outputs;
    outputs["ImageId"] = play.state();
    outputs["ImageState"] = state;
    return outputs;
  }
};

}  // namespace

const Action& create_image_action() {
  static const CreateImage kAction;
  return kAction;
}

}  // namespace hikae::runbook
