// Which addresses a webhook may go to (docs/reference/reliability.md 5.2, "SSRF").
//
// The problem: whoever chooses the address of a request that we send chooses what our host talks
// to: the metadata service with the machine's credentials, a database that trusts the local
// network. The idea: a name is resolved once, every address it has is judged, and the connection
// goes to one of those, so that a second answer of DNS changes nothing. Judged is the address
// itself, not its spelling: 127.1, 0x7f.0.0.1 and ::ffff:127.0.0.1 are what they resolve to.
#pragma once

#include <sys/socket.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hikae::os {

/// An address as 16 bytes; IPv4 as ::ffff:a.b.c.d.
using AddressBytes = std::array<unsigned char, 16>;

/// "10.1.0.0/16", "fd00::/8", "10.1.2.3".
struct AddressRange {
  AddressBytes first{};
  int bits = 128;
  [[nodiscard]] bool has(const AddressBytes& address) const;
};

[[nodiscard]] Result<AddressRange> read_range(std::string_view text);
/// Nothing where it is neither IPv4 nor IPv6.
[[nodiscard]] Result<AddressBytes> bytes_of(const sockaddr& address);
[[nodiscard]] std::string text_of_address(const AddressBytes& address);

/// Whether a request may go there: a public unicast address, or one of `allowed`.
[[nodiscard]] bool may_be_reached(const AddressBytes& address,
                                  const std::vector<AddressRange>& allowed);

}  // namespace hikae::os
