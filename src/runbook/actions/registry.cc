#include "runbook/actions/registry.h"

#include <array>

namespace hikae::runbook {

const Action* find_action(std::string_view name) {
  static const std::array<const Action*, 11> kActions{
      &assert_property_action(),       &branch_action(),
      &change_instance_state_action(), &create_image_action(),
      &create_tags_action(),           &delete_image_action(),
      &execute_aws_api_action(),       &execute_automation_action(),
      &invoke_lambda_action(),         &sleep_action(),
      &wait_property_action()};
  for (const auto* action : kActions)
    if (action->name() == name) return action;
  return nullptr;
}

}  // namespace hikae::runbook
