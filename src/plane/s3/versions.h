// The versions of an object. One row holds all of a key, newest first; a bucket that never had
// versioning has exactly one. A delete marker is a version without a body.
//
// A version: {VersionId ("null" where versioning was off), IsMarker?, Blob, Size, ETag,
// LastModified, Facts {ContentType, Metadata, …: as they are answered}, Checksums {ChecksumSHA256:
// base64, …}, Tags {name: value}, PartSizes? (of one uploaded in parts)}.
#pragma once

#include "plane/s3/rows.h"

namespace hikae::plane::s3 {

inline constexpr std::string_view kNullVersion = "null";

/// Whether the bucket's versioning was ever set: only then answers name versions.
[[nodiscard]] bool shows_versions(const Value& bucket);

[[nodiscard]] bool is_marker(const Value& version);
/// The newest version of a row; what a key without a version id means.
[[nodiscard]] const Value& newest(const Value& object_row);
/// Listed by ListObjects: the newest is no delete marker.
[[nodiscard]] bool is_present(const Value& object_row);

/// The version that a request means. Errors: NoSuchKey, NoSuchVersion, MethodNotAllowed where it is
/// a delete marker that was asked for by its id.
[[nodiscard]] Result<const Value*> version_of(const Asked& asked, std::string_view bucket,
                                              std::string_view key, std::string_view version_id);

/// Room for one more version of that key. Error: InvalidRequest.
[[nodiscard]] Result<> check_room_for_version(const Asked& asked, const Value& bucket,
                                              std::string_view key);
/// Puts the version in front; where versioning is off it replaces the one that is there, whose body
/// goes. Its id.
std::string add_version(const Asked& asked, const Value& bucket, std::string_view key,
                        Object version);

/// What a deletion did, as DeleteObject answers it: {VersionId?, DeleteMarker?}.
[[nodiscard]] Object delete_version(const Asked& asked, const Value& bucket, std::string_view key,
                                    std::string_view version_id);

}  // namespace hikae::plane::s3
