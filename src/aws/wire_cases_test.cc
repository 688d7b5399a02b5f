#include "aws/wire_cases_test.h"

#include <algorithm>
#include <cmath>

#include "aws/base64.h"
#include "aws/wire/rest.h"
#include "aws/wire/scalar.h"
#include "aws/wire/services.h"
#include "base/time.h"

namespace hikae::aws {
namespace {

using table::Location;
using table::Member;
using table::Shape;
using table::Type;

constexpr int kDeepest = 5;  // beyond it only what is required

constexpr std::string_view kAnyCharacters[] = {
    "a", "B", "7", " ", "&",  "<", ">",  "\"", "'", "/", "+", "%", "=",  ".", "-", "_", "~",
    ":", ";", ",", "é", "日", "😀", "\n", "\t", "[", "]", "{", "}", "\\", "#", "?", "*"};
constexpr std::string_view kLabelCharacters[] = {"a", "B", "7", " ", "&", "/", "+",  "%", "=",
                                                 ".", "-", "_", "~", ":", "é", "日", "?", "#"};
constexpr std::string_view kHeaderCharacters[] = {"a", "B", "7", "=", "/", ".", "-", "_", ";", ":"};
constexpr std::string_view kTokenCharacters[] = {"a", "b", "z", "0", "7"};

bool is_streamed(const table::Table& table, const Shape* shape) {
  return shape && std::ranges::any_of(table.members(*shape), [&](const Member& member) {
           return (table.shape(member.shape).flags & table::kEventStream) != 0;
         });
}

}  // namespace

bool has_events(const Operation& operation) {
  const auto& table = table::Table::linked();
  const auto& record = wire::record_of(operation);
  return is_streamed(table, wire::input_of(record)) || is_streamed(table, wire::output_of(record));
}

std::uint64_t CaseMaker::next() {
  state_ += 0x9e3779b97f4a7c15;
  auto z = state_;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

Value CaseMaker::input(const Operation& operation) {
  const auto& record = wire::record_of(operation);
  const auto* shape = wire::input_of(record);
  if (!shape) return Object{};
  Place place;
  place.is_request = true;
  place.protocol = wire::service_of(record).protocol;
  place.is_form =
      place.protocol == table::Protocol::Ec2 || place.protocol == table::Protocol::Query;
  place.is_xml = place.protocol == table::Protocol::RestXml;
  return top(*shape, place);
}

Value CaseMaker::output(const Operation& operation) {
  const auto& record = wire::record_of(operation);
  const auto* shape = wire::output_of(record);
  if (!shape) return Object{};
  Place place;
  place.protocol = wire::service_of(record).protocol;
  place.is_xml =
      place.protocol != table::Protocol::Json && place.protocol != table::Protocol::RestJson;
  auto out = top(*shape, place);
  for (const auto& member : table_.members(*shape))
    if (member.location == Location::StatusCode)
      out[table_.text(member.name)] = static_cast<int>(200 + below(3));
  return out;
}

Object CaseMaker::top(const Shape& shape, Place place) {
  const auto body = wire::rest_body(shape);
  Object out;
  for (const auto& member : table_.members(shape)) {
    if (member.location == Location::StatusCode) continue;
    auto here = place;
    here.is_header = member.location == Location::Header || member.location == Location::Headers;
    here.is_uri = member.location == Location::Uri;
    here.is_query = member.location == Location::Query;
    here.is_raw = body.is_raw && &member == body.payload;
    const bool always = (member.flags & table::kRequired) || &member == body.payload ||
                        here.is_uri ||
                        (!place.is_request && member.location == Location::Headers) ||
                        wire::wire_name(table_, member) == "Content-Type";
    if (!always && !chance(60)) continue;
    auto made = value(member, here, 1);
    // "{}" is also what a client writes that has nothing to say.
    const bool says_nothing = made && place.is_request && &member == body.payload &&
                              !(member.flags & table::kRequired) && made->is_object() &&
                              made->get_object().empty();
    if (made && !says_nothing) out[table_.text(member.name)] = *std::move(made);
  }
  return out;
}

std::optional<Value> CaseMaker::value(const Member& member, Place place, int depth) {
  const auto& shape = table_.shape(member.shape);
  if ((member.flags & table::kJsonValue) && place.is_header) return any(0);
  if (shape.flags & table::kDocument) return Value(Object{{"k", any(0)}});
  switch (shape.type) {
    case Type::Structure: return structure(shape, place, depth + 1);
    case Type::List: return list(member, place, depth + 1);
    case Type::Map: return map(member, place, depth + 1);
    default: return scalar(member, place);
  }
}

std::optional<Value> CaseMaker::structure(const Shape& shape, Place place, int depth) {
  Object out;
  const auto members = table_.members(shape);
  const bool is_union = (shape.flags & table::kUnion) != 0 && !members.empty();
  const auto start = is_union ? below(members.size()) : 0;
  for (std::size_t i = 0; i < members.size(); ++i) {
    const auto& member = members[(start + i) % members.size()];
    if (is_union && !out.empty()) break;
    const bool required = (member.flags & table::kRequired) != 0;
    if (!required && !is_union && (depth > kDeepest || !chance(60))) continue;
    if (auto made = value(member, place, depth)) out[table_.text(member.name)] = *std::move(made);
  }
  if (out.empty() && (place.is_form || is_union)) say_something(shape, place, depth, out);
  if (out.empty() && (place.is_form || is_union)) return std::nullopt;
  return Value(std::move(out));
}

void CaseMaker::say_something(const Shape& shape, Place place, int depth, Object& out) {
  for (const bool scalars : {true, false})
    for (const auto& member : table_.members(shape)) {
      if (!out.empty() || depth > 2 * kDeepest) return;
      if (wire::is_scalar(table_.shape(member.shape)) != scalars) continue;
      if (auto made = value(member, place, depth)) out[table_.text(member.name)] = *std::move(made);
    }
}

std::optional<Value> CaseMaker::list(const Member& member, Place place, int depth) {
  const auto& shape = table_.shape(member.shape);
  const auto& element = table_.members(shape)[0];
  const bool may_be_empty = !place.is_header && !place.is_query &&
                            place.protocol != table::Protocol::Ec2 && !wire::is_flattened(member);
  std::size_t count = depth > kDeepest ? 0 : below(4);
  if (!may_be_empty) count = std::max<std::size_t>(count, 1);
  if (shape.flags & table::kHasMin)
    count = std::max(count, static_cast<std::size_t>(table_.range(shape).min));
  Array out;
  for (std::size_t i = 0; i < count; ++i)
    if (auto made = value(element, place, depth)) out.push_back(*std::move(made));
  if (out.empty() && !may_be_empty) return std::nullopt;
  if (out.empty() && (shape.flags & table::kHasMin) && table_.range(shape).min > 0)
    return std::nullopt;
  return Value(std::move(out));
}

std::optional<Value> CaseMaker::map(const Member& member, Place place, int depth) {
  const auto& shape = table_.shape(member.shape);
  const auto parts = table_.members(shape);
  const auto alphabet = place.is_header  ? Alphabet::Token
                        : place.is_query ? Alphabet::Label
                                         : Alphabet::Any;
  Object out;
  const auto count = depth > kDeepest ? 0 : below(3) + (place.is_form ? 1 : 0);
  for (std::size_t i = 0; i < count; ++i) {
    auto key = text(table_.shape(parts[0].shape), alphabet);
    if (key.empty()) key = "k";
    if (auto made = value(parts[1], place, depth)) out[key] = *std::move(made);
  }
  const bool lost = place.is_form || (place.is_header && place.is_request) || place.is_query ||
                    wire::is_flattened(member);
  if (out.empty() && lost) return std::nullopt;
  return Value(std::move(out));
}

Value CaseMaker::scalar(const Member& member, Place place) {
  const auto& shape = table_.shape(member.shape);
  switch (shape.type) {
    case Type::Boolean: return Value(chance(50));
    case Type::Integer:
    case Type::Long:
    case Type::Float:
    case Type::Double: return number(shape);
    case Type::Timestamp: return Value(instant(shape, place));
    case Type::Blob:
      if (place.is_raw) return Value(letters(Alphabet::Any, 1 + below(20)));
      return Value(to_base64(letters(Alphabet::Any, place.is_header ? 3 : below(20))));
    default: break;
  }
  if (place.is_raw) return Value(letters(Alphabet::Any, 1 + below(20)));
  const auto alphabet = member.flags & table::kHostLabel ? Alphabet::Host
                        : place.is_header || (member.flags & table::kXmlAttribute)
                            ? Alphabet::Header
                        : place.is_uri ? Alphabet::Label
                                       : Alphabet::Any;
  auto made = text(shape, alphabet);
  if (made.empty() && (place.is_uri || place.is_header)) made = "x";
  return Value(made);
}

std::string CaseMaker::text(const Shape& shape, Alphabet alphabet) {
  std::size_t least = 0, most = 12;
  if (shape.flags & table::kHasMin) least = static_cast<std::size_t>(table_.range(shape).min);
  if (shape.flags & table::kHasMax)
    most = std::min(most, static_cast<std::size_t>(table_.range(shape).max));
  if (alphabet == Alphabet::Host) most = std::max<std::size_t>(least, 8);
  return letters(alphabet, std::max(least, static_cast<std::size_t>(below(most + 1))));
}

std::string CaseMaker::letters(Alphabet alphabet, std::size_t count) {
  const std::span<const std::string_view> from =
      alphabet == Alphabet::Any      ? std::span<const std::string_view>(kAnyCharacters)
      : alphabet == Alphabet::Label  ? std::span<const std::string_view>(kLabelCharacters)
      : alphabet == Alphabet::Header ? std::span<const std::string_view>(kHeaderCharacters)
                                     : std::span<const std::string_view>(kTokenCharacters);
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += from[below(from.size())];
  return out;
}

std::string CaseMaker::instant(const Shape& shape, Place place) {
  const bool has_fraction = fractions_ == Fractions::Milliseconds && !place.is_header &&
                            shape.timestamp != table::TimestampFormat::Rfc822 && chance(50);
  const auto at = static_cast<std::int64_t>(below(4'000'000'000));
  return iso_ms(wall_ms(at * 1000 + (has_fraction ? static_cast<std::int64_t>(below(1000)) : 0)));
}

Value CaseMaker::number(const Shape& shape) {
  double least = -1000, most = 100000;
  if (shape.flags & table::kHasMin) least = table_.range(shape).min;
  if (shape.flags & table::kHasMax) most = std::max(least, table_.range(shape).max);
  if (!(shape.flags & table::kHasMax)) most = std::max(most, least + 10);
  const auto width = std::min(most - least, 1e6);
  const double made = least + std::floor(static_cast<double>(below(1'000'001)) / 1e6 * width);
  if (shape.type == Type::Float || shape.type == Type::Double)
    return Value(made + 0.25 * static_cast<double>(made + 1 <= most ? below(4) : 0));
  const bool huge = shape.type == Type::Long && !(shape.flags & table::kHasMax) && chance(20);
  if (huge) return Value(std::int64_t{9007199254740993} + static_cast<std::int64_t>(below(1000)));
  return Value(static_cast<std::int64_t>(std::ceil(made)));
}

Value CaseMaker::any(int depth) {
  switch (below(depth > 2 ? 4 : 6)) {
    case 0: return Value(letters(Alphabet::Any, below(10)));
    case 1: return Value(static_cast<std::int64_t>(below(1000)));
    case 2: return Value(chance(50));
    case 3: return Value(0.5);
    case 4: return Value(Array{any(depth + 1), any(depth + 1)});
    default: return Value(Object{{"a", any(depth + 1)}, {"b", any(depth + 1)}});
  }
}

}  // namespace hikae::aws
