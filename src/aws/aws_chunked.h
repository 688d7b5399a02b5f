// S3's own transfer form inside an HTTP body, `Content-Encoding: aws-chunked`: what newer SDKs send
// by default over TLS, so that a checksum may follow the data. Only chunks without signatures are
// understood (STREAMING-UNSIGNED-PAYLOAD-TRAILER). Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/http.h"
#include "base/result.h"

namespace hikae::aws {

/// Where the request says that its body is such chunks: puts the data in their place, checks its
/// length against x-amz-decoded-content-length and every checksum of the trailer, and takes
/// "aws-chunked" out of Content-Encoding. Other requests stay as they are. Call it after
/// verify_signature(). Errors: `Invalid` (IncompleteBody, BadDigest, InvalidRequest), `Unsupported`
/// (NotImplemented: signed chunks).
[[nodiscard]] Result<> decode_aws_chunked(HttpRequest& request);

/// Checks the headers x-amz-checksum-crc32, -crc32c, -crc64nvme, -sha1, -sha256 that stand there
/// against the body. Errors: `Invalid` BadDigest.
[[nodiscard]] Result<> check_checksums(const HttpRequest& request);

/// Base64 of the checksum; empty where the algorithm ("crc32", …) is not known.
[[nodiscard]] std::string checksum_of(std::string_view algorithm, std::string_view bytes);

}  // namespace hikae::aws
