// Percent encoding of paths and queries, and forms (application/x-www-form-urlencoded).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aws/wire/reading.h"

namespace hikae::aws::wire {

enum class Encode {
  Component,  // all but A-Z a-z 0-9 - . _ ~
  Path,       // slashes stay
  Form,       // a space becomes '+'
};
void append_encoded(std::string& out, std::string_view text, Encode encode);

enum class Plus { IsSpace, IsPlus };
/// Exactly once; a '%' that begins no escape stays.
[[nodiscard]] std::string decoded(std::string_view text, Plus plus);

using Pair = std::pair<std::string, std::string>;
/// Appends the pairs of a query or a form, decoded, in their order. At most kFormPairs.
void read_pairs(std::string_view text, std::vector<Pair>& pairs, Reading& reading);

}  // namespace hikae::aws::wire
