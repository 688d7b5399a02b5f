#include "pattern/operator_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/escape.h"
#include "pattern/wildcard.h"

namespace hikae::pattern {
namespace {

using Reader = Result<Candidate> (*)(const Value& value);

std::unexpected<Error> bad_operand(std::string message) {
  return fail(ErrorKind::Invalid, std::move(message));
}

std::string with_article(const Value& value) {
  const auto kind = kind_of(value);
  return fmt::format("{} {}", kind == "integer" ? "an" : "a", kind);
}

Candidate text_candidate(Operator op, std::string_view text) {
  Candidate candidate;
  candidate.op = op;
  candidate.text = text;
  return candidate;
}

Candidate number_candidate(Number number) {
  Candidate candidate;
  candidate.op = Operator::Equal;
  candidate.number = number;
  return candidate;
}

Candidate bare_candidate(Operator op) {
  Candidate candidate;
  candidate.op = op;
  return candidate;
}

Candidate plain_text(std::string_view text) {
  const auto address = parse_address(text);
  if (!address) return text_candidate(Operator::Text, text);
  auto candidate = text_candidate(Operator::Address, text);
  candidate.block = {*address, address->bits};
  return candidate;
}

Result<Candidate> read_exactly(const Value& value) {
  if (value.is_string()) return text_candidate(Operator::Text, text_of(value));
  return bad_operand(fmt::format("\"exactly\" needs a string, not {}; write numbers plainly",
                                 with_article(value)));
}

/// The string of {"equals-ignore-case": "…"}; nullopt where `value` is anything else.
std::optional<std::string_view> ignoring_case(const Value& value) {
  const auto* object = value.if_object();
  if (!object || object->size() != 1) return std::nullopt;
  const auto* text = object->if_contains("equals-ignore-case");
  if (!text || !text->is_string()) return std::nullopt;
  return text_of(*text);
}

Result<Candidate> read_end(const Value& value, std::string_view name, Operator plain,
                           Operator folded) {
  if (value.is_string()) return text_candidate(plain, text_of(value));
  if (const auto text = ignoring_case(value)) return text_candidate(folded, *text);
  return bad_operand(fmt::format(
      "\"{0}\" needs a string or {{\"equals-ignore-case\": string}}, not {1}; for several write "
      "{{\"{0}\": \"…\"}} once for each",
      name, with_article(value)));
}

Result<Candidate> read_prefix(const Value& value) {
  return read_end(value, "prefix", Operator::Prefix, Operator::PrefixIgnoreCase);
}

Result<Candidate> read_suffix(const Value& value) {
  return read_end(value, "suffix", Operator::Suffix, Operator::SuffixIgnoreCase);
}

Result<Candidate> read_ignore_case(const Value& value) {
  if (value.is_string()) return text_candidate(Operator::IgnoreCase, text_of(value));
  return bad_operand(
      fmt::format("\"equals-ignore-case\" needs a string, not {}; for several write it once for "
                  "each",
                  with_article(value)));
}

Result<Candidate> read_wildcard(const Value& value) {
  if (!value.is_string())
    return bad_operand(
        fmt::format("\"wildcard\" needs a string, not {}; for several write it once for each",
                    with_article(value)));
  TRY_DO(in_context(Wildcard::parse(text_of(value)), "\"wildcard\""));
  return text_candidate(Operator::Wildcard, text_of(value));
}

Result<Candidate> read_exists(const Value& value) {
  if (value.is_bool())
    return bare_candidate(value.get_bool() ? Operator::Exists : Operator::Absent);
  return bad_operand(
      fmt::format("\"exists\" needs true or false (without quotes), not {}", with_article(value)));
}

Result<Candidate> read_cidr(const Value& value) {
  if (!value.is_string())
    return bad_operand(
        fmt::format("\"cidr\" needs a string like \"10.0.0.0/8\", not {}", with_article(value)));
  auto candidate = text_candidate(Operator::Block, {});
  candidate.block = TRY(in_context(parse_block(text_of(value)), "\"cidr\""));
  return candidate;
}

struct Comparison {
  std::string_view sign;
  Number number;
};

constexpr std::string_view kNumericForm =
    "write [\"=\", n], one of [\">\" \">=\" \"<\" \"<=\", n], or a range like [\">\", 0, \"<=\", "
    "5]";

Result<Comparison> read_comparison(const Array& terms, std::size_t at) {
  constexpr std::array<std::string_view, 5> kSigns = {"=", "<", "<=", ">", ">="};
  const auto sign = text_of(terms[at]);
  if (std::ranges::find(kSigns, sign) == kSigns.end())
    return bad_operand(fmt::format(
        "\"numeric\" knows no comparison {}; {}",
        terms[at].is_string() ? "'" + printable(sign) + "'" : "that is " + with_article(terms[at]),
        kNumericForm));
  const auto number = at + 1 < terms.size() ? number_of(terms[at + 1]) : std::nullopt;
  if (!number)
    return bad_operand(
        fmt::format("\"numeric\": behind '{}' no number stands; {}", sign, kNumericForm));
  return Comparison{sign, *number};
}

Bounds bounds_of(const Comparison& comparison) {
  Bounds bounds;
  if (comparison.sign.starts_with('>')) {
    bounds.low = comparison.number;
    bounds.low_open = comparison.sign == ">";
  } else {
    bounds.high = comparison.number;
    bounds.high_open = comparison.sign == "<";
  }
  return bounds;
}

Result<Bounds> range_of(const Comparison& low, const Comparison& high) {
  if (!low.sign.starts_with('>') || !high.sign.starts_with('<'))
    return bad_operand(fmt::format(
        "\"numeric\": a range has its lower end first and its upper end second, not '{}' and "
        "'{}'; {}",
        low.sign, high.sign, kNumericForm));
  if (!(low.number < high.number))
    return bad_operand(
        "\"numeric\": the lower end of a range must be less than its upper end; for one number "
        "write [\"=\", n]");
  auto bounds = bounds_of(low);
  bounds.high = high.number;
  bounds.high_open = high.sign == "<";
  return bounds;
}

Result<Candidate> read_numeric(const Value& value) {
  const auto* terms = value.if_array();
  if (!terms || (terms->size() != 2 && terms->size() != 4))
    return bad_operand(fmt::format("\"numeric\" needs a list of 2 or 4 terms; {}", kNumericForm));
  const auto first = TRY(read_comparison(*terms, 0));
  auto candidate = bare_candidate(Operator::Range);
  if (terms->size() == 2) {
    if (first.sign == "=") return number_candidate(first.number);
    candidate.bounds = bounds_of(first);
    return candidate;
  }
  candidate.bounds = TRY(range_of(first, TRY(read_comparison(*terms, 2))));
  return candidate;
}

// anything-but: what may stand in it, and how its members are read.

Result<Candidate> read_excluded_plain(const Value& value) {
  if (value.is_string()) return text_candidate(Operator::Text, text_of(value));
  if (const auto number = number_of(value)) return number_candidate(*number);
  return bad_operand(fmt::format(
      "\"anything-but\" takes strings, numbers, or one of prefix, suffix, equals-ignore-case and "
      "wildcard, not {}",
      with_article(value)));
}

Result<Candidate> read_excluded_end(const Value& value, std::string_view name, Operator op) {
  if (!value.is_string())
    return bad_operand(
        fmt::format("\"anything-but\": \"{}\" needs a string or a list of strings", name));
  if (value.get_string().empty())
    return bad_operand(fmt::format(
        "\"anything-but\": \"{}\" with an empty string would exclude every string", name));
  return text_candidate(op, text_of(value));
}

Result<Candidate> read_excluded_prefix(const Value& value) {
  return read_excluded_end(value, "prefix", Operator::Prefix);
}

Result<Candidate> read_excluded_suffix(const Value& value) {
  return read_excluded_end(value, "suffix", Operator::Suffix);
}

/// One value or a non-empty list of them.
Result<Candidate> excluding(const Value& value, Reader read) {
  auto candidate = bare_candidate(Operator::AnythingBut);
  const auto* list = value.if_array();
  if (!list) {
    candidate.excluded.push_back(TRY(read(value)));
    return candidate;
  }
  if (list->empty())
    return bad_operand(
        "\"anything-but\" with an empty list excludes nothing; write {\"exists\": "
        "true} for any value");
  for (const auto& item : *list) candidate.excluded.push_back(TRY(read(item)));
  const auto op = candidate.excluded.front().op;
  if (!std::ranges::all_of(candidate.excluded, [&](const Candidate& c) { return c.op == op; }))
    return bad_operand("\"anything-but\" takes a list of strings or a list of numbers, not a mix");
  return candidate;
}

Result<Candidate> read_anything_but(const Value& value) {
  const auto* object = value.if_object();
  if (!object) return excluding(value, read_excluded_plain);
  constexpr std::array<std::pair<std::string_view, Reader>, 4> kInside = {{
      {"prefix", read_excluded_prefix},
      {"suffix", read_excluded_suffix},
      {"equals-ignore-case", read_ignore_case},
      {"wildcard", read_wildcard},
  }};
  if (object->size() != 1)
    return bad_operand("\"anything-but\" takes exactly one operator inside it");
  const auto& [name, operand] = *object->begin();
  for (const auto& [known, read] : kInside)
    if (std::string_view(name) == known) return excluding(operand, read);
  return bad_operand(fmt::format(
      "\"anything-but\" takes prefix, suffix, equals-ignore-case or wildcard, not \"{}\"",
      printable(name)));
}

constexpr std::array<std::pair<std::string_view, Reader>, 9> kOperators = {{
    {"exactly", read_exactly},
    {"prefix", read_prefix},
    {"suffix", read_suffix},
    {"equals-ignore-case", read_ignore_case},
    {"wildcard", read_wildcard},
    {"anything-but", read_anything_but},
    {"numeric", read_numeric},
    {"exists", read_exists},
    {"cidr", read_cidr},
}};

constexpr std::string_view kOperatorNames =
    "prefix, suffix, equals-ignore-case, wildcard, anything-but, numeric, exists, cidr";

Result<Candidate> read_operator(const Object& object) {
  if (object.empty())
    return bad_operand(fmt::format("an empty map; write one operator in it: {}", kOperatorNames));
  if (object.size() != 1)
    return bad_operand(
        fmt::format("a map with {} operators; write one map for each, they are then alternatives",
                    object.size()));
  const auto& [name, operand] = *object.begin();
  for (const auto& [known, read] : kOperators)
    if (std::string_view(name) == known) return read(operand);
  return bad_operand(
      fmt::format("unknown operator \"{}\"; known are {}", printable(name), kOperatorNames));
}

}  // namespace

Result<Candidate> read_candidate(const Value& value) {
  switch (value.kind()) {
    case boost::json::kind::null: return bare_candidate(Operator::Null);
    case boost::json::kind::bool_:
      return bare_candidate(value.get_bool() ? Operator::True : Operator::False);
    case boost::json::kind::int64:
    case boost::json::kind::uint64:
    case boost::json::kind::double_: return number_candidate(*number_of(value));
    case boost::json::kind::string: return plain_text(text_of(value));
    case boost::json::kind::object: return read_operator(value.get_object());
    case boost::json::kind::array: break;
  }
  return bad_operand("a list inside the list; write its members directly, they are alternatives");
}

bool is_reserved_in_or(std::string_view key) {
  constexpr std::array<std::string_view, 14> kFurther = {"=",
                                                         "<",
                                                         "<=",
                                                         ">",
                                                         ">=",
                                                         "regex",
                                                         "not-wildcard",
                                                         "not-equals-ignore-case",
                                                         "date-after",
                                                         "date-on-or-after",
                                                         "date-before",
                                                         "date-on-or-before",
                                                         "in-date-range",
                                                         "ip-address-in-range"};
  const auto is_key = [&](const auto& entry) { return entry.first == key; };
  return std::ranges::any_of(kOperators, is_key) ||
         std::ranges::find(kFurther, key) != kFurther.end() || key == "ip-address-not-in-range";
}

}  // namespace hikae::pattern
