// IP addresses and blocks as event patterns compare them
// (docs/reference/schedules-events-sns-lambda-cfn.md 2.1). Addresses are compared as hexadecimal
// text of 8 or 32 digits, which is why a block may also hold addresses of the other family.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace hikae::pattern {

struct Address {
  std::array<std::uint8_t, 16> bytes{};  // IPv4: the first four
  int bits = 32;                         // 32 or 128
  friend auto operator<=>(const Address&, const Address&) = default;
};

/// Reads "10.0.0.1" (leading zeros are decimal) or an IPv6 text without a dotted tail; an
/// IPv4-mapped one is the IPv4 address. nullopt: no address.
[[nodiscard]] std::optional<Address> parse_address(std::string_view text);

struct Block {
  Address base;  // bits beyond `length` are zero
  int length = 0;
  friend auto operator<=>(const Block&, const Block&) = default;

  [[nodiscard]] bool holds(const Address& address) const;
};

/// "a.b.c.d/0-31" or IPv6 "/0-127"; the error says what is wrong and how to write it.
[[nodiscard]] Result<Block> parse_block(std::string_view text);

/// The first `length` bits; all others zero.
[[nodiscard]] Address masked(Address address, int length);

}  // namespace hikae::pattern
