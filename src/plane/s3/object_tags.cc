#include <algorithm>

#include "plane/s3/s3.h"
#include "plane/s3/settings.h"
#include "plane/s3/versions.h"

namespace hikae::plane {
namespace s3 {
namespace {

struct TaggedVersion {
  std::string row;
  std::string version_id;
  Object tags;
  bool shows_version = false;
};

Result<TaggedVersion> tagged_version(const Asked& asked) {
  const auto& bucket = *TRY(bucket_of(asked));
  const auto key = TRY(key_of(asked));
  const auto& version =
      *TRY(version_of(asked, text_at(bucket, "Name"), key, text_at(asked.input, "VersionId")));
  return TaggedVersion{object_id(text_at(bucket, "Name"), key), str(text_at(version, "VersionId")),
                       object_at(version, "Tags"), shows_versions(bucket)};
}

Object tag_answer(const TaggedVersion& found) {
  if (!found.shows_version) return {};
  return {{"VersionId", found.version_id}};
}

Value set_tags(const Asked& asked, const TaggedVersion& found, Object tags) {
  auto row = *asked.row(kObjectRows, found.row);
  for (auto& version : row.as_object()["Versions"].as_array())
    if (text_at(version, "VersionId") == found.version_id) version.as_object()["Tags"] = tags;
  asked.put(kObjectRows, found.row, std::move(row));
  return tag_answer(found);
}

Result<Value> put_object_tags(const Asked& asked) {
  const auto found = TRY(tagged_version(asked));
  const auto& set = list_at(object_at(asked.input, "Tagging"), "TagSet");
  TRY_DO(check_tag_set(set, 10));
  Object tags;
  add_tags(tags, set);
  return set_tags(asked, found, std::move(tags));
}

Result<Value> get_object_tags(const Asked& asked) {
  const auto found = TRY(tagged_version(asked));
  auto answer = tag_answer(found);
  answer["TagSet"] = list_of_tags(found.tags);
  return answer;
}

Result<Value> delete_object_tags(const Asked& asked) {
  return set_tags(asked, TRY(tagged_version(asked)), {});
}

}  // namespace
}  // namespace s3

void S3::add_object_tags() {
  on_s3("PutObjectTagging", s3::put_object_tags);
  on_s3("GetObjectTagging", s3::get_object_tags);
  on_s3("DeleteObjectTagging", s3::delete_object_tags);
}

}  // namespace hikae::plane
