#include "runbook/actions/image_watch.h"

#include <fmt/format.h>

#include "runbook/actions/ec2_answers.h"

namespace hikae::runbook {
namespace {

constexpr Duration kImageAppearsWithin = minutes(2);
constexpr std::string_view kNewImage = "new";      // it may not be there yet
constexpr std::string_view kKnownImage = "image";  // it must be there

std::string_view image_state(const Value& answer, std::string_view image_id) {
  const auto* image = image_in(answer, image_id);
  return image ? text_at(*image, "State") : std::string_view{};
}

Object image_outputs(const Play& play, std::string_view state) {
  return {{"ImageId", play.state()}, {"ImageState", state}};
}

void look_for_image(Play& play, std::string_view item) {
  play.drop(kNewImage);
  play.await(item, "ec2", "DescribeImages", single_id("ImageIds", text_of(play.state())));
}

Failure unexpected_state(std::string_view doing, const Value& image) {
  const auto* reason = find(image, "StateReason");
  const auto why = reason ? text_at(*reason, "Message") : std::string_view{};
  return step_failure(
      doing,
      fmt::format("Image {} entered unexpected state: {}{}{}", text_at(image, "ImageId"),
                  text_at(image, "State"), why.empty() ? "" : ", ", why),
      FailureStage::PostVerification, FailureType::Verification);
}

void image_settled(Play& play, const Result<Value>& answer, std::string_view doing) {
  play.drop("appeared");
  if (!answer)
    return play.fail(api_failure(doing, "DescribeImages", answer.error()),
                     image_outputs(play, "unknown"));
  const auto id = text_of(play.state());
  const auto state = image_state(*answer, id);
  if (state == "available") return play.succeed(image_outputs(play, state), *answer);
  const auto* image = image_in(*answer, id);
  if (!image)
    return play.fail(step_failure(doing, fmt::format("Image {} is not there any more", id)),
                     image_outputs(play, "deregistered"));
  play.fail(unexpected_state(doing, *image), image_outputs(play, state));
}

}  // namespace

void watch_new_image(Play& play, const Value& answer) {
  play.state() = text_at(answer, "ImageId");
  play.show(image_outputs(play, "pending"));
  look_for_image(play, kNewImage);
  play.pause("appeared", kImageAppearsWithin);
}

void resume_image_watch(Play& play, std::string_view item, const Event& event,
                        std::string_view doing) {
  if (item == "appeared") return look_for_image(play, kKnownImage);
  if (const auto* answered = std::get_if<event::Answered>(&event))
    image_settled(play, answered->answer, doing);
}

bool image_watch_decides(std::string_view item, const Result<Value>& answer) {
  if (!answer) return item != kNewImage || !says_not_found(answer.error());
  for (const auto& image : list_at(*answer, "Images")) {
    const auto state = text_at(image, "State");
    if (!state.empty() && state != "pending" && state != "transient") return true;
  }
  return item == kKnownImage && list_at(*answer, "Images").empty();
}

}  // namespace hikae::runbook
