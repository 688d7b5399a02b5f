// Patterns of policies: `*` and `?`, in actions, in ARNs, in values of conditions; with the policy
// variables of version 2012-10-17 filled in.
//
// A pattern is a row of letters in which the wildcards are values that no letter has: what a
// variable brings in is never taken for a wildcard, and ${*}, ${?} and ${$} stand for themselves.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "iam/context.h"

namespace hikae::iam {

using Pattern = std::u16string;
inline constexpr char16_t kAny = 0x100;         // `?`
inline constexpr char16_t kMany = 0x101;        // `*`
inline constexpr char16_t kManyInPart = 0x102;  // `*` that stops at a ':'

enum class Wildcards { Yes, No };
enum class LetterCase { Same, Either };

/// `variables`: what ${…} is looked up in; nullptr where the policy's version has none. Absent
/// where a variable has no value (or several): such a pattern fits nothing.
[[nodiscard]] std::optional<Pattern> pattern_of(std::string_view text, const Context* variables,
                                                Wildcards wildcards = Wildcards::Yes);

/// Time and room grow with the product of both lengths at most.
[[nodiscard]] bool matches(const Pattern& pattern, std::string_view text,
                           LetterCase letters = LetterCase::Same);

/// An ARN of a statement's Resource: inside of the parts before the last a `*` stops at the colon,
/// unless it ends its part.
[[nodiscard]] bool matches_resource(const Pattern& pattern, std::string_view arn);

/// ArnLike and ArnEquals: each of the six parts by itself.
[[nodiscard]] bool matches_arn(const Pattern& pattern, std::string_view arn);

}  // namespace hikae::iam
