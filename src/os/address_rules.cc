#include "os/address_rules.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace hikae::os {
namespace {

constexpr int kMappedBits = 96;  // before IPv4's own 32

// IANA's special-purpose registries: what is not the public unicast internet.
constexpr std::array kForbiddenRanges{
    "0.0.0.0/8",     "10.0.0.0/8",      "100.64.0.0/10",  "127.0.0.0/8",    "169.254.0.0/16",
    "172.16.0.0/12", "192.0.0.0/24",    "192.0.2.0/24",   "192.88.99.0/24", "192.168.0.0/16",
    "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4",    "240.0.0.0/4"};
constexpr const char* kPublicIpv6 = "2000::/3";
// Within it: IPv4 in another dress, tunnels, documentation.
constexpr std::array kForbiddenIpv6{"2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"};

AddressBytes mapped(const void* four) {
  AddressBytes bytes{};
  bytes[10] = bytes[11] = 0xff;
  std::memcpy(bytes.data() + 12, four, 4);
  return bytes;
}

bool is_ipv4(const AddressBytes& address) {
  static const AddressRange kMapped{mapped("\0\0\0\0"), kMappedBits};
  return kMapped.has(address);
}

template <class Ranges>
bool is_in(const AddressBytes& address, const Ranges& ranges) {
  return std::ranges::any_of(
      ranges, [&](const char* range) { return read_range(range).value().has(address); });
}

}  // namespace

bool AddressRange::has(const AddressBytes& address) const {
  int left = bits;
  for (std::size_t i = 0; i < address.size() && left > 0; ++i, left -= 8) {
    const auto mask = left >= 8 ? 0xffU : 0xffU << (8 - left) & 0xffU;
    if (((address[i] ^ first[i]) & mask) != 0) return false;
  }
  return true;
}

Result<AddressRange> read_range(std::string_view text) {
  AddressRange range;
  const auto slash = text.find('/');
  const std::string address(text.substr(0, slash));
  in_addr four{};
  const bool is_four = inet_pton(AF_INET, address.c_str(), &four) == 1;
  if (is_four)
    range.first = mapped(&four);
  else if (inet_pton(AF_INET6, address.c_str(), range.first.data()) != 1)
    return fail(ErrorKind::Invalid, std::string(text) +
                                        " is no address and no range of them; write "
                                        "10.1.2.3 or 10.1.0.0/16");
  if (slash == std::string_view::npos) return range;
  const auto digits = text.substr(slash + 1);
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), range.bits);
  const int most = is_four ? 32 : 128;
  if (error != std::errc{} || end != digits.data() + digits.size() || range.bits < 0 ||
      range.bits > most)
    return fail(ErrorKind::Invalid,
                std::string(text) + ": the number behind / is 0 to " + std::to_string(most));
  if (is_four) range.bits += kMappedBits;
  return range;
}

Result<AddressBytes> bytes_of(const sockaddr& address) {
  if (address.sa_family == AF_INET)
    return mapped(&reinterpret_cast<const sockaddr_in&>(address).sin_addr);
  if (address.sa_family != AF_INET6) return fail(ErrorKind::Denied, "neither IPv4 nor IPv6");
  AddressBytes bytes{};
  std::memcpy(bytes.data(), &reinterpret_cast<const sockaddr_in6&>(address).sin6_addr, 16);
  return bytes;
}

std::string text_of_address(const AddressBytes& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (is_ipv4(address))
    inet_ntop(AF_INET, address.data() + 12, text.data(), text.size());
  else
    inet_ntop(AF_INET6, address.data(), text.data(), text.size());
  return text.data();
}

bool may_be_reached(const AddressBytes& address, const std::vector<AddressRange>& allowed) {
  if (std::ranges::any_of(allowed, [&](const AddressRange& range) { return range.has(address); }))
    return true;
  if (is_ipv4(address)) return !is_in(address, kForbiddenRanges);
  return read_range(kPublicIpv6).value().has(address) && !is_in(address, kForbiddenIpv6);
}

}  // namespace hikae::os
