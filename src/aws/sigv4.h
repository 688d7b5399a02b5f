// Signature Version 4: what proves to AWS, and to us, who sent a request and that nobody changed
// it. Pure: the clock is handed in, nothing is read or sent. Source: docs/reference/stack.md
// section 4, docs/reference/reliability.md (SigV4 verification).
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/http.h"
#include "base/result.h"
#include "base/time.h"

namespace hikae::aws {

struct Credentials {
  std::string access_key;
  std::string secret;
  std::string session_token;  // empty: of a long-lived key
};

/// What a signature is for: ("ap-northeast-1", "ssm"). The service is its signing name.
struct SigningPlace {
  std::string region;
  std::string service;
};

using Sha256Digest = std::array<unsigned char, 32>;

/// Keys derived from secrets, kept for a day's worth of use: deriving one takes four HMACs. Holds
/// at most 256; none outlives what it was made for, since date and secret are part of its name.
class SigningKeys {
 public:
  /// `date`: "20260101". The reference is valid until the next call.
  [[nodiscard]] const Sha256Digest& key(std::string_view secret, std::string_view date,
                                        std::string_view region, std::string_view service);

 private:
  std::map<std::string, Sha256Digest, std::less<>> keys_;
  std::string wanted_;
};

enum class PayloadRule {
  Hashed,    // the body's SHA-256 is signed
  Unsigned,  // "UNSIGNED-PAYLOAD": S3 takes it where TLS protects the body
};

/// Adds X-Amz-Date, X-Amz-Security-Token, for S3 X-Amz-Content-Sha256, and Authorization, in place
/// of any that stand there. The request must have its Host. Signed is every header except those
/// that proxies change (Connection, User-Agent, Expect, …).
void sign(SigningKeys& keys, HttpRequest& request, const Credentials& credentials,
          const SigningPlace& place, WallTime now, PayloadRule payload = PayloadRule::Hashed);

/// The same in the query: whoever has the address can send the request until `expires` (at most 7
/// days) has passed.
void presign(SigningKeys& keys, HttpRequest& request, const Credentials& credentials,
             const SigningPlace& place, WallTime now, Duration expires);

/// How a family of services words its refusals.
enum class AuthWording { Query, Json, Ec2, S3 };

/// What a request says about who signed it; nothing of it is proven yet.
struct SignatureClaim {
  std::string access_key;
  std::string date;  // of the scope: "20260101"
  std::string region;
  std::string service;
  std::string amz_date;                     // "20260101T183000Z"
  std::vector<std::string> signed_headers;  // lower case, sorted, each once
  std::string signature;                    // 64 lower-case hex digits
  std::string session_token;                // empty: none was sent
  bool is_presigned = false;
  std::int64_t expires_s = 0;  // presigned only
};

/// Reads Authorization, or the X-Amz-… parameters of a presigned request. Refuses what is there
/// twice, both forms at once, other algorithms. Errors: `Denied` in the words of `wording`:
/// MissingAuthenticationToken, IncompleteSignature, … A key that nobody knows is the caller's to
/// refuse: unknown_key().
[[nodiscard]] Result<SignatureClaim> parse_authorization(const HttpRequest& request,
                                                         AuthWording wording);

/// What this door takes; an empty text takes any.
struct SignatureDoor {
  AuthWording wording = AuthWording::Query;
  std::string_view region{};
  std::string_view service{};
};

/// Success only where `secret` signed exactly this request (as it is after normalising), for this
/// door, and not long ago: 5 minutes (S3: 15) before or after `now`, or within a presigned
/// request's own time. The body is checked too, except where S3's x-amz-content-sha256 says that it
/// is not signed. A body of chunks is checked by aws/aws_chunked.h. Errors: `Denied`, AWS's code
/// and message; what the message repeats is only what the request itself said.
[[nodiscard]] Result<> verify_signature(SigningKeys& keys, const HttpRequest& request,
                                        const SignatureClaim& claim, std::string_view secret,
                                        WallTime now, const SignatureDoor& door);

/// The refusal of an access key that is not ours.
[[nodiscard]] Error unknown_key(AuthWording wording);

/// The HTTP status that goes with a refusal of this header's functions; 0 for any other code.
[[nodiscard]] int status_of_refusal(std::string_view code);

// The intermediate texts: for tests and for whoever must find out why two signatures differ.

/// `signed_headers` in lower case and sorted; `payload` is the last line.
[[nodiscard]] std::string canonical_request(const HttpRequest& request, std::string_view service,
                                            const std::vector<std::string>& signed_headers,
                                            std::string_view payload);
[[nodiscard]] std::string string_to_sign(std::string_view amz_date, std::string_view scope,
                                         std::string_view canonical);
/// The Host header for an origin: the port only where it is not the scheme's own.
[[nodiscard]] std::string host_header_of(const HttpOrigin& origin);
/// "20260101T183000Z".
[[nodiscard]] std::string amz_date_of(WallTime t);

}  // namespace hikae::aws
