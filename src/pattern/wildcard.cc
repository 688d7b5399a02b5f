#include "pattern/wildcard.h"

#include <fmt/format.h>

#include <cstring>

namespace hikae::pattern {
namespace {

Result<char> read_wildcard_escape(std::string_view text, std::size_t at) {
  if (at + 1 < text.size() && (text[at + 1] == '*' || text[at + 1] == '\\')) return text[at + 1];
  return fail(ErrorKind::Invalid,
              fmt::format("a lone '\\' at byte {}: only \\* and \\\\ are escapes", at + 1));
}

/// memmem of the C library is linear also where the text repeats itself; string_view::find is not.
std::size_t find_literal(std::string_view text, std::string_view literal) {
  const void* found = memmem(text.data(), text.size(), literal.data(), literal.size());
  if (!found) return std::string_view::npos;
  return static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

}  // namespace

Result<Wildcard> Wildcard::parse(std::string_view text) {
  Wildcard wildcard;
  wildcard.literals_.emplace_back();
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\\') {
      wildcard.literals_.back() += TRY(read_wildcard_escape(text, at));
      ++at;
    } else if (text[at] != '*') {
      wildcard.literals_.back() += text[at];
    } else if (at + 1 < text.size() && text[at + 1] == '*') {
      return fail(ErrorKind::Invalid,
                  fmt::format("\"**\" at byte {}: write one '*', it stands for any run", at + 1));
    } else {
      wildcard.literals_.emplace_back();
    }
  }
  return wildcard;
}

bool Wildcard::accepts(std::string_view text) const {
  if (literals_.size() == 1) return text == literals_.front();
  const std::string_view head = literals_.front();
  const std::string_view tail = literals_.back();
  if (text.size() < head.size() + tail.size()) return false;
  if (!text.starts_with(head) || !text.ends_with(tail)) return false;
  text = text.substr(head.size(), text.size() - head.size() - tail.size());
  // The leftmost place of each middle literal leaves the most for those behind it.
  for (std::size_t i = 1; i + 1 < literals_.size(); ++i) {
    const auto found = find_literal(text, literals_[i]);
    if (found == std::string_view::npos) return false;
    text.remove_prefix(found + literals_[i].size());
  }
  return true;
}

}  // namespace hikae::pattern
