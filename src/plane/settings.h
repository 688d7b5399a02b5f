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

/// {Run: "own" | "off"}; no row: functions with code run as processes (plane/lambda/processes.h)
inline constexpr std::string_view kFunctionSetting = "functions";

/// {Enforce: true}: policies bind (plane/iam/access.h)
inline constexpr std::string_view kIamSetting = "iam";

/// {Id}: which hikae this is (upkeep/ours.h), from the first start of the data folder on.
inline constexpr std::string_view kInstallationSetting = "installation";

/// A setting's row; nullptr where there is none.
[[nodiscard]] inline const Value* setting_row(const engine::Tables& tables, std::string_view name) {
  return tables.get(Scope{}, kSettingRows, name);
}
/// Empty where nobody has given it one.
[[nodiscard]] inline std::string installation_of(const engine::Tables& tables) {
  const auto* row = setting_row(tables, kInstallationSetting);
  return row ? str(text_at(*row, "Id")) : std::string();
}

}  // namespace hikae::plane
