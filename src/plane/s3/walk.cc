#include "plane/s3/walk.h"

#include <algorithm>

namespace hikae::plane::s3 {
namespace {

/// The first text that is greater than all that begin with `prefix`.
std::string behind_all(std::string prefix) {
  while (!prefix.empty() && static_cast<unsigned char>(prefix.back()) == 0xff) prefix.pop_back();
  if (!prefix.empty()) ++prefix.back();
  return prefix;
}

/// What the key is folded into; empty where it stands for itself.
std::string_view folded(std::string_view key, const Walk& walk) {
  if (walk.delimiter.empty()) return {};
  const auto at = key.find(walk.delimiter, walk.prefix.size());
  return at == std::string_view::npos ? std::string_view()
                                      : key.substr(0, at + walk.delimiter.size());
}

bool is_before(std::string_view name, const Walk& walk) {
  if (walk.marker.empty()) return false;
  return walk.edge == Edge::At ? name < walk.marker : name <= walk.marker;
}

}  // namespace

void walk_keys(const engine::Tables::Rows& rows, const Walk& walk, const Visitor& visitor) {
  const auto base = walk.bucket + "/";
  auto at = rows.lower_bound(base + std::max(walk.prefix, walk.marker));
  while (at != rows.end() && at->first.starts_with(base + walk.prefix)) {
    const auto key = std::string_view(at->first).substr(base.size());
    if (is_before(key, walk) || !visitor.shows(at->second)) {
      ++at;
      continue;
    }
    const auto prefix = folded(key, walk);
    if (prefix.empty()) {
      if (!visitor.key(key, at->second)) return;
      ++at;
      continue;
    }
    if (!is_before(prefix, walk) && !visitor.prefix(prefix)) return;
    at = rows.lower_bound(behind_all(base + str(prefix)));
  }
}

Result<std::size_t> page_size(const Value& input, std::string_view member) {
  const auto wanted = int_at(input, member).value_or(kPageKeys);
  if (wanted < 0)
    return aws::aws_error("InvalidArgument", "Argument " + str(member) +
                                                 " must be an integer between 0 and "
                                                 "2147483647");
  return std::min(kPageKeys, static_cast<std::size_t>(wanted));
}

Result<NameWriter> NameWriter::of(const Value& input) {
  const auto type = text_at(input, "EncodingType");
  if (type.empty() || type == "url") return NameWriter(!type.empty());
  return aws::aws_error("InvalidArgument", "Invalid Encoding Method specified in Request");
}

void NameWriter::echo(const Value& input, std::initializer_list<std::string_view> members,
                      Object& answer) const {
  for (const auto member : members)
    if (find(input, member)) answer[member] = (*this)(text_at(input, member));
  if (is_encoded_) answer["EncodingType"] = "url";
}

Array prefix_list(const std::vector<std::string>& prefixes, const NameWriter& name) {
  Array list;
  for (const auto& prefix : prefixes) list.push_back(Object{{"Prefix", name(prefix)}});
  return list;
}

}  // namespace hikae::plane::s3
