#include "plane/s3/versions.h"

#include <algorithm>

#include "base/entropy.h"

namespace hikae::plane::s3 {
namespace {

std::string_view versioning_of(const Value& bucket) {
  const auto* setting = setting_of(bucket, "Versioning");
  return setting ? text_at(*setting, "Status") : std::string_view();
}

/// 32 letters and digits, as S3's.
std::string new_version_id(const Asked& asked) {
  constexpr std::string_view kSigns =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._";
  std::string id;
  while (id.size() < 32) id += kSigns[below(asked.turn.entropy(), kSigns.size())];
  return id;
}

Array versions_in(const Asked& asked, const std::string& id) {
  const auto* row = asked.row(kObjectRows, id);
  return row ? list_at(*row, "Versions") : Array();
}

void put_versions(const Asked& asked, const std::string& id, Array versions) {
  if (versions.empty())
    asked.erase(kObjectRows, id);
  else
    asked.put(kObjectRows, id, Object{{"Versions", std::move(versions)}});
}

/// Takes the version out, and its body from the shelf. False where there is none of that id.
bool take_out(const Asked& asked, Array& versions, std::string_view version_id) {
  const auto found = std::ranges::find_if(
      versions, [&](const Value& version) { return text_at(version, "VersionId") == version_id; });
  if (found == versions.end()) return false;
  asked.shelf.drop(asked.turn, *found);
  versions.erase(found);
  return true;
}

std::string put_in_front(const Asked& asked, const Value& bucket, const std::string& id,
                         Object version) {
  auto versions = versions_in(asked, id);
  const bool is_kept = versioning_of(bucket) == "Enabled";
  const auto version_id = is_kept ? new_version_id(asked) : str(kNullVersion);
  if (!is_kept) take_out(asked, versions, kNullVersion);
  version["VersionId"] = version_id;
  versions.insert(versions.begin(), std::move(version));
  put_versions(asked, id, std::move(versions));
  return version_id;
}

}  // namespace

bool shows_versions(const Value& bucket) { return !versioning_of(bucket).empty(); }

bool is_marker(const Value& version) { return is_true_at(version, "IsMarker"); }

const Value& newest(const Value& object_row) { return list_at(object_row, "Versions")[0]; }

bool is_present(const Value& object_row) { return !is_marker(newest(object_row)); }

Result<const Value*> version_of(const Asked& asked, std::string_view bucket, std::string_view key,
                                std::string_view version_id) {
  const auto* row = asked.row(kObjectRows, object_id(bucket, key));
  if (version_id.empty()) {
    if (row && is_present(*row)) return &newest(*row);
    return aws::aws_error("NoSuchKey", "The specified key does not exist.", 404);
  }
  if (row)
    for (const auto& version : list_at(*row, "Versions")) {
      if (text_at(version, "VersionId") != version_id) continue;
      if (!is_marker(version)) return &version;
      return aws::aws_error("MethodNotAllowed",
                            "The specified method is not allowed against this resource.", 405);
    }
  return aws::aws_error("NoSuchVersion", "The specified version does not exist.", 404);
}

Result<> check_room_for_version(const Asked& asked, const Value& bucket, std::string_view key) {
  const auto* row = asked.row(kObjectRows, object_id(text_at(bucket, "Name"), key));
  if (!row && asked.rows(kObjectRows).size() >= kObjects)
    return aws::aws_error("InvalidRequest", "hikae keeps at most " + std::to_string(kObjects) +
                                                " objects of one account: delete some first");
  if (row && versioning_of(bucket) == "Enabled" &&
      list_at(*row, "Versions").size() >= kVersionsPerKey)
    return aws::aws_error("InvalidRequest", "hikae keeps at most " +
                                                std::to_string(kVersionsPerKey) +
                                                " versions of one key: delete some first");
  return {};
}

std::string add_version(const Asked& asked, const Value& bucket, std::string_view key,
                        Object version) {
  return put_in_front(asked, bucket, object_id(text_at(bucket, "Name"), key), std::move(version));
}

Object delete_version(const Asked& asked, const Value& bucket, std::string_view key,
                      std::string_view version_id) {
  const auto id = object_id(text_at(bucket, "Name"), key);
  auto versions = versions_in(asked, id);
  if (!version_id.empty()) {
    Object answer{{"VersionId", version_id}};
    for (const auto& version : versions)
      if (text_at(version, "VersionId") == version_id && is_marker(version))
        answer["DeleteMarker"] = true;
    if (take_out(asked, versions, version_id)) put_versions(asked, id, std::move(versions));
    return answer;
  }
  if (!shows_versions(bucket)) {
    if (take_out(asked, versions, kNullVersion)) put_versions(asked, id, std::move(versions));
    return {};
  }
  const auto marker = put_in_front(
      asked, bucket, id, {{"IsMarker", true}, {"LastModified", iso_ms(asked.turn.now())}});
  return {{"VersionId", marker}, {"DeleteMarker", true}};
}

}  // namespace hikae::plane::s3
