// Header lines: folded at white space where they are plain, as encoded words where they are not.
#include <fmt/format.h>

#include <algorithm>

#include "base/escape.h"
#include "delivery/clean.h"
#include "delivery/mime.h"
#include "delivery/mime_encoding.h"
#include "delivery/mime_header.h"

namespace hikae::delivery {
namespace {

constexpr std::size_t kHeaderColumns = 75;
constexpr std::string_view kWordBegin = "=?UTF-8?B?";
constexpr std::string_view kWordEnd = "?=";
// 75 less the frame of 12 leaves 63 letters: 15 groups of 4 for 45 bytes.
constexpr std::size_t kWordBytes = 45;

bool is_control(char c) { return static_cast<unsigned char>(c) < 32 || c == 127; }
bool is_plain_ascii(char c) { return c >= 32 && c <= 126; }

/// Whether folding at its blanks keeps every line within the columns.
bool folds_at_blanks(std::string_view text) {
  while (!text.empty()) {
    const auto blank = text.find(' ');
    if (std::min(blank, text.size()) > kHeaderColumns - 20) return false;
    if (blank == std::string_view::npos) break;
    text.remove_prefix(blank + 1);
  }
  return true;
}

bool needs_words(std::string_view text) {
  return !std::ranges::all_of(text, is_plain_ascii) || text.find("=?") != std::string_view::npos ||
         text.starts_with(' ') || text.ends_with(' ') || !folds_at_blanks(text);
}

/// Adds a piece that may go to a line of its own; `column` is where the present line ends.
void append_folded(std::string& out, std::size_t& column, std::string_view piece) {
  if (column + 1 + piece.size() > kHeaderColumns) {
    out += "\r\n";
    column = 0;
  }
  out += ' ';
  out += piece;
  column += 1 + piece.size();
}

void append_words(std::string& out, std::size_t& column, std::string_view text) {
  while (!text.empty()) {
    // What is left of the line, in whole groups of three bytes; a new line where that is little.
    const auto frame = kWordBegin.size() + kWordEnd.size() + 1;
    const auto left =
        column + frame < kHeaderColumns ? (kHeaderColumns - column - frame) / 4 * 3 : 0;
    const auto part = beginning_of(text, left >= 9 ? std::min(left, kWordBytes) : kWordBytes);
    append_folded(out, column, fmt::format("{}{}{}", kWordBegin, base64(part), kWordEnd));
    text.remove_prefix(part.size());
  }
}

void append_plain(std::string& out, std::size_t& column, std::string_view text) {
  while (true) {
    const auto blank = text.find(' ');
    append_folded(out, column, text.substr(0, blank));
    if (blank == std::string_view::npos) return;
    text.remove_prefix(blank + 1);
  }
}

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

}  // namespace

Result<> check_header_value(std::string_view name, std::string_view value) {
  if (std::ranges::none_of(value, is_control)) return {};
  return fail(
      ErrorKind::Invalid,
      fmt::format("the mail's {} holds a control character ('{}'): a line break there would "
                  "begin another header",
                  name, clean_line(value, 80)));
}

Result<std::string> header_line(std::string_view name, std::string_view text) {
  TRY_DO(check_header_value(name, text));
  std::string out = fmt::format("{}:", name);
  auto column = out.size();
  if (needs_words(text))
    append_words(out, column, text);
  else
    append_plain(out, column, text);
  return out;
}

Result<> check_address(std::string_view address) {
  constexpr std::string_view kForbidden = "<>()[],;:\\\"";
  const auto at = address.find('@');
  const auto is_bad = [&](char c) {
    return c <= 32 || c >= 127 || kForbidden.find(c) != std::string_view::npos;
  };
  const bool good = at != std::string_view::npos && at > 0 && at + 1 < address.size() &&
                    address.find('@', at + 1) == std::string_view::npos && address.size() <= 254 &&
                    address[0] != '-' && std::ranges::none_of(address, is_bad);
  if (good) return {};
  return fail(ErrorKind::Invalid,
              fmt::format("'{}' is no mail address: write one address like ops@example.com",
                          clean_line(address, 80)));
}

Result<std::string> mailbox_line(std::string_view name, std::string_view display,
                                 std::string_view address) {
  TRY_DO(check_address(address));
  TRY_DO(check_header_value(name, display));
  std::string out = fmt::format("{}:", name);
  auto column = out.size();
  const bool quotable = std::ranges::all_of(display, is_plain_ascii) && display.size() <= 60;
  if (!display.empty() && quotable)
    append_folded(out, column, in_quotes(display));
  else if (!display.empty())
    append_words(out, column, display);
  append_folded(out, column, fmt::format("<{}>", address));
  return out;
}

}  // namespace hikae::delivery
