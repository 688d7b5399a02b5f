#include "aws/base64.h"
#include "plane/s3/facts.h"
#include "plane/s3/s3.h"
#include "plane/s3/versions.h"
#include "plane/s3/walk.h"

namespace hikae::plane {
namespace s3 {
namespace {

/// One page of keys and prefixes.
struct ListedPage {
  std::vector<std::pair<std::string, const Value*>> keys;  // with their newest version
  std::vector<std::string> prefixes;
  std::string last;  // of both, in order
  bool is_cut = false;

  [[nodiscard]] std::size_t size() const { return keys.size() + prefixes.size(); }
};

ListedPage list_keys(const Asked& asked, const Walk& walk, std::size_t most) {
  ListedPage page;
  if (most == 0) return page;
  const auto has_room = [&](std::string_view name) {
    page.is_cut = page.size() == most;
    if (!page.is_cut) page.last = str(name);
    return !page.is_cut;
  };
  walk_keys(asked.rows(kObjectRows), walk,
            {is_present,
             [&](std::string_view key, const Value& row) {
               if (!has_room(key)) return false;
               page.keys.emplace_back(str(key), &newest(row));
               return true;
             },
             [&](std::string_view prefix) {
               if (!has_room(prefix)) return false;
               page.prefixes.push_back(str(prefix));
               return true;
             }});
  return page;
}

Walk walk_of(const Asked& asked, const Value& bucket, std::string_view marker) {
  return {str(text_at(bucket, "Name")), str(text_at(asked.input, "Prefix")),
          str(text_at(asked.input, "Delimiter")), str(marker)};
}

Object listed(std::string_view key, const Value& version, const NameWriter& name) {
  Object entry{{"Key", name(key)},
               {"LastModified", text_at(version, "LastModified")},
               {"ETag", quoted(text_at(version, "ETag"))},
               {"Size", *find(version, "Size")},
               {"StorageClass", text_at(object_at(version, "Facts"), "StorageClass", "STANDARD")}};
  Array algorithms;
  for (const auto& [member, value] : object_at(version, "Checksums"))
    algorithms.push_back(Value(std::string_view(member).substr(8)));  // behind "Checksum"
  if (!algorithms.empty()) entry["ChecksumAlgorithm"] = std::move(algorithms);
  return entry;
}

enum class ShowOwner { No, Yes };

/// What both lists answer alike.
Object list_answer(const Asked& asked, const Value& bucket, const ListedPage& page,
                   const NameWriter& name, ShowOwner owner) {
  Object answer{{"Name", text_at(bucket, "Name")},
                {"Prefix", name(text_at(asked.input, "Prefix"))},
                {"IsTruncated", page.is_cut}};
  Array contents;
  for (const auto& [key, version] : page.keys) {
    auto entry = listed(key, *version, name);
    if (owner == ShowOwner::Yes) entry["Owner"] = owner_of(asked);
    contents.push_back(std::move(entry));
  }
  if (!contents.empty()) answer["Contents"] = std::move(contents);
  if (!page.prefixes.empty()) answer["CommonPrefixes"] = prefix_list(page.prefixes, name);
  return answer;
}

/// NextMarker is answered where there is a delimiter; else the last key says it.
Result<Value> list_objects(const Asked& asked) {
  const auto& bucket = *TRY(bucket_of(asked));
  const auto name = TRY(NameWriter::of(asked.input));
  const auto most = TRY(page_size(asked.input, "MaxKeys"));
  const auto marker = text_at(asked.input, "Marker");
  const auto page = list_keys(asked, walk_of(asked, bucket, marker), most);
  auto answer = list_answer(asked, bucket, page, name, ShowOwner::Yes);
  name.echo(asked.input, {"Delimiter"}, answer);
  answer["Marker"] = name(marker);
  answer["MaxKeys"] = most;
  if (page.is_cut && find(asked.input, "Delimiter")) answer["NextMarker"] = name(page.last);
  return answer;
}

/// A token names the last key or prefix of the page before.
std::string token_of(std::string_view last) { return "1" + aws::to_base64(last); }

Result<std::string> last_of_token(std::string_view token) {
  auto last = token.starts_with('1') ? aws::from_base64(token.substr(1)) : std::nullopt;
  if (last && !last->empty()) return *std::move(last);
  return aws::aws_error("InvalidArgument", "The continuation token provided is incorrect");
}

Result<Value> list_objects_v2(const Asked& asked) {
  const auto& bucket = *TRY(bucket_of(asked));
  const auto name = TRY(NameWriter::of(asked.input));
  const auto most = TRY(page_size(asked.input, "MaxKeys"));
  const auto* token = find(asked.input, "ContinuationToken");
  const auto marker =
      token ? TRY(last_of_token(text_of(*token))) : str(text_at(asked.input, "StartAfter"));
  const auto page = list_keys(asked, walk_of(asked, bucket, marker), most);
  auto answer = list_answer(asked, bucket, page, name,
                            is_true_at(asked.input, "FetchOwner") ? ShowOwner::Yes : ShowOwner::No);
  name.echo(asked.input, {"Delimiter", "StartAfter"}, answer);
  answer["MaxKeys"] = most;
  answer["KeyCount"] = page.size();
  if (token) answer["ContinuationToken"] = *token;
  if (page.is_cut) answer["NextContinuationToken"] = token_of(page.last);
  return answer;
}

}  // namespace
}  // namespace s3

void S3::add_lists() {
  on_s3("ListObjects", s3::list_objects);
  on_s3("ListObjectsV2", s3::list_objects_v2);
  add_version_lists();
}

}  // namespace hikae::plane
