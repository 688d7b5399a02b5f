// What is said of an object beside its body. Internal to this folder.
#pragma once

#include "plane/s3/rows.h"

namespace hikae::plane::s3 {

/// What a write says of the object: {ContentType, CacheControl, …, Metadata, StorageClass,
/// ServerSideEncryption, SSEKMSKeyId}. Errors: MetadataTooLarge, InvalidStorageClass,
/// InvalidArgument, NotImplemented for what hikae does not do (customer keys, object lock).
[[nodiscard]] Result<Object> facts_of(const Asked& asked, const Value& bucket);
/// Of Tagging, "a=1&b=2". Errors: InvalidArgument, InvalidTag.
[[nodiscard]] Result<Object> tags_of_header(std::string_view tagging);

/// The encryption members of every answer about it.
[[nodiscard]] Object encryption_of(const Object& facts);

/// Checks ContentMD5 and the Checksum members against the bytes; the checksums to be kept.
/// `algorithm`: computed where none is given; empty: none. Errors: InvalidDigest, BadDigest.
[[nodiscard]] Result<Object> checksums_of(const Value& input, std::string_view algorithm,
                                          std::string_view bytes);

/// An ETag as it is answered, in quotes.
[[nodiscard]] std::string quoted(std::string_view etag);
/// Whether a list of ETags ("*", or "\"a\", \"b\"") has this one.
[[nodiscard]] bool has_etag(std::string_view list, std::string_view etag);

/// The conditions of a read, by their members' names.
struct ConditionNames {
  std::string_view match = "IfMatch";
  std::string_view none_match = "IfNoneMatch";
  std::string_view modified = "IfModifiedSince";
  std::string_view unmodified = "IfUnmodifiedSince";
};
enum class Condition { Holds, NotModified, Failed };
[[nodiscard]] Condition condition_of(const Value& input, const Value& version,
                                     const ConditionNames& names);

}  // namespace hikae::plane::s3
