#include "stack/cidr.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <optional>
#include <string>

namespace hikae::stack {
namespace {

__extension__ using Address = unsigned __int128;

constexpr unsigned kBlocksMost = 256;  // CloudFormation's own limit

struct Block {
  Address first = 0;
  unsigned width = 32;  // of an address, in bits: 32 or 128
  unsigned prefix = 0;
};

std::optional<unsigned> small_number(std::string_view text) {
  unsigned number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return {};
  return number;
}

Address number_of_bytes(const unsigned char* bytes, unsigned width) {
  Address number = 0;
  for (unsigned i = 0; i < width / 8; ++i) number = number << 8 | bytes[i];
  return number;
}

std::optional<Block> address_block(std::string_view text) {
  const auto slash = text.find('/');
  const auto prefix =
      slash == std::string_view::npos ? std::nullopt : small_number(text.substr(slash + 1));
  if (!prefix) return {};
  const std::string address(text.substr(0, slash));
  std::array<unsigned char, 16> bytes{};
  Block block;
  block.width = address.find(':') == std::string::npos ? 32 : 128;
  block.prefix = *prefix;
  const auto family = block.width == 32 ? AF_INET : AF_INET6;
  if (inet_pton(family, address.c_str(), bytes.data()) != 1 || *prefix > block.width) return {};
  const auto host_bits = block.width - *prefix;
  block.first = number_of_bytes(bytes.data(), block.width);
  block.first = host_bits == 128 ? 0 : block.first >> host_bits << host_bits;
  return block;
}

std::string text_of_block(Address address, unsigned width, unsigned prefix) {
  std::array<unsigned char, 16> bytes{};
  for (unsigned i = width / 8; i-- > 0; address >>= 8)
    bytes[i] = static_cast<unsigned char>(address & 0xff);
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(width == 32 ? AF_INET : AF_INET6, bytes.data(), text.data(), text.size());
  return fmt::format("{}/{}", text.data(), prefix);
}

}  // namespace

Result<Array> cidr_blocks(std::string_view block_text, std::string_view count_text,
                          std::string_view bits_text) {
  const auto block = address_block(block_text);
  if (!block)
    return fail(ErrorKind::Invalid,
                fmt::format("Fn::Cidr: \"{}\" is no address block: expected a form like "
                            "10.0.0.0/16",
                            block_text));
  const auto count = small_number(count_text);
  if (!count || *count < 1 || *count > kBlocksMost)
    return fail(ErrorKind::Invalid, fmt::format("Fn::Cidr: \"{}\" is no count: expected 1 to {}",
                                                count_text, kBlocksMost));
  const auto bits = small_number(bits_text);
  const auto host_bits = block->width - block->prefix;
  if (!bits || *bits < 1 || *bits > host_bits)
    return fail(ErrorKind::Invalid,
                fmt::format("Fn::Cidr: \"{}\" bits for each block of {}: expected 1 to {}",
                            bits_text, block_text, host_bits));
  const auto free_bits = host_bits - *bits;
  if (free_bits < 9 && *count > 1U << free_bits)
    return fail(ErrorKind::Invalid, fmt::format("Fn::Cidr: {} holds {} blocks of {} bits, not {}",
                                                block_text, 1U << free_bits, *bits, *count));
  Array blocks;
  for (unsigned i = 0; i < *count; ++i) {
    const auto first = *bits == 128 ? block->first : block->first + (Address(i) << *bits);
    blocks.push_back(Value(text_of_block(first, block->width, block->width - *bits)));
  }
  return blocks;
}

}  // namespace hikae::stack
