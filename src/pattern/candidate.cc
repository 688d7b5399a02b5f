#include "pattern/candidate.h"

#include <algorithm>

#include "pattern/letter_case.h"
#include "pattern/wildcard.h"
#include "text/code_points.h"

namespace hikae::pattern {
namespace {

/// Takes either case of `point` off the front (or, backwards, off the end) of `text`.
bool take_letter(char32_t point, std::u32string_view& text, Anchor at) {
  const auto cases = cases_of(point);
  for (const auto* spelling : {&cases.lower, &cases.upper}) {
    if (at == Anchor::End ? !text.ends_with(*spelling) : !text.starts_with(*spelling)) continue;
    if (at == Anchor::End)
      text.remove_suffix(spelling->size());
    else
      text.remove_prefix(spelling->size());
    return true;
  }
  return false;
}

bool text_accepted(const Candidate& candidate, std::string_view text) {
  switch (candidate.op) {
    case Operator::Text: return text == candidate.text;
    case Operator::Prefix: return text.starts_with(candidate.text);
    case Operator::Suffix: return text.ends_with(candidate.text);
    case Operator::PrefixIgnoreCase:
      return equals_ignoring_case(candidate.text, text, Anchor::Begin);
    case Operator::SuffixIgnoreCase: return equals_ignoring_case(candidate.text, text, Anchor::End);
    case Operator::IgnoreCase: return equals_ignoring_case(candidate.text, text, Anchor::Whole);
    case Operator::Wildcard: {
      const auto wildcard = Wildcard::parse(candidate.text);
      return wildcard && wildcard->accepts(text);
    }
    case Operator::Address: return parse_address(text) == candidate.block.base;
    case Operator::Block: {
      const auto address = parse_address(text);
      return address && candidate.block.holds(*address);
    }
    default: return false;
  }
}

}  // namespace

std::optional<Number> number_of(const Value& value) {
  if (const auto* number = value.if_int64()) return static_cast<Number>(*number);
  if (const auto* number = value.if_uint64()) return static_cast<Number>(*number);
  if (const auto* number = value.if_double()) return static_cast<Number>(*number);
  return std::nullopt;
}

bool is_leaf(const Value& value) { return !value.is_array() && !value.is_object(); }

bool equals_ignoring_case(std::string_view wanted, std::string_view text, Anchor at) {
  auto letters = text::code_points(wanted);
  if (at == Anchor::End) std::ranges::reverse(letters);
  const auto points = text::code_points(text);
  std::u32string_view rest = points;
  for (const auto letter : letters)
    if (!take_letter(letter, rest, at)) return false;
  return at != Anchor::Whole || rest.empty();
}

bool Candidate::accepts(const Value& leaf) const {
  if (!is_leaf(leaf)) return false;
  switch (op) {
    case Operator::Exists: return true;
    case Operator::Absent: return false;
    case Operator::Null: return leaf.is_null();
    case Operator::True: return leaf.is_bool() && leaf.get_bool();
    case Operator::False: return leaf.is_bool() && !leaf.get_bool();
    case Operator::Equal: return number_of(leaf) == number;
    case Operator::Range: {
      const auto value = number_of(leaf);
      return value && bounds.hold(*value);
    }
    case Operator::AnythingBut:
      return std::ranges::none_of(excluded, [&](const Candidate& c) { return c.accepts(leaf); });
    default: return leaf.is_string() && text_accepted(*this, text_of(leaf));
  }
}

}  // namespace hikae::pattern
