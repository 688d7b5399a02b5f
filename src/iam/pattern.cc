#include "iam/pattern.h"

#include <algorithm>
#include <vector>

namespace hikae::iam {
namespace {

constexpr std::size_t kArnParts = 6;

char16_t letter(char c) { return static_cast<unsigned char>(c); }

/// The value of "aws:username" or "aws:PrincipalTag/team, 'none'".
std::optional<std::string> value_of_variable(std::string_view body, const Context& variables) {
  const auto comma = body.find(',');
  auto name = body.substr(0, comma);
  while (name.ends_with(' ')) name.remove_suffix(1);
  const auto* values = variables.find(name);
  if (values && values->size() == 1) return values->front();
  if (comma == std::string_view::npos) return std::nullopt;
  const auto open = body.find('\'', comma);
  const auto close = body.rfind('\'');
  if (open == std::string_view::npos || close <= open) return std::nullopt;
  return std::string(body.substr(open + 1, close - open - 1));
}

/// Appends what "${body}" stands for; false: nobody knows.
bool append_variable(Pattern& out, std::string_view body, const Context& variables) {
  if (body == "*" || body == "?" || body == "$") {
    out += letter(body[0]);
    return true;
  }
  const auto value = value_of_variable(body, variables);
  if (!value) return false;
  for (const char c : *value) out += letter(c);
  return true;
}

char16_t folded(char16_t c) { return c >= u'A' && c <= u'Z' ? static_cast<char16_t>(c + 32) : c; }

bool fits_letter(char16_t atom, char16_t c, LetterCase letters) {
  if (atom == kAny) return true;
  return letters == LetterCase::Same ? atom == c : folded(atom) == folded(c);
}

bool is_star(char16_t atom) { return atom == kMany || atom == kManyInPart; }

/// Which beginnings of the text the pattern's beginning fits, once more for one more atom.
void take_star(std::vector<char>& fits, std::string_view text, char16_t atom) {
  for (std::size_t i = 1; i <= text.size(); ++i)
    if (fits[i - 1] && (atom == kMany || text[i - 1] != ':')) fits[i] = 1;
}

void take_letter(std::vector<char>& fits, std::string_view text, char16_t atom,
                 LetterCase letters) {
  for (std::size_t i = text.size(); i > 0; --i)
    fits[i] = fits[i - 1] && fits_letter(atom, letter(text[i - 1]), letters);
  fits[0] = 0;
}

/// The parts between the first five colons; what follows is the last.
std::vector<Pattern> parts_of_pattern(const Pattern& pattern) {
  std::vector<Pattern> parts;
  std::size_t from = 0;
  while (parts.size() + 1 < kArnParts) {
    const auto colon = pattern.find(u':', from);
    if (colon == Pattern::npos) break;
    parts.push_back(pattern.substr(from, colon - from));
    from = colon + 1;
  }
  parts.push_back(pattern.substr(from));
  return parts;
}

std::vector<std::string_view> parts_of_text(std::string_view text) {
  std::vector<std::string_view> parts;
  while (parts.size() + 1 < kArnParts) {
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) break;
    parts.push_back(text.substr(0, colon));
    text.remove_prefix(colon + 1);
  }
  parts.push_back(text);
  return parts;
}

}  // namespace

std::optional<Pattern> pattern_of(std::string_view text, const Context* variables,
                                  Wildcards wildcards) {
  Pattern out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto close =
        variables && text.substr(i).starts_with("${") ? text.find('}', i) : std::string_view::npos;
    if (close != std::string_view::npos) {
      if (!append_variable(out, text.substr(i + 2, close - i - 2), *variables)) return std::nullopt;
      i = close;
    } else if (wildcards == Wildcards::Yes && text[i] == '*') {
      out += kMany;
    } else if (wildcards == Wildcards::Yes && text[i] == '?') {
      out += kAny;
    } else {
      out += letter(text[i]);
    }
  }
  return out;
}

bool matches(const Pattern& pattern, std::string_view text, LetterCase letters) {
  // Most patterns differ from most texts at once: look before any room is taken.
  std::size_t same = 0;
  while (same < pattern.size() && !is_star(pattern[same])) {
    if (same == text.size() || !fits_letter(pattern[same], letter(text[same]), letters))
      return false;
    ++same;
  }
  if (same == pattern.size()) return same == text.size();
  text.remove_prefix(same);
  std::vector<char> fits(text.size() + 1, 0);
  fits[0] = 1;
  for (const auto atom : pattern.substr(same)) {
    if (is_star(atom))
      take_star(fits, text, atom);
    else
      take_letter(fits, text, atom, letters);
  }
  return fits.back() != 0;
}

bool matches_resource(const Pattern& pattern, std::string_view arn) {
  Pattern bounded = pattern;
  std::size_t colons = 0;
  for (std::size_t i = 0; i < bounded.size() && colons + 1 < kArnParts; ++i) {
    if (bounded[i] == u':') ++colons;
    const bool ends_its_part = i + 1 == bounded.size() || bounded[i + 1] == u':';
    if (bounded[i] == kMany && !ends_its_part) bounded[i] = kManyInPart;
  }
  return matches(bounded, arn);
}

bool matches_arn(const Pattern& pattern, std::string_view arn) {
  if (pattern == Pattern(1, kMany)) return true;
  const auto wanted = parts_of_pattern(pattern);
  const auto given = parts_of_text(arn);
  if (wanted.size() != kArnParts || given.size() != kArnParts) return false;
  return std::ranges::equal(wanted, given,
                            [](const Pattern& p, std::string_view t) { return matches(p, t); });
}

}  // namespace hikae::iam
