// The rules of tags, for CreateTags and for tags at birth (TagSpecifications).
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "sandbox/incoming.h"

namespace hikae::sandbox {

/// `Tags: [{Key, Value}]` as a map. Errors: `InvalidParameterValue` (empty, too long, reserved or
/// duplicate key), `TagLimitExceeded`.
[[nodiscard]] Result<Tags> read_tags(const Value& holder);

/// TagSpecifications as tags by resource type. Errors: those of read_tags; a type that is not among
/// `allowed`, or that stands there twice.
using TagsByType = std::map<std::string, Tags, std::less<>>;
[[nodiscard]] Result<TagsByType> read_tag_specifications(
    const Incoming& in, std::initializer_list<std::string_view> allowed);

/// `have` with `more` laid over it still within the limit.
[[nodiscard]] Result<> fits_tag_limit(const Tags& have, const Tags& more);

}  // namespace hikae::sandbox
