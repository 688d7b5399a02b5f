// The rows of buckets and objects, and how requests find them. All of them are global: the scope
// has the account and no region; a bucket remembers its own.
#pragma once

#include "plane/checks.h"
#include "plane/s3/shelf.h"

namespace hikae::plane::s3 {

/// By name: {Name, Region, CreatedAt, Settings: {name: as it was put}}.
inline constexpr std::string_view kBucketRows = "s3-bucket";
/// By "BUCKET/KEY": {Versions: [newest first]} (plane/s3/versions.h); never empty.
inline constexpr std::string_view kObjectRows = "s3-object";
/// By "BUCKET/UPLOADID": {Key, UploadId, Initiated, Facts (of the object to be),
/// ChecksumAlgorithm?}.
inline constexpr std::string_view kUploadRows = "s3-upload";
/// By "BUCKET/UPLOADID/00001": {PartNumber, Blob, Size, ETag, LastModified, Checksums}.
inline constexpr std::string_view kPartRows = "s3-part";

inline constexpr std::size_t kBuckets = 1000;         // of one account
inline constexpr std::size_t kObjects = 200'000;      // keys of one account: rows live in memory
inline constexpr std::size_t kVersionsPerKey = 1000;  // they stand in one row
inline constexpr std::size_t kUploads = 1000;         // under way, of one account
inline constexpr std::size_t kKeyBytes = 1024;        // S3's own
inline constexpr std::size_t kPageKeys = 1000;        // S3's own
inline constexpr std::size_t kParts = 10'000;         // S3's own

/// A request in its turn; `scope` is the account's.
struct Asked : Ask {
  std::string_view region;  // in which it was asked
  Shelf& shelf;
};
using S3Handler = std::function<Result<Value>(const Asked&)>;

/// The bucket's row. Errors: NoSuchBucket; AccessDenied where it is another account's, or not the
/// ExpectedBucketOwner's.
[[nodiscard]] Result<const Value*> bucket_of(const Asked& asked);
[[nodiscard]] Result<const Value*> bucket_named(const Asked& asked, std::string_view name);
/// Error: KeyTooLongError, InvalidURI.
[[nodiscard]] Result<std::string> key_of(const Asked& asked);

[[nodiscard]] inline std::string object_id(std::string_view bucket, std::string_view key) {
  return str(bucket) + "/" + str(key);
}
/// A bucket's setting as it was put; nullptr where there is none.
[[nodiscard]] inline const Value* setting_of(const Value& bucket, std::string_view name) {
  return find(object_at(bucket, "Settings"), name);
}
/// {ID, DisplayName} of the account.
[[nodiscard]] Object owner_of(const Asked& asked);
/// All rows of a kind whose id begins with that.
[[nodiscard]] std::vector<std::string> ids_below(const Asked& asked, std::string_view kind,
                                                 const std::string& prefix);

/// S3's encoding of keys in lists and copy sources; slashes stay.
[[nodiscard]] std::string url_encoded(std::string_view text);
/// Of `%41` and, in forms, '+'. Nothing where it is not well-formed.
enum class Plus { IsItself, IsSpace };
[[nodiscard]] std::optional<std::string> url_decoded(std::string_view text, Plus plus);

}  // namespace hikae::plane::s3
