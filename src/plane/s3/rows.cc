#include "plane/s3/rows.h"

#include <charconv>

#include "base/hash.h"

namespace hikae::plane::s3 {
namespace {

bool belongs_to_another(const Asked& asked, std::string_view name) {
  for (const auto& scope : asked.turn.tables().scopes_with(kBucketRows))
    if (scope != asked.scope && asked.turn.tables().get(scope, kBucketRows, name)) return true;
  return false;
}

bool is_plain_in_url(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-._~/").find(c) != std::string_view::npos;
}

}  // namespace

Result<const Value*> bucket_named(const Asked& asked, std::string_view name) {
  if (const auto* bucket = asked.row(kBucketRows, name)) return bucket;
  if (belongs_to_another(asked, name)) return aws::aws_error("AccessDenied", "Access Denied", 403);
  return aws::aws_error("NoSuchBucket", "The specified bucket does not exist", 404);
}

Result<const Value*> bucket_of(const Asked& asked) {
  const auto* bucket = TRY(bucket_named(asked, text_at(asked.input, "Bucket")));
  const auto expected = text_at(asked.input, "ExpectedBucketOwner", asked.scope.account);
  if (expected != asked.scope.account) return aws::aws_error("AccessDenied", "Access Denied", 403);
  return bucket;
}

Result<std::string> key_of(const Asked& asked) {
  const auto key = text_at(asked.input, "Key");
  if (key.size() > kKeyBytes) return aws::aws_error("KeyTooLongError", "Your key is too long", 400);
  if (key.empty() || key.find('\0') != std::string_view::npos)
    return aws::aws_error("InvalidURI", "Couldn't parse the specified URI.", 400);
  return str(key);
}

Object owner_of(const Asked& asked) {
  return {{"DisplayName", asked.scope.account},
          {"ID", sha256_hex("canonical-user/" + asked.scope.account)}};
}

std::vector<std::string> ids_below(const Asked& asked, std::string_view kind,
                                   const std::string& prefix) {
  std::vector<std::string> ids;
  const auto& rows = asked.rows(kind);
  for (auto at = rows.lower_bound(prefix); at != rows.end() && at->first.starts_with(prefix); ++at)
    ids.push_back(at->first);
  return ids;
}

std::string url_encoded(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (is_plain_in_url(c)) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

std::optional<std::string> url_decoded(std::string_view text, Plus plus) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus == Plus::IsSpace) {
      out += ' ';
    } else if (text[i] != '%') {
      out += text[i];
    } else {
      unsigned int byte = 0;
      const auto digits = text.substr(i + 1, 2);
      const auto* end = digits.data() + digits.size();
      const auto [at, error] = std::from_chars(digits.data(), end, byte, 16);
      if (digits.size() != 2 || error != std::errc{} || at != end) return std::nullopt;
      out += static_cast<char>(byte);
      i += 2;
    }
  }
  return out;
}

}  // namespace hikae::plane::s3
