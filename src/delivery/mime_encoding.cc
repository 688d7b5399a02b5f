// The two transfer encodings.
#include <array>

#include "delivery/mime.h"
#include "delivery/mime_encoding.h"

namespace hikae::delivery {
namespace {

constexpr std::size_t kLineBytes = 76;

bool stands_for_itself(unsigned char c) { return (c >= 33 && c <= 126 && c != '=') || c == ' '; }

std::string escaped_byte(unsigned char c) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  return {'=', kHex[c >> 4], kHex[c & 15]};
}

/// One line without its end; soft breaks keep it short. White space at its end is escaped.
void append_quoted_line(std::string& out, std::string_view line) {
  std::size_t column = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const auto c = static_cast<unsigned char>(line[i]);
    const bool last = i + 1 == line.size();
    const bool plain = stands_for_itself(c) && !(last && c == ' ');
    const auto piece = plain ? std::string(1, line[i]) : escaped_byte(c);
    // One column is kept for the '=' of a soft break.
    if (column + piece.size() > kLineBytes - (last ? 0 : 1)) {
      out += "=\r\n";
      column = 0;
    }
    out += piece;
    column += piece.size();
  }
}

}  // namespace

std::string quoted_printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto end = text.find('\n');
    auto line = text.substr(0, end);
    if (line.ends_with('\r') && end != std::string_view::npos) line.remove_suffix(1);
    append_quoted_line(out, line);
    if (end == std::string_view::npos) break;
    out += "\r\n";
    text.remove_prefix(end + 1);
  }
  return out;
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const auto part = bytes.substr(at, 3);
    unsigned word = 0;
    for (std::size_t i = 0; i < 3; ++i)
      word = word << 8 | (i < part.size() ? static_cast<unsigned char>(part[i]) : 0U);
    for (std::size_t i = 0; i < 4; ++i)
      out += i <= part.size() ? kLetters[word >> (18 - 6 * i) & 63] : '=';
  }
  return out;
}

std::string base64_lines(std::string_view bytes) {
  const auto all = base64(bytes);
  std::string out;
  for (std::size_t at = 0; at < all.size(); at += kLineBytes)
    out += (at ? "\r\n" : "") + all.substr(at, kLineBytes);
  return out;
}

}  // namespace hikae::delivery
