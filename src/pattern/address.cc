#include "pattern/address.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/escape.h"

namespace hikae::pattern {
namespace {

bool is_decimal(char c) { return c >= '0' && c <= '9'; }

int hex_of_char(char c) {
  if (is_decimal(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<int> whole_number(std::string_view text, int most) {
  int number = 0;
  if (text.empty() || !std::ranges::all_of(text, is_decimal)) return std::nullopt;
  const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || number > most) return std::nullopt;
  return number;
}

std::optional<Address> parse_v4(std::string_view text) {
  if (text.size() > 15) return std::nullopt;
  Address address;
  for (std::size_t part = 0; part < 4; ++part) {
    const auto dot = text.find('.');
    if ((dot == std::string_view::npos) != (part == 3)) return std::nullopt;
    const auto number = whole_number(text.substr(0, dot), 255);
    if (!number) return std::nullopt;
    address.bytes[part] = static_cast<std::uint8_t>(*number);
    text.remove_prefix(part == 3 ? text.size() : dot + 1);
  }
  return address;
}

/// Takes one group of hexadecimal digits off the front.
std::optional<std::uint16_t> take_group(std::string_view& text) {
  unsigned group = 0;
  std::size_t digits = 0;
  while (digits < text.size() && hex_of_char(text[digits]) >= 0) {
    group = group * 16 + static_cast<unsigned>(hex_of_char(text[digits++]));
    if (group > 0xFFFF) return std::nullopt;
  }
  if (digits == 0) return std::nullopt;
  text.remove_prefix(digits);
  return static_cast<std::uint16_t>(group);
}

struct Groups {
  std::array<std::uint16_t, 8> list{};
  std::size_t count = 0;
  std::optional<std::size_t> gap;  // where "::" stands
};

std::optional<Groups> read_groups(std::string_view text) {
  Groups groups;
  if (text.starts_with("::")) {
    groups.gap = 0;
    text.remove_prefix(2);
  }
  while (!text.empty()) {
    const auto group = take_group(text);
    if (!group || groups.count == 8) return std::nullopt;
    groups.list[groups.count++] = *group;
    if (text.empty()) break;
    if (text.starts_with("::")) {
      if (groups.gap) return std::nullopt;
      groups.gap = groups.count;
      text.remove_prefix(2);
    } else if (text[0] == ':' && text.size() > 1) {
      text.remove_prefix(1);
    } else {
      return std::nullopt;
    }
  }
  if (groups.gap ? groups.count == 8 : groups.count != 8) return std::nullopt;
  return groups;
}

/// ::ffff:a.b.c.d is the IPv4 address itself.
Address unmapped(const Address& address) {
  constexpr std::array<std::uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  if (!std::equal(kMapped.begin(), kMapped.end(), address.bytes.begin())) return address;
  Address v4;
  std::copy_n(address.bytes.begin() + 12, 4, v4.bytes.begin());
  return v4;
}

std::optional<Address> parse_v6(std::string_view text) {
  const auto groups = read_groups(text);
  if (!groups) return std::nullopt;
  Address address;
  address.bits = 128;
  const auto before = groups->gap.value_or(groups->count);
  for (std::size_t i = 0; i < groups->count; ++i) {
    const auto at = i < before ? i : 8 - (groups->count - i);
    address.bytes[at * 2] = static_cast<std::uint8_t>(groups->list[i] >> 8);
    address.bytes[at * 2 + 1] = static_cast<std::uint8_t>(groups->list[i] & 0xFF);
  }
  return unmapped(address);
}

bool all_bits_are(const Address& address, int from, int to, int bit) {
  for (int i = from; i < to; ++i)
    if (((address.bytes[static_cast<std::size_t>(i / 8)] >> (7 - i % 8)) & 1) != bit) return false;
  return true;
}

bool same_prefix(const Address& a, const Address& b, int length) {
  return masked(a, length).bytes == masked(b, length).bytes;
}

}  // namespace

std::optional<Address> parse_address(std::string_view text) {
  if (text.empty() || text.size() > 64) return std::nullopt;
  return text.find(':') == std::string_view::npos ? parse_v4(text) : parse_v6(text);
}

Address masked(Address address, int length) {
  for (int byte = 0; byte < 16; ++byte) {
    const int keep = std::clamp(length - byte * 8, 0, 8);
    address.bytes[static_cast<std::size_t>(byte)] &= static_cast<std::uint8_t>(0xFF00 >> keep);
  }
  return address;
}

bool Block::holds(const Address& address) const {
  if (base.bits <= address.bits) return same_prefix(base, address, length);
  // An IPv6 block and an IPv4 address: the address's 8 digits must lie strictly between the first 8
  // digits of the block's first and last address; equal digits are only the beginning of a text.
  if (length >= 32 || !same_prefix(base, address, length)) return false;
  return !all_bits_are(address, length, 32, 0) && !all_bits_are(address, length, 32, 1);
}

Result<Block> parse_block(std::string_view text) {
  const auto bad = [&](std::string_view why) {
    return fail(ErrorKind::Invalid,
                fmt::format("'{}' is no address block: {}", printable(text.substr(0, 60)), why));
  };
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return bad("write it as 10.0.0.0/8 or 2001:db8::/32");
  const auto address = parse_address(text.substr(0, slash));
  if (!address) return bad("what stands before '/' is no IPv4 or IPv6 address");
  const auto length = whole_number(text.substr(slash + 1), address->bits - 1);
  if (!length)
    return bad(
        fmt::format("behind '/' stands a whole number from 0 to {}; for one address alone "
                    "write the address as a plain string",
                    address->bits - 1));
  return Block{masked(*address, *length), *length};
}

}  // namespace hikae::pattern
