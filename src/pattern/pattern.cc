// Reading a pattern: fields are collected in the order of the text, and each $or multiplies the
// alternatives collected so far. A path named twice on one alternative (an outer field and one
// inside a $or, or `a.b` and a > b) counts as its last one says, as duplicate keys do.
#include "pattern/pattern.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/escape.h"
#include "base/limits.h"
#include "pattern/operator_reader.h"
#include "text/json.h"

namespace hikae::pattern {
namespace {

constexpr std::string_view kBadPattern = "InvalidEventPatternException";
constexpr std::string_view kOr = "$or";

using FieldMap = std::map<std::string, std::shared_ptr<const Field>>;
using Alternatives = std::vector<FieldMap>;

enum class Where { Outside, InsideOr };

std::unexpected<Error> refuse_at(std::string_view path, std::string_view message) {
  const auto place = path.empty() ? std::string("the pattern") : printable(path);
  return fail(ErrorKind::Invalid, std::string(kBadPattern), fmt::format("{}: {}", place, message));
}

std::string path_below(std::string_view parent, std::string_view key) {
  return parent.empty() ? std::string(key) : fmt::format("{}.{}", parent, key);
}

Result<std::shared_ptr<const Field>> read_field(const Array& list, const std::string& path) {
  if (list.empty())
    return refuse_at(path,
                     "an empty list accepts nothing; name at least one value, or {\"exists\": "
                     "true} for any");
  auto field = std::make_shared<Field>();
  field->path = path;
  for (const auto& item : list) {
    auto candidate = read_candidate(item);
    if (!candidate) return refuse_at(path, candidate.error().message);
    field->any_of.push_back(*std::move(candidate));
  }
  return field;
}

Result<> read_object(const Object& object, const std::string& path, Where where,
                     Alternatives& alternatives);

Result<> read_or(const Value& value, const std::string& path, Alternatives& alternatives) {
  const auto* branches = value.if_array();
  const auto name = path_below(path, kOr);
  if (!branches || branches->size() < 2)
    return refuse_at(name, "needs a list of at least two maps, one for each alternative");
  const auto before = std::move(alternatives);
  alternatives.clear();
  for (const auto& branch : *branches) {
    const auto* object = branch.if_object();
    if (!object)
      return refuse_at(
          name, fmt::format("each alternative is a map of fields, not a {}", kind_of(branch)));
    auto extended = before;
    TRY_DO(read_object(*object, path, Where::InsideOr, extended));
    std::ranges::move(extended, std::back_inserter(alternatives));
    if (alternatives.size() > limits::kPatternCombinations)
      return fail(ErrorKind::Limit, std::string(kBadPattern),
                  fmt::format("{}: written out, the $or make more than {} combinations; split the "
                              "rule in two",
                              printable(name), limits::kPatternCombinations));
  }
  return {};
}

Result<> read_member(std::string_view key, const Value& value, const std::string& parent,
                     Where where, Alternatives& alternatives) {
  const auto path = path_below(parent, key);
  if (where == Where::InsideOr && is_reserved_in_or(key))
    return refuse_at(path,
                     "a field inside $or may not have an operator's name; put the field "
                     "outside of $or");
  if (const auto* object = value.if_object())
    return read_object(*object, path, where, alternatives);
  const auto* list = value.if_array();
  if (!list)
    return refuse_at(path, fmt::format("a {} stands where a list of values should be; write it in "
                                       "[ ]",
                                       kind_of(value)));
  const auto field = TRY(read_field(*list, path));
  for (auto& alternative : alternatives) alternative[path] = field;
  return {};
}

Result<> read_object(const Object& object, const std::string& path, Where where,
                     Alternatives& alternatives) {
  if (object.empty())
    return refuse_at(path, "an empty map names no field; name one, or leave the map out");
  for (const auto& [key, value] : object) {
    if (std::string_view(key) == kOr)
      TRY_DO(read_or(value, path, alternatives));
    else
      TRY_DO(read_member(key, value, path, where, alternatives));
  }
  return {};
}

std::size_t characters_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

Conjunction conjunction_of(FieldMap fields) {
  Conjunction conjunction;
  for (auto& [path, field] : fields) conjunction.push_back(std::move(field));
  return conjunction;
}

}  // namespace

Result<Pattern> Pattern::parse(std::string_view json_text) {
  if (characters_of(json_text) > limits::kPatternBytes)
    return fail(ErrorKind::Limit, std::string(kBadPattern),
                fmt::format("the pattern has {} characters, more than the {} that are allowed; "
                            "split it into several rules",
                            characters_of(json_text), limits::kPatternBytes));
  const auto value = text::parse_json(json_text);
  if (!value)
    return fail(value.error().kind, std::string(kBadPattern),
                "the pattern is no JSON: " + value.error().message);
  const auto* object = value->if_object();
  if (!object)
    return refuse_at({}, fmt::format("must be a map of fields, not a {}", kind_of(*value)));
  Alternatives alternatives(1);
  TRY_DO(read_object(*object, {}, Where::Outside, alternatives));
  std::vector<Conjunction> written_out;
  for (auto& fields : alternatives) written_out.push_back(conjunction_of(std::move(fields)));
  return Pattern(std::move(written_out));
}

}  // namespace hikae::pattern
