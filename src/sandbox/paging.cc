#include "sandbox/paging.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/hash.h"
#include "base/limits.h"
#include "sandbox/errors.h"

namespace hikae::sandbox {
namespace {

constexpr std::size_t kCheckDigits = 8;

std::string page_check(std::string_view operation, std::string_view key) {
  return hex_of(fmt::format("page\n{}\n{}", operation, key), kCheckDigits);
}

std::string hex_text(std::string_view bytes) {
  std::string hex;
  for (const char c : bytes) hex += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return hex;
}

int nibble(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

std::optional<std::string> bytes_of_hex(std::string_view hex) {
  if (hex.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    const int high = nibble(hex[i]);
    const int low = nibble(hex[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes += static_cast<char>(high * 16 + low);
  }
  return bytes;
}

Result<std::string> key_of_token(std::string_view token, std::string_view operation) {
  if (token.size() > kCheckDigits && token.size() <= limits::kPageTokenBytes) {
    const auto key = bytes_of_hex(token.substr(kCheckDigits));
    if (key && page_check(operation, *key) == token.substr(0, kCheckDigits)) return *key;
  }
  return std::unexpected(ec2_error(
      "InvalidPaginationToken",
      fmt::format("The NextToken is not one that {} has given out; begin without it", operation)));
}

Result<std::size_t> page_rows(std::int64_t wanted, const PageRules& rules) {
  const auto most = static_cast<std::int64_t>(rules.most);
  if (rules.beyond == Beyond::MeansTheMost) wanted = std::min(wanted, most);
  if (wanted >= static_cast<std::int64_t>(rules.least) && wanted <= most)
    return static_cast<std::size_t>(wanted);
  return std::unexpected(
      invalid_value(fmt::format("{}", wanted), "MaxResults",
                    fmt::format("Expecting a value from {} to {}.", rules.least, rules.most)));
}

}  // namespace

Result<Page> read_page(const Value& input, const PageRules& rules) {
  Page page{rules.usual, {}, rules.operation};
  if (const auto wanted = int_at(input, "MaxResults")) page.rows = TRY(page_rows(*wanted, rules));
  if (const auto token = text_at(input, "NextToken"); !token.empty())
    page.after = TRY(key_of_token(token, rules.operation));
  return page;
}

std::string next_token(const Page& page, std::string_view last_key) {
  return page_check(page.operation, last_key) + hex_text(last_key);
}

}  // namespace hikae::sandbox
