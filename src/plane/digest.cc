#include "plane/digest.h"

#include <openssl/evp.h>

#include <array>
#include <cstdint>

#include "base/invariant.h"

namespace hikae::plane {
namespace {

std::string openssl_digest(const EVP_MD* method, std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  const bool is_done =
      EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, method, nullptr) == 1;
  INVARIANT(is_done, "a digest of bytes in memory cannot fail");
  return {reinterpret_cast<const char*>(digest.data()), size};
}

using CrcTable = std::array<std::uint32_t, 256>;

constexpr CrcTable crc_table(std::uint32_t reversed_polynomial) {
  CrcTable table{};
  for (std::uint32_t i = 0; i < table.size(); ++i) {
    auto crc = i;
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? reversed_polynomial : 0);
    table[i] = crc;
  }
  return table;
}

constexpr auto kCrc32Table = crc_table(0xedb88320);
constexpr auto kCrc32cTable = crc_table(0x82f63b78);

std::string crc_of(const CrcTable& table, std::string_view bytes) {
  std::uint32_t crc = 0xffffffff;
  for (const char c : bytes) crc = crc >> 8 ^ table[(crc ^ static_cast<unsigned char>(c)) & 0xff];
  crc = ~crc;
  std::string big_endian;
  for (int shift = 24; shift >= 0; shift -= 8) big_endian += static_cast<char>(crc >> shift & 0xff);
  return big_endian;
}

}  // namespace

std::string md5_of(std::string_view bytes) { return openssl_digest(EVP_md5(), bytes); }

std::string hex_text(std::string_view bytes) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string hex;
  for (const char c : bytes) {
    hex += kHex[static_cast<unsigned char>(c) >> 4];
    hex += kHex[static_cast<unsigned char>(c) & 15];
  }
  return hex;
}

std::string md5_hex(std::string_view bytes) { return hex_text(md5_of(bytes)); }

std::optional<std::string> checksum_of(std::string_view algorithm, std::string_view bytes) {
  if (algorithm == "CRC32") return crc_of(kCrc32Table, bytes);
  if (algorithm == "CRC32C") return crc_of(kCrc32cTable, bytes);
  if (algorithm == "SHA1") return openssl_digest(EVP_sha1(), bytes);
  if (algorithm == "SHA256") return openssl_digest(EVP_sha256(), bytes);
  return std::nullopt;
}

}  // namespace hikae::plane
