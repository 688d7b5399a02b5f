#include <charconv>

#include "base/escape.h"
#include "base/limits.h"
#include "text/selector_parts.h"

namespace hikae::text {
namespace {

bool ends_a_name(char c) {
  return static_cast<unsigned char>(c) <= ' ' ||
         std::string_view(".[]()'\"*?@,=<>!&|$").find(c) != std::string_view::npos;
}

using TestOperator = SelectorTest::Operator;
constexpr std::pair<std::string_view, TestOperator> kTestOperators[] = {
    {"==", TestOperator::Equal},       {"!=", TestOperator::NotEqual},
    {"<=", TestOperator::LessOrEqual}, {">=", TestOperator::GreaterOrEqual},
    {"<", TestOperator::Less},         {">", TestOperator::Greater}};

/// Reads the marks of a selector one after the other; the first complaint ends it.
class SelectorScanner {
 public:
  explicit SelectorScanner(std::string_view text) : text_(text) {}

  [[nodiscard]] bool at_end() const { return at_ == text_.size(); }
  [[nodiscard]] bool take(std::string_view mark) {
    if (text_.substr(at_, mark.size()) != mark) return false;
    at_ += mark.size();
    return true;
  }
  void skip_space() {
    while (!at_end() && text_[at_] == ' ') ++at_;
  }
  [[nodiscard]] std::string take_name() {
    const auto begin = at_;
    while (!at_end() && !ends_a_name(text_[at_])) ++at_;
    return std::string(text_.substr(begin, at_ - begin));
  }
  [[nodiscard]] std::optional<std::int64_t> take_integer() {
    std::int64_t number = 0;
    const auto* first = text_.data() + at_;
    const auto [last, error] = std::from_chars(first, text_.data() + text_.size(), number);
    if (error != std::errc{}) return std::nullopt;
    at_ += static_cast<std::size_t>(last - first);
    return number;
  }
  [[nodiscard]] std::optional<double> take_number() {
    double number = 0;
    const auto* first = text_.data() + at_;
    const auto [last, error] =
        std::from_chars(first, text_.data() + text_.size(), number, std::chars_format::fixed);
    if (error != std::errc{}) return std::nullopt;
    at_ += static_cast<std::size_t>(last - first);
    return number;
  }
  /// A text in single or double quotes; a backslash takes the next character as it is.
  [[nodiscard]] Result<std::string> take_quoted() {
    const char quote = text_[at_++];
    std::string out;
    while (!at_end() && text_[at_] != quote) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      out += text_[at_++];
    }
    if (at_end()) return complain("a quote is not closed");
    ++at_;
    return out;
  }
  [[nodiscard]] bool sees_quote() const {
    return !at_end() && (text_[at_] == '\'' || text_[at_] == '"');
  }
  [[nodiscard]] std::unexpected<Error> complain(std::string_view what) const {
    return fail(ErrorKind::Invalid, "the selector '" + printable(text_) +
                                        "': " + std::string(what) + " at character " +
                                        std::to_string(at_ + 1));
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

Result<Value> parse_test_literal(SelectorScanner& scan) {
  if (scan.sees_quote()) return Value(TRY(scan.take_quoted()));
  if (scan.take("true")) return Value(true);
  if (scan.take("false")) return Value(false);
  if (scan.take("null")) return Value(nullptr);
  if (const auto number = scan.take_number()) return Value(*number);
  return scan.complain("a quoted text, a number, true, false or null is missing");
}

Result<SelectorTest> parse_selector_test(SelectorScanner& scan) {
  SelectorTest test;
  scan.skip_space();
  if (!scan.take("@")) return scan.complain("a filter's '@' is missing");
  for (;;) {
    if (scan.take(".")) {
      test.path.emplace_back(scan.take_name());
    } else if (scan.take("[")) {
      if (scan.sees_quote())
        test.path.emplace_back(TRY(scan.take_quoted()));
      else if (const auto index = scan.take_integer())
        test.path.emplace_back(*index);
      if (!scan.take("]")) return scan.complain("']' is missing");
    } else {
      break;
    }
  }
  scan.skip_space();
  for (const auto& [mark, op] : kTestOperators) {
    if (!scan.take(mark)) continue;
    scan.skip_space();
    test.op = op;
    test.literal = TRY(parse_test_literal(scan));
    break;
  }
  return test;
}

Result<SelectorFilter> parse_selector_filter(SelectorScanner& scan) {
  SelectorFilter filter(1);
  for (;;) {
    filter.back().push_back(TRY(parse_selector_test(scan)));
    scan.skip_space();
    if (scan.take("&&")) continue;
    if (!scan.take("||")) break;
    filter.emplace_back();
  }
  if (!scan.take(")")) return scan.complain("a filter's ')' is missing");
  return filter;
}

}  // namespace

/// What stands behind '['.
template <class Part>
Result<Part> parse_selector_bracket(SelectorScanner& scan) {
  Part part;
  if (scan.sees_quote()) {
    part.key = TRY(scan.take_quoted());
  } else if (scan.take("*")) {
    part.step = SelectorStep::All;
  } else if (scan.take("?(")) {
    part.step = SelectorStep::Filter;
    part.filter = TRY(parse_selector_filter(scan));
  } else {
    part.begin = scan.take_integer();
    part.step = scan.take(":") ? SelectorStep::Slice : SelectorStep::Index;
    if (part.step == SelectorStep::Slice) part.end = scan.take_integer();
    if (part.step == SelectorStep::Index && !part.begin)
      return scan.complain("an index, a quoted key, '*', a slice or a filter is missing");
    part.index = part.begin.value_or(0);
  }
  if (!scan.take("]")) return scan.complain("']' is missing");
  return part;
}

template <class Part>
Result<Part> parse_selector_part(SelectorScanner& scan) {
  const bool deep = scan.take("..");
  Part part;
  if (scan.take("[")) {
    part = TRY(parse_selector_bracket<Part>(scan));
  } else if (!deep && !scan.take(".")) {
    return scan.complain("'.' or '[' is missing");
  } else if (scan.take("*")) {
    part.step = SelectorStep::All;
  } else {
    part.key = scan.take_name();
    if (part.key.empty()) return scan.complain("a name is missing");
  }
  part.deep = deep;
  return part;
}

Result<Selector> Selector::parse(std::string_view text) {
  if (text.size() > limits::kSelectorBytes)
    return fail(ErrorKind::Limit,
                "a selector has more than " + std::to_string(limits::kSelectorBytes) + " bytes");
  SelectorScanner scan(text);
  if (!scan.take("$")) return scan.complain("a selector begins with '$.', but there is none");
  std::vector<Part> parts;
  while (!scan.at_end()) parts.push_back(TRY(parse_selector_part<Part>(scan)));
  Selector selector;
  selector.parts_ = std::make_shared<const std::vector<Part>>(std::move(parts));
  return selector;
}

}  // namespace hikae::text
