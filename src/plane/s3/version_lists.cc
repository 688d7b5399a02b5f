#include "plane/s3/facts.h"
#include "plane/s3/s3.h"
#include "plane/s3/versions.h"
#include "plane/s3/walk.h"

namespace hikae::plane {
namespace s3 {
namespace {

/// One page of versions, markers and prefixes; gathers what the walk shows it.
class VersionPage {
 public:
  VersionPage(const Asked& asked, const NameWriter& name, std::size_t most)
      : asked_(asked), name_(name), most_(most) {}

  bool add_prefix(std::string_view prefix) {
    if (!has_room()) return false;
    prefixes_.push_back(str(prefix));
    last_key_ = str(prefix);
    last_version_.clear();
    return true;
  }

  /// From behind version `behind` on, where the page before ended in the middle of this key.
  bool add_key(std::string_view key, const Value& row, std::string_view behind) {
    bool is_behind = behind.empty();
    bool is_latest = true;
    for (const auto& version : list_at(row, "Versions")) {
      const bool latest = std::exchange(is_latest, false);
      const auto id = text_at(version, "VersionId");
      if (!is_behind) {
        is_behind = id == behind;
        continue;
      }
      if (!has_room()) return false;
      add(key, version, latest);
      last_key_ = str(key);
      last_version_ = str(id);
    }
    return true;
  }

  [[nodiscard]] Object answer() {
    Object answer{{"IsTruncated", is_cut_}, {"MaxKeys", most_}};
    if (!versions_.empty()) answer["Versions"] = std::move(versions_);
    if (!markers_.empty()) answer["DeleteMarkers"] = std::move(markers_);
    if (!prefixes_.empty()) answer["CommonPrefixes"] = prefix_list(prefixes_, name_);
    if (!is_cut_) return answer;
    answer["NextKeyMarker"] = name_(last_key_);
    if (!last_version_.empty()) answer["NextVersionIdMarker"] = last_version_;
    return answer;
  }

 private:
  bool has_room() {
    is_cut_ = versions_.size() + markers_.size() + prefixes_.size() >= most_;
    return !is_cut_;
  }

  void add(std::string_view key, const Value& version, bool latest) {
    Object entry{{"Key", name_(key)},
                 {"VersionId", text_at(version, "VersionId")},
                 {"IsLatest", latest},
                 {"LastModified", text_at(version, "LastModified")},
                 {"Owner", owner_of(asked_)}};
    if (is_marker(version)) {
      markers_.push_back(std::move(entry));
      return;
    }
    entry["ETag"] = quoted(text_at(version, "ETag"));
    entry["Size"] = *find(version, "Size");
    entry["StorageClass"] = text_at(object_at(version, "Facts"), "StorageClass", "STANDARD");
    versions_.push_back(std::move(entry));
  }

  const Asked& asked_;
  const NameWriter& name_;
  std::size_t most_;
  Array versions_, markers_;
  std::vector<std::string> prefixes_;
  std::string last_key_, last_version_;
  bool is_cut_ = false;
};

Result<Value> list_versions(const Asked& asked) {
  const auto& bucket = *TRY(bucket_of(asked));
  const auto name = TRY(NameWriter::of(asked.input));
  const auto most = TRY(page_size(asked.input, "MaxKeys"));
  const auto key_marker = str(text_at(asked.input, "KeyMarker"));
  const auto version_marker = str(text_at(asked.input, "VersionIdMarker"));
  if (key_marker.empty() && !version_marker.empty())
    return aws::aws_error("InvalidArgument",
                          "A version-id marker cannot be specified without a key marker.");
  VersionPage page(asked, name, most);
  const Walk walk{str(text_at(bucket, "Name")), str(text_at(asked.input, "Prefix")),
                  str(text_at(asked.input, "Delimiter")), key_marker,
                  version_marker.empty() ? Edge::Behind : Edge::At};
  if (most > 0)
    walk_keys(asked.rows(kObjectRows), walk,
              {[](const Value&) { return true; },
               [&](std::string_view key, const Value& row) {
                 return page.add_key(key, row, key == key_marker ? version_marker : "");
               },
               [&](std::string_view prefix) { return page.add_prefix(prefix); }});
  auto answer = page.answer();
  answer["Name"] = text_at(bucket, "Name");
  answer["Prefix"] = name(text_at(asked.input, "Prefix"));
  answer["KeyMarker"] = name(key_marker);
  answer["VersionIdMarker"] = version_marker;
  name.echo(asked.input, {"Delimiter"}, answer);
  return answer;
}

}  // namespace
}  // namespace s3

void S3::add_version_lists() { on_s3("ListObjectVersions", s3::list_versions); }

}  // namespace hikae::plane
