#include "iam/address.h"

#include <arpa/inet.h>

#include <array>
#include <charconv>
#include <optional>
#include <string>

namespace hikae::iam {
namespace {

struct Address {
  std::array<unsigned char, 16> bytes{};
  int bits = 0;  // 32 or 128
};

std::optional<Address> address_in(std::string_view text) {
  const std::string whole(text.substr(0, 64));
  Address out;
  if (inet_pton(AF_INET, whole.c_str(), out.bytes.data()) == 1) {
    out.bits = 32;
    return out;
  }
  if (inet_pton(AF_INET6, whole.c_str(), out.bytes.data()) != 1) return std::nullopt;
  out.bits = 128;
  return out;
}

std::optional<int> prefix_in(std::string_view text, int most) {
  int prefix = 0;
  const auto* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, prefix);
  if (error != std::errc{} || at != end || prefix < 0 || prefix > most) return std::nullopt;
  return prefix;
}

bool same_bit(const Address& a, const Address& b, int bit) {
  const auto at = static_cast<std::size_t>(bit / 8);
  const auto mask = 0x80 >> (bit % 8);
  return (a.bytes[at] & mask) == (b.bytes[at] & mask);
}

}  // namespace

bool is_in_network(std::string_view address, std::string_view network) {
  const auto slash = network.find('/');
  const auto given = address_in(address);
  const auto wanted = address_in(network.substr(0, slash));
  if (!given || !wanted || given->bits != wanted->bits) return false;
  const auto prefix = slash == std::string_view::npos
                          ? std::optional(wanted->bits)
                          : prefix_in(network.substr(slash + 1), wanted->bits);
  if (!prefix) return false;
  for (int bit = 0; bit < *prefix; ++bit)
    if (!same_bit(*given, *wanted, bit)) return false;
  return true;
}

}  // namespace hikae::iam
