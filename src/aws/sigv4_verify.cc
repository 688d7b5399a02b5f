// Is this request the one that the holder of the secret signed, for this door, now? The order of
// the questions is the order of the answers: place and time first (they are public), the signature
// before the body (which costs most to hash), and nothing that depends on the secret is said before
// the comparison, which takes the same time wherever the texts differ.
#include <fmt/format.h>
#include <openssl/crypto.h>

#include <algorithm>

#include "aws/sigv4.h"
#include "aws/sigv4_digest.h"
#include "aws/sigv4_refusal.h"
#include "aws/sigv4_text.h"

namespace hikae::aws {
namespace {

using sigv4::AuthFault;
using sigv4::refuse;

constexpr Duration kSkew = minutes(5);
constexpr Duration kS3Skew = minutes(15);

Result<> check_place(const SignatureClaim& claim, const SignatureDoor& door) {
  if (!door.region.empty() && claim.region != door.region)
    return refuse(
        AuthFault::WrongPlace, door.wording,
        fmt::format("Credential should be scoped to a valid region, not '{}'.", claim.region));
  if (!door.service.empty() && claim.service != door.service)
    return refuse(
        AuthFault::WrongPlace, door.wording,
        fmt::format("Credential should be scoped to correct service: '{}'.", door.service));
  if (const auto day = claim.amz_date.substr(0, 8); claim.date != day)
    return refuse(AuthFault::WrongPlace, door.wording,
                  fmt::format("Date in Credential scope does not match YYYYMMDD from ISO-8601 "
                              "version of date from HTTP: '{}' != '{}', from '{}'.",
                              claim.date, day, claim.amz_date));
  return {};
}

Result<WallTime> time_of_claim(const SignatureClaim& claim, AuthWording wording) {
  const auto& t = claim.amz_date;
  const auto text = fmt::format("{}-{}-{}T{}:{}:{}Z", t.substr(0, 4), t.substr(4, 2),
                                t.substr(6, 2), t.substr(9, 2), t.substr(11, 2), t.substr(13, 2));
  const auto time = parse_iso(text);
  if (!time || amz_date_of(*time) != t)
    return refuse(AuthFault::Incomplete, wording, "The signature's date is none: '" + t + "'.");
  return *time;
}

std::unexpected<Error> refuse_time(const SignatureClaim& claim, WallTime now, Duration skew,
                                   AuthWording wording, bool is_early) {
  // EC2 and S3 say one sentence to both.
  if (wording == AuthWording::Ec2 || wording == AuthWording::S3)
    return refuse(AuthFault::Expired, wording,
                  claim.is_presigned && !is_early ? "Request has expired" : "");
  const auto minutes_of_skew = to_seconds(skew) / 60;
  if (is_early)
    return refuse(
        AuthFault::Expired, wording,
        fmt::format("Signature not yet current: {} is still later than {} ({} + {} min.)",
                    claim.amz_date, amz_date_of(now + skew), amz_date_of(now), minutes_of_skew));
  return refuse(
      AuthFault::Expired, wording,
      fmt::format("Signature expired: {} is now earlier than {} ({} - {} min.)", claim.amz_date,
                  amz_date_of(now - skew), amz_date_of(now), minutes_of_skew));
}

Result<> check_time(const SignatureClaim& claim, WallTime now, AuthWording wording) {
  const auto time = TRY(time_of_claim(claim, wording));
  const auto skew = wording == AuthWording::S3 ? kS3Skew : kSkew;
  if (time > now + skew) return refuse_time(claim, now, skew, wording, true);
  const auto life = claim.is_presigned ? seconds(claim.expires_s) : skew;
  if (now > time + life) return refuse_time(claim, now, life, wording, false);
  return {};
}

/// Host, and whatever says something to AWS.
Result<> check_signed_headers(const HttpRequest& request, const SignatureClaim& claim,
                              AuthWording wording) {
  const auto is_signed = [&](const std::string& name) {
    return std::ranges::binary_search(claim.signed_headers, name);
  };
  if (!is_signed("host") || !find_header(request.headers, "host"))
    return refuse(AuthFault::Unsigned, wording,
                  "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  for (const auto& header : request.headers) {
    const auto name = sigv4::lower_of(header.first);
    if (name.starts_with("x-amz-") && !is_signed(name)) return refuse(AuthFault::Unsigned, wording);
  }
  for (const auto& name : claim.signed_headers)
    if (!find_header(request.headers, name)) return refuse(AuthFault::Mismatch, wording);
  return {};
}

/// The last line of the canonical request, as the signer must have written it.
Result<std::string> payload_line(const HttpRequest& request, const SignatureClaim& claim,
                                 AuthWording wording) {
  const auto* said = find_header(request.headers, "x-amz-content-sha256");
  if (claim.service == "s3" && claim.is_presigned && !said)
    return std::string(sigv4::kUnsignedPayload);
  if (!said) return sigv4::digest_hex(sigv4::sha256_of(request.body));
  const bool is_unsigned = *said == sigv4::kUnsignedPayload || *said == sigv4::kUnsignedTrailer;
  if (is_unsigned && claim.service != "s3") return refuse(AuthFault::Payload, wording);
  if (is_unsigned) return *said;
  if (said->starts_with("STREAMING-"))
    return refuse(AuthFault::Unsupported, wording,
                  "Chunks that are signed one by one (" + *said +
                      ") are not understood: send STREAMING-UNSIGNED-PAYLOAD-TRAILER to S3, or the "
                      "whole body's hash");
  return *said;
}

Result<> check_payload(const HttpRequest& request, const std::string& line, AuthWording wording) {
  if (line == sigv4::kUnsignedPayload || line == sigv4::kUnsignedTrailer) return {};
  // Whoever has no such header has its body's own hash in the line.
  if (!find_header(request.headers, "x-amz-content-sha256")) return {};
  if (line != sigv4::digest_hex(sigv4::sha256_of(request.body)))
    return refuse(AuthFault::Payload, wording);
  return {};
}

bool is_same_signature(const std::string& a, const std::string& b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

Result<> verify_signature(SigningKeys& keys, const HttpRequest& request,
                          const SignatureClaim& claim, std::string_view secret, WallTime now,
                          const SignatureDoor& door) {
  TRY_DO(check_place(claim, door));
  TRY_DO(check_time(claim, now, door.wording));
  TRY_DO(check_signed_headers(request, claim, door.wording));
  const auto line = TRY(payload_line(request, claim, door.wording));
  const auto canonical = canonical_request(request, claim.service, claim.signed_headers, line);
  const auto scope = fmt::format("{}/{}/{}/aws4_request", claim.date, claim.region, claim.service);
  const auto text = string_to_sign(claim.amz_date, scope, canonical);
  const auto& key = keys.key(secret, claim.date, claim.region, claim.service);
  if (!is_same_signature(sigv4::digest_hex(sigv4::hmac_sha256(key, text)), claim.signature))
    return refuse(AuthFault::Mismatch, door.wording);
  return check_payload(request, line, door.wording);
}

}  // namespace hikae::aws
