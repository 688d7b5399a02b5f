#include "sim/promises/generations.h"

#include <algorithm>
#include <charconv>

namespace hikae::sim {

std::optional<int> generations_kept(std::string_view tag, const Facts& facts) {
  if (!tag.empty()) {
    int number = 0;
    const auto* end = tag.data() + tag.size();
    const bool is_number = std::from_chars(tag.data(), end, number).ptr == end && number > 0;
    return is_number ? std::optional(number) : std::nullopt;
  }
  std::optional<int> least;
  for (const auto& window : facts.windows)
    if (window.keep_last > 0) least = least ? std::min(*least, window.keep_last) : window.keep_last;
  return least;
}

bool is_marked_doubtful(const World& world, const std::string& image) {
  for (const auto& one : world.cloud().images(world.scope()))
    if (text_at(one, "ImageId") == image) return tag_value(one, "hikae:consistency") == "unknown";
  return false;
}

}  // namespace hikae::sim
