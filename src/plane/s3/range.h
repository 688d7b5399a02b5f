// The part of an object that a read asks for. Internal to this folder.
#pragma once

#include <optional>
#include <string_view>

#include "base/result.h"
#include "base/value.h"

namespace hikae::plane::s3 {

struct Range {
  std::size_t first = 0;
  std::size_t size = 0;
};

/// "bytes=0-99", "bytes=100-", "bytes=-100" of that many bytes. Nothing where it is none of these
/// (several ranges, another unit): HTTP then means the whole. Error: InvalidRange.
[[nodiscard]] Result<std::optional<Range>> range_of(std::string_view text, std::size_t size);

/// Where part `number` of the version lies; one that was not uploaded in parts has one. Error:
/// InvalidPartNumber.
[[nodiscard]] Result<Range> part_range(const Value& version, std::int64_t number);

/// "bytes 0-99/1234"
[[nodiscard]] std::string content_range(const Range& range, std::size_t size);

}  // namespace hikae::plane::s3
