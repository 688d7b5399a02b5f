// aws:deleteImage (docs/reference/ssm-automation.md 5.7): deregisters an image, then deletes the
// snapshots behind it. Which those are is asked first and kept: once the image is gone, nobody else
// knows. A snapshot that cannot be deleted does not keep the others.
#include <fmt/format.h>

#include "runbook/actions/ec2_answers.h"
#include "runbook/actions/inputs.h"
#include "runbook/actions/registry.h"

namespace hikae::runbook {
namespace {

// Mappings of instance store volumes have no snapshot.
Array snapshots_behind(const Value& image) {
  Array snapshots;
  for (const auto& mapping : list_at(image, "BlockDeviceMappings"))
    if (const auto* ebs = find(mapping, "Ebs"))
      if (const auto id = text_at(*ebs, "SnapshotId"); !id.empty()) snapshots.emplace_back(id);
  return snapshots;
}

class DeleteImage final : public Action {
 public:
  std::string_view name() const override { return "aws:deleteImage"; }
  std::string_view doing() const override { return "deleting the image"; }

  Result<> check(const Object& inputs) const override {
    TRY_DO(required_text(inputs, "ImageId"));
    return {};
  }

  void begin(Play& play) const override {
    play.send("look", "ec2", "DescribeImages", single_id("ImageIds", image_id(play)));
  }

  void resume(Play& play, std::string_view item, const Event& event) const override {
    const auto* answered = std::get_if<event::Answered>(&event);
    if (!answered) return;
    if (item == "look") return looked(play, answered->answer);
    if (item == "deregister") return deregistered(play, answered->answer);
    deleted(play, item, answered->answer);
  }

 private:
  static std::string image_id(const Play& play) {
    return required_text(play.inputs(), "ImageId").value_or("");
  }

  void looked(Play& play, const Result<Value>& answer) const {
    if (!answer) return play.fail(api_failure(doing(), "DescribeImages", answer.error()));
    const auto id = image_id(play);
    const auto* image = image_in(*answer, id);
    if (!image) return play.fail(step_failure(doing(), fmt::format("There is no image {}", id)));
    play.state() = Object{{"todo", snapshots_behind(*image)}, {"kept", Array{}}};
    play.send("deregister", "ec2", "DeregisterImage", Object{{"ImageId", id}});
  }

  void deregistered(Play& play, const Result<Value>& answer) const {
    if (!answer) return play.fail(api_failure(doing(), "DeregisterImage", answer.error()));
    delete_next(play);
  }

  void delete_next(Play& play) const {
    auto& todo = play.state().as_object()["todo"].as_array();
    if (todo.empty()) return conclude(play);
    const auto id = str(text_of(todo.front()));
    todo.erase(todo.begin());
    play.send("snapshot/" + id, "ec2", "DeleteSnapshot", Object{{"SnapshotId", id}});
  }

  void deleted(Play& play, std::string_view item, const Result<Value>& answer) const {
    if (!answer && !says_not_found(answer.error())) {
      const auto id = item.substr(item.find('/') + 1);
      play.state().as_object()["kept"].as_array().emplace_back(
          fmt::format("{} ({})", id, answer.error().text()));
    }
    delete_next(play);
  }

  void conclude(Play& play) const {
    const auto& kept = list_at(play.state(), "kept");
    if (kept.empty()) return play.succeed();
    std::string names;
    for (const auto& entry : kept)
      names += fmt::format("{}{}", names.empty() ? "" : ", ", text_of(entry));
    play.fail(step_failure(
        doing(), fmt::format("Image {} is deregistered, but these snapshots of it are left: {}. "
                             "Delete them by hand",
                             image_id(play), names)));
  }
};

}  // namespace

const Action& delete_image_action() {
  static const DeleteImage kAction;
  return kAction;
}

}  // namespace hikae::runbook
