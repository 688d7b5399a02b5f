// Reading an action's resolved inputs, with errors that name the input and what was found.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/value.h"

namespace hikae::runbook {

/// A text that must be there and not be empty. Numbers are taken as their text.
[[nodiscard]] Result<std::string> required_text(const Object& inputs, std::string_view name);
/// A list with at least one entry; a single value counts as a list of one.
[[nodiscard]] Result<Array> required_list(const Object& inputs, std::string_view name);
/// true, false or a text that says so; `otherwise` where it is absent.
[[nodiscard]] Result<bool> optional_flag(const Object& inputs, std::string_view name,
                                         bool otherwise);
/// A whole number, or a text that is wholly one; `otherwise` where it is absent.
[[nodiscard]] Result<std::int64_t> optional_whole(const Object& inputs, std::string_view name,
                                                  std::int64_t otherwise);
/// Absent, or one of the words.
[[nodiscard]] Result<> optional_word(const Object& inputs, std::string_view name,
                                     std::initializer_list<std::string_view> words);
/// Absent, or a map.
[[nodiscard]] Result<> optional_map(const Object& inputs, std::string_view name);
/// Copies the members that are there.
void copy_members(const Object& from, std::initializer_list<std::string_view> names, Object& to);
/// Everything but the members named.
[[nodiscard]] Object without_members(const Object& inputs,
                                     std::initializer_list<std::string_view> names);

}  // namespace hikae::runbook
