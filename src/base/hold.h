// The tag by which people keep hikae's hands off an instance, an image or a snapshot: `hikae hold`
// writes it, retention and the power obligation obey it, both by this one rule.
#pragma once

#include <algorithm>
#include <string_view>

#include "base/value.h"

namespace hikae {

inline constexpr std::string_view kHoldTag = "hikae:hold";

/// Whether that value of the tag asks to be left alone: any but "false", in whatever letters. An
/// empty one does too: who wrote the tag meant something by it.
[[nodiscard]] inline bool asks_for_hold(std::string_view tag_value) {
  constexpr std::string_view kNo = "false";
  return !std::ranges::equal(tag_value, kNo, [](char written, char wanted) {
    return (written >= 'A' && written <= 'Z' ? written - 'A' + 'a' : written) == wanted;
  });
}

/// Whether a resource as EC2 describes it, with `Tags` of {Key, Value}, is on hold.
[[nodiscard]] inline bool is_held(const Value& resource) {
  for (const auto& tag : list_at(resource, "Tags"))
    if (text_at(tag, "Key") == kHoldTag) return asks_for_hold(text_at(tag, "Value"));
  return false;
}

}  // namespace hikae
