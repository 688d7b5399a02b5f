// hikae's own settings as `hikae apply` stores them (src/cli/applying.cc): they belong to no
// account.
#pragma once

#include "engine/tables.h"

namespace hikae::plane {

inline constexpr std::string_view kSettingRows = "setting";

/// {Allowed: true}
inline constexpr std::string_view kScriptSetting = "scripts";
/// {Hooks: {name: integration}} (base/webhook_sender.h)
inline constexpr std::string_view kWebhookSetting = "webhooks";

/// A setting's row; nullptr where there is none.
[[nodiscard]] inline const Value* setting_row(const engine::Tables& tables, std::string_view name) {
  return tables.get(Scope{}, kSettingRows, name);
}

}  // namespace hikae::plane
