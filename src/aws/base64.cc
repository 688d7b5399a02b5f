#include "aws/base64.h"

#include <array>
#include <cstdint>

namespace hikae::aws {
namespace {

constexpr std::string_view kBase64Letters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t kNoSextet = 64;

constexpr std::array<std::uint8_t, 256> sextet_table() {
  std::array<std::uint8_t, 256> table{};
  table.fill(kNoSextet);
  for (std::size_t i = 0; i < kBase64Letters.size(); ++i)
    table[static_cast<unsigned char>(kBase64Letters[i])] = static_cast<std::uint8_t>(i);
  return table;
}
constexpr auto kSextetOf = sextet_table();

std::uint8_t sextet(char c) { return kSextetOf[static_cast<unsigned char>(c)]; }

std::uint32_t octet(std::string_view bytes, std::size_t at) {
  return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0;
}

std::string_view without_padding(std::string_view text) {
  for (int i = 0; i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
  return text;
}

}  // namespace

std::string to_base64(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const auto three = octet(bytes, at) << 16 | octet(bytes, at + 1) << 8 | octet(bytes, at + 2);
    text += kBase64Letters[three >> 18];
    text += kBase64Letters[three >> 12 & 63];
    text += at + 1 < bytes.size() ? kBase64Letters[three >> 6 & 63] : '=';
    text += at + 2 < bytes.size() ? kBase64Letters[three & 63] : '=';
  }
  return text;
}

bool is_base64(std::string_view text) {
  const auto letters = without_padding(text);
  if (letters.size() % 4 == 1) return false;
  if (letters.size() != text.size() && text.size() % 4 != 0) return false;
  for (const char c : letters)
    if (sextet(c) == kNoSextet) return false;
  return true;
}

std::optional<std::string> from_base64(std::string_view text) {
  if (!is_base64(text)) return std::nullopt;
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3 + 2);
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : without_padding(text)) {
    bits = bits << 6 | sextet(c);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>(bits >> count & 0xff);
  }
  return bytes;
}

}  // namespace hikae::aws
