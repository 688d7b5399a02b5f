#include "sandbox/tagging.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/limits.h"

namespace hikae::sandbox {
namespace {

constexpr std::size_t kKeyChars = 128;
constexpr std::size_t kValueChars = 256;

/// Code points of UTF-8: every byte but the continuation bytes.
std::size_t char_count(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

Result<> check_tag(std::string_view key, std::string_view value) {
  if (key.empty())
    return std::unexpected(invalid_value("", "Tag key", "Tag keys cannot be empty."));
  if (char_count(key) > kKeyChars)
    return std::unexpected(invalid_value(key, "Tag key", "The limit is 128 characters."));
  if (char_count(value) > kValueChars)
    return std::unexpected(invalid_value(value, "Tag value", "The limit is 256 characters."));
  if (key.starts_with("aws:"))
    return std::unexpected(
        invalid_value(key, "Tag key", "Tag keys starting with 'aws:' are reserved for AWS."));
  return {};
}

Error tag_limit() { return ec2_error("TagLimitExceeded", usual_message("TagLimitExceeded", {})); }

}  // namespace

Result<Tags> read_tags(const Value& holder) {
  Tags tags;
  for (const auto& tag : list_at(holder, "Tags")) {
    const auto key = text_at(tag, "Key");
    const auto value = text_at(tag, "Value");
    TRY_DO(check_tag(key, value));
    if (!tags.emplace(key, value).second)
      return std::unexpected(ec2_error("InvalidParameterValue",
                                       fmt::format("Duplicate tag key '{}' specified.", key)));
  }
  if (tags.size() > limits::kTagsPerResource) return std::unexpected(tag_limit());
  return tags;
}

Result<TagsByType> read_tag_specifications(const Incoming& in,
                                           std::initializer_list<std::string_view> allowed) {
  TagsByType by_type;
  for (const auto& specification : list_at(in.input(), "TagSpecifications")) {
    const auto type = text_at(specification, "ResourceType");
    if (std::ranges::find(allowed, type) == allowed.end())
      return std::unexpected(ec2_error(
          "InvalidParameterValue",
          fmt::format("'{}' is not a valid taggable resource type for {}; it is one of: {}", type,
                      in.request.operation, fmt::join(allowed, ", "))));
    if (!by_type.emplace(type, TRY(read_tags(specification))).second)
      return std::unexpected(
          ec2_error("InvalidParameterValue",
                    fmt::format("The resource type '{}' stands twice in TagSpecifications", type)));
  }
  return by_type;
}

Result<> fits_tag_limit(const Tags& have, const Tags& more) {
  const auto added =
      std::ranges::count_if(more, [&](const auto& tag) { return !have.contains(tag.first); });
  if (have.size() + static_cast<std::size_t>(added) <= limits::kTagsPerResource) return {};
  return std::unexpected(tag_limit());
}

}  // namespace hikae::sandbox
