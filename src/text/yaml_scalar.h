// What a scalar of YAML means (docs/reference/stack.md 3): conservative, so that account ids, times
// and `yes` stay the text that was written.
#pragma once

#include <optional>
#include <string_view>

#include "base/value.h"

namespace hikae::text {

/// The value of a scalar without quotes and without a tag.
[[nodiscard]] Value plain_scalar(std::string_view text);

/// The value of a scalar with a core tag (`!!str`, `!!int`, `!!float`, `!!bool`, `!!null`, `!`);
/// nullopt where the text is none of that kind, or the tag is no core tag of scalars.
[[nodiscard]] std::optional<Value> tagged_scalar(std::string_view tag, std::string_view text);

/// The long name of CloudFormation's short form: "!Ref" -> "Ref", "!Sub" -> "Fn::Sub"; empty where
/// there is no such function.
[[nodiscard]] std::string_view intrinsic_of(std::string_view tag);

}  // namespace hikae::text
