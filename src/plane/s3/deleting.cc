#include "plane/s3/s3.h"
#include "plane/s3/versions.h"

namespace hikae::plane {
namespace s3 {
namespace {

Result<Value> delete_object(const Asked& asked) {
  const auto& bucket = *TRY(bucket_of(asked));
  const auto key = TRY(key_of(asked));
  return delete_version(asked, bucket, key, text_at(asked.input, "VersionId"));
}

/// As DeleteObjects tells it: a marker that was made, or removed, is named apart.
Object deleted_entry(const Value& wanted, const Object& done) {
  auto entry = members_of_object(wanted, {"Key", "VersionId"});
  if (!is_true_at(done, "DeleteMarker")) return entry;
  entry["DeleteMarker"] = true;
  entry["DeleteMarkerVersionId"] = text_at(done, "VersionId");
  return entry;
}

Result<Value> delete_objects(const Asked& asked) {
  const auto& bucket = *TRY(bucket_of(asked));
  const auto& wanted = object_at(asked.input, "Delete");
  const auto& objects = list_at(wanted, "Objects");
  if (objects.empty() || objects.size() > kPageKeys)
    return aws::aws_error("MalformedXML",
                          "The XML you provided was not well-formed or did not validate against "
                          "our published schema",
                          400);
  Array deleted;
  for (const auto& object : objects) {
    const auto done =
        delete_version(asked, bucket, text_at(object, "Key"), text_at(object, "VersionId"));
    if (!is_true_at(wanted, "Quiet")) deleted.push_back(deleted_entry(object, done));
  }
  if (deleted.empty()) return Object();
  return Object{{"Deleted", std::move(deleted)}};
}

}  // namespace
}  // namespace s3

void S3::add_deleting() {
  on_s3("DeleteObject", s3::delete_object);
  on_s3("DeleteObjects", s3::delete_objects);
}

}  // namespace hikae::plane
