// The actions there are, one function each, defined in the action's own file.
#pragma once

#include "runbook/actions/action.h"

namespace hikae::runbook {

[[nodiscard]] const Action& approve_action();
[[nodiscard]] const Action& assert_property_action();
[[nodiscard]] const Action& branch_action();
[[nodiscard]] const Action& change_instance_state_action();
[[nodiscard]] const Action& copy_image_action();
[[nodiscard]] const Action& create_image_action();
[[nodiscard]] const Action& create_stack_action();
[[nodiscard]] const Action& create_tags_action();
[[nodiscard]] const Action& delete_image_action();
[[nodiscard]] const Action& delete_stack_action();
[[nodiscard]] const Action& execute_automation_action();
[[nodiscard]] const Action& execute_aws_api_action();
[[nodiscard]] const Action& execute_script_action();
[[nodiscard]] const Action& execute_state_machine_action();
[[nodiscard]] const Action& invoke_lambda_action();
[[nodiscard]] const Action& invoke_webhook_action();
[[nodiscard]] const Action& loop_action();
[[nodiscard]] const Action& pause_action();
[[nodiscard]] const Action& run_command_action();
[[nodiscard]] const Action& run_instances_action();
[[nodiscard]] const Action& sleep_action();
[[nodiscard]] const Action& update_variable_action();
[[nodiscard]] const Action& wait_property_action();

}  // namespace hikae::runbook
