// aws:createTags (docs/reference/ssm-automation.md 5.8).
#include <fmt/format.h>

#include "runbook/actions/inputs.h"
#include "runbook/actions/registry.h"

namespace hikae::runbook {
namespace {

std::string_view tagged_type(const Object& inputs) {
  return text_at(inputs, "ResourceType", "EC2");
}

class CreateTags final : public Action {
 public:
  std::string_view name() const override { return "aws:createTags"; }
  std::string_view doing() const override { return "creating the tags"; }

  Result<> check(const Object& inputs) const override {
    const auto ids = TRY(required_list(inputs, "ResourceIds"));
    TRY_DO(required_list(inputs, "Tags"));
    const auto type = tagged_type(inputs);
    if (type != "EC2" && type != "ManagedInstance" && type != "MaintenanceWindow" &&
        type != "Parameter")
      return bad_tags(
          fmt::format("The input ResourceType is '{}': it must be EC2, "
                      "ManagedInstance, MaintenanceWindow or Parameter",
                      type));
    if (type != "EC2" && ids.size() != 1)
      return bad_tags(
          fmt::format("The input ResourceIds has {} entries: only one where ResourceType is {}",
                      ids.size(), type));
    return {};
  }

  void begin(Play& play) const override {
    const auto& inputs = play.inputs();
    const auto ids = required_list(inputs, "ResourceIds").value_or(Array{});
    Object input;
    if (tagged_type(inputs) == "EC2") {
      input["Resources"] = ids;
    } else {
      input["ResourceType"] = tagged_type(inputs);
      input["ResourceId"] = ids.front();
    }
    input["Tags"] = required_list(inputs, "Tags").value_or(Array{});
    play.send("call", tagged_type(inputs) == "EC2" ? "ec2" : "ssm", operation(inputs), input);
  }

  void resume(Play& play, std::string_view, const Event& event) const override {
    const auto* answered = std::get_if<event::Answered>(&event);
    if (!answered) return;
    if (answered->answer) return play.succeed();
    play.fail(api_failure(doing(), operation(play.inputs()), answered->answer.error()));
  }

 private:
  static std::string_view operation(const Object& inputs) {
    return tagged_type(inputs) == "EC2" ? "CreateTags" : "AddTagsToResource";
  }
  static std::unexpected<Error> bad_tags(std::string message) {
    return fail(ErrorKind::Invalid, std::move(message));
  }
};

}  // namespace

const Action& create_tags_action() {
  static const CreateTags kAction;
  return kAction;
}

}  // namespace hikae::runbook
