// What a request says about its signer: the header form and the query form, read strictly. Nothing
// that stands there twice is believed once.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "aws/sigv4.h"
#include "aws/sigv4_refusal.h"
#include "aws/sigv4_text.h"

namespace hikae::aws {
namespace {

using sigv4::AuthFault;
using sigv4::refuse;

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";
constexpr std::size_t kClaimBytes = 8192;  // of Authorization, or of one parameter
constexpr std::int64_t kLongestPresign_s = 7 * 24 * 3600;

using ClaimParts = std::vector<std::pair<std::string, std::string>>;

std::size_t count_headers(const HttpHeaders& headers, std::string_view name) {
  return static_cast<std::size_t>(std::ranges::count_if(
      headers, [&](const auto& header) { return sigv4::is_same_name(header.first, name); }));
}

// Signed as one header "a,b", two headers "a" and "b" would be the same text, and mean another
// thing to whoever reads the first.
Result<> check_single_headers(const HttpHeaders& headers, AuthWording wording) {
  for (const auto& header : headers) {
    const auto name = sigv4::lower_of(header.first);
    const bool is_single = name == "host" || name == "content-type" || name.starts_with("x-amz-");
    if (is_single && count_headers(headers, name) > 1)
      return refuse(AuthFault::Incomplete, wording,
                    "The request has the header " + name + " more than once.");
  }
  return {};
}

/// The X-Amz-… parameters, decoded.
ClaimParts signing_parameters(std::string_view query) {
  ClaimParts out;
  for (const auto part : sigv4::split_at(query, '&')) {
    const auto mark = std::min(part.find('='), part.size());
    auto name = sigv4::percent_decoded(part.substr(0, mark));
    if (!sigv4::lower_of(name.substr(0, 6)).starts_with("x-amz-")) continue;
    const auto value = mark < part.size() ? part.substr(mark + 1) : std::string_view();
    out.emplace_back(std::move(name), sigv4::percent_decoded(value));
  }
  return out;
}

std::optional<std::string> value_of(const ClaimParts& parts, std::string_view name) {
  for (const auto& [key, value] : parts)
    if (key == name) return value;
  return std::nullopt;
}

/// The first name that stands there twice, in whatever case.
std::optional<std::string> name_given_twice(const ClaimParts& parts) {
  for (auto one = parts.begin(); one != parts.end(); ++one)
    for (auto other = parts.begin(); other != one; ++other)
      if (sigv4::is_same_name(one->first, other->first)) return one->first;
  return std::nullopt;
}

bool is_amz_date(std::string_view text) {
  static constexpr std::string_view kForm = "dddddddd_dddddd_";
  if (text.size() != kForm.size() || text[8] != 'T' || text[15] != 'Z') return false;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (kForm[i] == 'd' && (text[i] < '0' || text[i] > '9')) return false;
  return true;
}

Result<> take_credential(SignatureClaim& claim, const std::string& credential,
                         AuthWording wording) {
  const auto parts = sigv4::split_at(credential, '/');
  if (parts.size() < 5 || parts.back() != "aws4_request") {
    const auto end = parts.size() < 5 ? std::string_view() : parts.back();
    if (!end.empty())
      return refuse(AuthFault::WrongPlace, wording,
                    fmt::format("Credential should be scoped with a valid terminator: "
                                "'aws4_request', not '{}'.",
                                end));
    return refuse(AuthFault::Incomplete, wording,
                  "Credential must have exactly 5 slash-delimited elements, e.g. "
                  "keyid/date/region/service/term, got '" +
                      credential + "'");
  }
  // A key may hold slashes, the four parts behind it not.
  const auto n = parts.size();
  claim.service = parts[n - 2];
  claim.region = parts[n - 3];
  claim.date = parts[n - 4];
  claim.access_key = credential.substr(
      0, credential.size() - claim.service.size() - claim.region.size() - claim.date.size() - 16);
  if (claim.access_key.empty() || claim.region.empty() || claim.service.empty())
    return refuse(AuthFault::Incomplete, wording, "Credential has an empty part");
  return {};
}

Result<> take_signed_headers(SignatureClaim& claim, const std::string& list, AuthWording wording) {
  for (const auto name : sigv4::split_at(list, ';')) claim.signed_headers.emplace_back(name);
  const auto& names = claim.signed_headers;
  const bool is_strict =
      std::ranges::is_sorted(names) && std::ranges::adjacent_find(names) == names.end() &&
      std::ranges::none_of(
          names, [](const auto& name) { return name.empty() || name != sigv4::lower_of(name); });
  if (!is_strict)
    return refuse(AuthFault::Incomplete, wording,
                  "SignedHeaders must be lower-case names, sorted, each once: '" + list + "'");
  return {};
}

Result<> take_signature(SignatureClaim& claim, std::string signature, AuthWording wording) {
  const auto is_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  if (signature.size() != 64 || !std::ranges::all_of(signature, is_hex))
    return refuse(AuthFault::Mismatch, wording);
  claim.signature = std::move(signature);
  return {};
}

Result<> take_date(SignatureClaim& claim, std::string date, AuthWording wording) {
  if (!is_amz_date(date))
    return refuse(AuthFault::Incomplete, wording,
                  "Date must be in ISO-8601 'basic format'. Got '" + date +
                      "'. See http://en.wikipedia.org/wiki/ISO_8601");
  claim.amz_date = std::move(date);
  return {};
}

/// "AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…".
Result<ClaimParts> authorization_parts(std::string_view text, AuthWording wording) {
  ClaimParts parts;
  for (auto part : sigv4::split_at(text.substr(kAlgorithm.size()), ',')) {
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    const auto mark = part.find('=');
    if (mark == std::string_view::npos)
      return refuse(AuthFault::Incomplete, wording,
                    fmt::format("'{}' not a valid key=value pair (missing equal-sign) in "
                                "Authorization header.",
                                part));
    parts.emplace_back(part.substr(0, mark), part.substr(mark + 1));
  }
  if (const auto twice = name_given_twice(parts))
    return refuse(AuthFault::Incomplete, wording,
                  "Authorization header has '" + *twice + "' more than once.");
  std::string missing;
  for (const auto* name : {"Credential", "Signature", "SignedHeaders"})
    if (!value_of(parts, name))
      missing += fmt::format("Authorization header requires '{}' parameter. ", name);
  if (!missing.empty())
    return refuse(AuthFault::Incomplete, wording, missing.substr(0, missing.size() - 1));
  if (parts.size() > 3)
    return refuse(AuthFault::Incomplete, wording,
                  "Authorization header has a parameter that is none of Credential, SignedHeaders, "
                  "Signature.");
  return parts;
}

Result<SignatureClaim> header_claim(const HttpRequest& request, AuthWording wording) {
  const auto& text = *find_header(request.headers, "authorization");
  if (count_headers(request.headers, "authorization") > 1)
    return refuse(AuthFault::Incomplete, wording, "The request has several Authorization headers.");
  if (text.size() > kClaimBytes || !(text + " ").starts_with(std::string(kAlgorithm) + " "))
    return refuse(AuthFault::Unsupported, wording);
  const auto parts = TRY(authorization_parts(text, wording));
  TRY_DO(check_single_headers(request.headers, wording));
  const auto* date = find_header(request.headers, "x-amz-date");
  if (!date)
    return refuse(AuthFault::Incomplete, wording,
                  "Authorization header requires existence of a 'X-Amz-Date' header.");
  SignatureClaim claim;
  TRY_DO(take_date(claim, *date, wording));
  TRY_DO(take_credential(claim, *value_of(parts, "Credential"), wording));
  TRY_DO(take_signed_headers(claim, *value_of(parts, "SignedHeaders"), wording));
  TRY_DO(take_signature(claim, *value_of(parts, "Signature"), wording));
  if (const auto* token = find_header(request.headers, "x-amz-security-token"))
    claim.session_token = *token;
  return claim;
}

Result<std::int64_t> expires_of(const std::string& text, AuthWording wording) {
  std::int64_t value = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 1)
    return refuse(AuthFault::Incomplete, wording, "X-Amz-Expires should be a number above 0");
  if (value > kLongestPresign_s)
    return refuse(AuthFault::Incomplete, wording,
                  "X-Amz-Expires must be less than a week (in seconds); that is, the given "
                  "X-Amz-Expires must be less than 604800 seconds");
  return value;
}

Result<SignatureClaim> query_claim(const HttpRequest& request, const ClaimParts& parts,
                                   AuthWording wording) {
  if (const auto twice = name_given_twice(parts))
    return refuse(AuthFault::Incomplete, wording,
                  "The query has the parameter " + *twice + " more than once.");
  for (const auto* name : {"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature", "X-Amz-Date",
                           "X-Amz-SignedHeaders", "X-Amz-Expires"})
    if (const auto value = value_of(parts, name); !value || value->size() > kClaimBytes)
      return refuse(AuthFault::Incomplete, wording,
                    fmt::format("AWS query-string parameters must include '{}'.", name));
  if (*value_of(parts, "X-Amz-Algorithm") != kAlgorithm)
    return refuse(AuthFault::Unsupported, wording);
  TRY_DO(check_single_headers(request.headers, wording));
  SignatureClaim claim;
  claim.is_presigned = true;
  TRY_DO(take_date(claim, *value_of(parts, "X-Amz-Date"), wording));
  TRY_DO(take_credential(claim, *value_of(parts, "X-Amz-Credential"), wording));
  TRY_DO(take_signed_headers(claim, *value_of(parts, "X-Amz-SignedHeaders"), wording));
  TRY_DO(take_signature(claim, *value_of(parts, "X-Amz-Signature"), wording));
  claim.expires_s = TRY(expires_of(*value_of(parts, "X-Amz-Expires"), wording));
  claim.session_token = value_of(parts, "X-Amz-Security-Token").value_or("");
  return claim;
}

}  // namespace

Result<SignatureClaim> parse_authorization(const HttpRequest& request, AuthWording wording) {
  const auto parameters = signing_parameters(request.query());
  const bool has_query_form = std::ranges::any_of(parameters, [](const auto& parameter) {
    return sigv4::is_same_name(parameter.first, "X-Amz-Signature") ||
           sigv4::is_same_name(parameter.first, "X-Amz-Algorithm");
  });
  if (!find_header(request.headers, "authorization"))
    return has_query_form ? query_claim(request, parameters, wording)
                          : refuse(AuthFault::Missing, wording);
  if (has_query_form)
    return refuse(AuthFault::Incomplete, wording,
                  "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, "
                  "Signature query string parameter or the Authorization header should be "
                  "specified");
  return header_claim(request, wording);
}

}  // namespace hikae::aws
