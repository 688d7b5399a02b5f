#include "delivery/clean.h"

#include <algorithm>

#include "base/escape.h"

namespace hikae::delivery {
namespace {

bool is_resource_id(std::string_view text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return text.size() >= 8 && text.size() <= 17 && std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

}  // namespace

std::string clean_line(std::string_view text, std::size_t characters) {
  // Four bytes a character at most: what lies behind is cut anyway.
  std::string line(beginning_of(text, characters * 4 + 4));
  for (auto& c : line)
    if (c == '\n' || c == '\r' || c == '\t') c = ' ';
  line = printable(line);
  std::size_t count = 0;
  for (std::size_t at = 0; at < line.size(); ++at) {
    if ((line[at] & 0xC0) == 0x80) continue;
    if (count++ == characters) return line.substr(0, at) + "…";
  }
  return line;
}

std::string_view beginning_of(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && (text[bytes] & 0xC0) == 0x80) --bytes;
  return text.substr(0, bytes);
}

std::string clean_lines(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto end = text.find('\n');
    auto line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    while (true) {
      const auto tab = line.find('\t');
      out += printable(line.substr(0, tab));
      if (tab == std::string_view::npos) break;
      out += "    ";
      line.remove_prefix(tab + 1);
    }
    out += '\n';
  }
  return out;
}

bool is_plain_id(std::string_view text) {
  constexpr std::string_view kAllowed = "-_.:/";
  return !text.empty() && text.size() <= 200 && text[0] != '-' &&
         std::ranges::all_of(text, [&](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  kAllowed.find(c) != std::string_view::npos;
         });
}

bool is_instance_id(std::string_view text) { return is_resource_id(text, "i-"); }
bool is_image_id(std::string_view text) { return is_resource_id(text, "ami-"); }

}  // namespace hikae::delivery
