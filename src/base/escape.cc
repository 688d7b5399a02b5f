#include "base/escape.h"

#include <cstdint>

namespace hikae {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

struct Decoded {
  char32_t point;
  std::size_t bytes;
};

bool is_continuation(std::string_view text, std::size_t at) {
  return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
}

/// The code point at `at`; a byte that begins none is one replacement character.
Decoded decode_at(std::string_view text, std::size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  if (lead < 0x80) return {lead, 1};
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
  if (length == 0 || lead > 0xF4) return {kReplacement, 1};
  char32_t point = lead & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if (!is_continuation(text, at + i)) return {kReplacement, 1};
    point = (point << 6) | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
  }
  constexpr char32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
  if (point < kLeast[length] || surrogate || point > 0x10FFFF) return {kReplacement, 1};
  return {point, length};
}

void append_u_escape(std::string& out, char32_t point) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out += kHex[(point >> shift) & 15];
}

/// Characters that end a line or turn text around, although they look like nothing.
bool is_treacherous(char32_t point) {
  return point < 0x20 || (point >= 0x7F && point < 0xA0) || point == 0x2028 || point == 0x2029 ||
         (point >= 0x202A && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069) ||
         point == 0x200E || point == 0x200F || point == 0xFEFF;
}

char short_escape(char32_t point) {
  switch (point) {
    case '"': return '"';
    case '\\': return '\\';
    case '\n': return 'n';
    case '\r': return 'r';
    case '\t': return 't';
    case '\b': return 'b';
    case '\f': return 'f';
    default: return 0;
  }
}

/// How many bytes from the first on stand for themselves in a JSON string: ASCII but `"` and `\\`.
std::size_t plain_bytes(std::string_view text) {
  std::size_t count = 0;
  while (count < text.size() && text[count] >= 0x20 && text[count] < 0x7F && text[count] != '"' &&
         text[count] != '\\')
    ++count;
  return count;
}

bool is_wide(char32_t p) {
  return (p >= 0x1100 && p <= 0x115F) || (p >= 0x2E80 && p <= 0xA4CF) ||
         (p >= 0xAC00 && p <= 0xD7A3) || (p >= 0xF900 && p <= 0xFAFF) ||
         (p >= 0xFE30 && p <= 0xFE6F) || (p >= 0xFF00 && p <= 0xFF60) ||
         (p >= 0xFFE0 && p <= 0xFFE6) || (p >= 0x1F300 && p <= 0x1FAFF) ||
         (p >= 0x20000 && p <= 0x3FFFD);
}

bool is_combining(char32_t p) {
  return (p >= 0x0300 && p <= 0x036F) || (p >= 0x3099 && p <= 0x309A) || p == 0x200D ||
         (p >= 0xFE00 && p <= 0xFE0F);
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  for (std::size_t at = 0; at < text.size();) {
    // Nearly all of every text: copied at once.
    const auto plain = plain_bytes(text.substr(at));
    out += text.substr(at, plain);
    at += plain;
    if (at == text.size()) break;
    const auto [point, bytes] = decode_at(text, at);
    if (const auto escape = short_escape(point))
      out += '\\', out += escape;
    else if (is_treacherous(point))
      append_u_escape(out, point);
    else if (point == kReplacement && bytes == 1)
      out += "\xEF\xBF\xBD";
    else
      out += text.substr(at, bytes);
    at += bytes;
  }
  out += '"';
}

std::string printable(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto [point, bytes] = decode_at(text, at);
    if (is_treacherous(point) || (point == kReplacement && bytes == 1))
      out += '?';
    else
      out += text.substr(at, bytes);
    at += bytes;
  }
  return out;
}

int columns_of(std::string_view text) {
  int columns = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto [point, bytes] = decode_at(text, at);
    columns += is_combining(point) ? 0 : is_wide(point) ? 2 : 1;
    at += bytes;
  }
  return columns;
}

}  // namespace hikae
