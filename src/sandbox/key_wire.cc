#include "sandbox/key_wire.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>

#include "aws/base64.h"

namespace hikae::sandbox {

void put_number(std::string& out, std::uint32_t number) {
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(number >> shift & 0xff);
}

void put_string(std::string& out, std::string_view text) {
  put_number(out, static_cast<std::uint32_t>(text.size()));
  out += text;
}

void put_unsigned(std::string& out, std::string bytes) {
  if (!bytes.empty() && (static_cast<unsigned char>(bytes.front()) & 0x80) != 0)
    bytes.insert(bytes.begin(), '\0');
  put_string(out, bytes);
}

std::optional<std::string_view> take_string(std::string_view& from) {
  constexpr std::size_t kHead = 4;
  if (from.size() < kHead) return std::nullopt;
  std::size_t size = 0;
  for (std::size_t i = 0; i < kHead; ++i) size = size << 8 | static_cast<unsigned char>(from[i]);
  if (from.size() - kHead < size) return std::nullopt;
  const auto taken = from.substr(kHead, size);
  from.remove_prefix(kHead + size);
  return taken;
}

std::string openssh_pem(std::string_view bytes) {
  constexpr std::size_t kColumns = 70;
  const auto base64 = aws::to_base64(bytes);
  std::string pem = "-----BEGIN OPENSSH PRIVATE KEY-----\n";
  for (std::size_t at = 0; at < base64.size(); at += kColumns)
    pem += base64.substr(at, kColumns) + "\n";
  return pem + "-----END OPENSSH PRIVATE KEY-----\n";
}

std::string base64_of_block(std::string_view text) {
  std::string joined;
  bool goes_on = false;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    const bool is_header = goes_on || line.find(':') != std::string_view::npos;
    goes_on = is_header && line.ends_with('\\');
    if (!is_header && !line.starts_with("--")) joined += line;
  }
  return joined;
}

std::string digest_of(std::string_view bytes, const EVP_MD* kind) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned size = 0;
  EVP_Digest(bytes.data(), bytes.size(), out.data(), &size, kind, nullptr);
  return {reinterpret_cast<const char*>(out.data()), size};
}

}  // namespace hikae::sandbox
