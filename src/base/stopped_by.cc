#include "base/stopped_by.h"

#include "base/value.h"

namespace hikae {
namespace {

constexpr std::size_t kTagValueMax = 256;  // characters that EC2 takes

/// Up to the next blank, which is taken away with it.
std::string_view next_word(std::string_view& rest) {
  const auto end = rest.find(' ');
  const auto word = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return word;
}

}  // namespace

std::string to_tag_value(const StoppedBy& stopped) {
  auto value = stopped.run + " " + iso(stopped.at);
  if (!stopped.installation.empty()) value += " " + stopped.installation;
  return value;
}

std::optional<StoppedBy> read_stopped_by(std::string_view tag_value) {
  if (tag_value.size() > kTagValueMax) return std::nullopt;
  auto rest = tag_value;
  const auto run = next_word(rest);
  const auto at = parse_iso(next_word(rest));
  const auto installation = next_word(rest);
  if (run.empty() || !at || !rest.empty()) return std::nullopt;
  return StoppedBy{str(run), *at, str(installation)};
}

}  // namespace hikae
