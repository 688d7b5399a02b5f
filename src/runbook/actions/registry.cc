#include "runbook/actions/registry.h"

#include <algorithm>
#include <array>

namespace hikae::runbook {

const Action* find_action(std::string_view name) {
  // By name, as a document with a million steps asks for it a million times.
  static const auto kActions = [] {
    std::array<const Action*, 23> all{&approve_action(),
                                      &assert_property_action(),
                                      &branch_action(),
                                      &change_instance_state_action(),
                                      &copy_image_action(),
                                      &create_image_action(),
                                      &create_stack_action(),
                                      &create_tags_action(),
                                      &delete_image_action(),
                                      &delete_stack_action(),
                                      &execute_automation_action(),
                                      &execute_aws_api_action(),
                                      &execute_script_action(),
                                      &execute_state_machine_action(),
                                      &invoke_lambda_action(),
                                      &invoke_webhook_action(),
                                      &loop_action(),
                                      &pause_action(),
                                      &run_command_action(),
                                      &run_instances_action(),
                                      &sleep_action(),
                                      &update_variable_action(),
                                      &wait_property_action()};
    std::ranges::sort(all, {}, [](const Action* action) { return action->name(); });
    return all;
  }();
  const auto found = std::ranges::lower_bound(kActions, name, {},
                                              [](const Action* action) { return action->name(); });
  return found != kActions.end() && (*found)->name() == name ? *found : nullptr;
}

}  // namespace hikae::runbook
