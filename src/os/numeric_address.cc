#include "os/numeric_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <charconv>
#include <cstring>

namespace hikae::os {
namespace {

std::unexpected<Error> no_numeric_address(const std::string& text) {
  return fail(ErrorKind::Invalid, "'" + text + "' is no numeric address with a port");
}

}  // namespace

Result<NumericAddress> read_numeric_address(const std::string& text) {
  const auto colon = text.rfind(':');
  if (colon == std::string::npos) return no_numeric_address(text);
  std::uint16_t port = 0;
  const auto* end = text.data() + text.size();
  if (std::from_chars(text.data() + colon + 1, end, port).ptr != end || port == 0)
    return no_numeric_address(text);
  const auto host = text.substr(0, colon);
  NumericAddress address;
  if (host.starts_with('[') && host.ends_with(']')) {
    sockaddr_in6 six{};
    six.sin6_family = AF_INET6;
    six.sin6_port = htons(port);
    if (inet_pton(AF_INET6, host.substr(1, host.size() - 2).c_str(), &six.sin6_addr) != 1)
      return no_numeric_address(text);
    std::memcpy(&address.storage, &six, address.size = sizeof six);
    return address;
  }
  sockaddr_in four{};
  four.sin_family = AF_INET;
  four.sin_port = htons(port);
  if (inet_pton(AF_INET, host.c_str(), &four.sin_addr) != 1) return no_numeric_address(text);
  std::memcpy(&address.storage, &four, address.size = sizeof four);
  return address;
}

}  // namespace hikae::os
