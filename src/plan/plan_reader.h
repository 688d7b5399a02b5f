// Reads one plan of a configuration; private to src/plan.
#pragma once

#include "plan/config.h"
#include "plan/config_reader.h"

namespace hikae::plan {

/// `config` holds what stands above the plans: tags and notify.
[[nodiscard]] Plan read_plan(ConfigFields& fields, const Config& config);
/// `notify` of the top or of a plan; addresses that are none are reported.
[[nodiscard]] std::vector<std::string> read_addresses(ConfigFields& fields);
[[nodiscard]] bool is_mail_address(std::string_view text);

}  // namespace hikae::plan
