#include <array>
#include <optional>
#include <string>

#include "base/escape.h"
#include "base/limits.h"
#include "text/code_points.h"
#include "text/regex_parts.h"

namespace hikae::text {
namespace {

using Ranges = std::vector<std::pair<char32_t, char32_t>>;

constexpr char32_t kLastPoint = 0x10FFFF;
constexpr int kRepeatMax = 1000;
constexpr int kGroupDepth = 64;

const Ranges kRegexDigits{{'0', '9'}};
const Ranges kRegexWords{{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}};
const Ranges kRegexSpaces{{'\t', '\r'}, {' ', ' '}};
const Ranges kRegexBlanks{{'\t', '\t'}, {' ', ' '}};
const Ranges kRegexBreaks{{'\n', '\n'}, {'\r', '\r'}, {0x85, 0x85}, {0x2028, 0x2029}};

struct NamedClass {
  std::u32string_view name;
  Ranges ranges;
};
const std::array<NamedClass, 13> kNamedClasses{{
    {U"Lower", {{'a', 'z'}}},
    {U"Upper", {{'A', 'Z'}}},
    {U"ASCII", {{0, 0x7F}}},
    {U"Alpha", {{'A', 'Z'}, {'a', 'z'}}},
    {U"Digit", {{'0', '9'}}},
    {U"Alnum", {{'0', '9'}, {'A', 'Z'}, {'a', 'z'}}},
    {U"Punct", {{'!', '/'}, {':', '@'}, {'[', '`'}, {'{', '~'}}},
    {U"Graph", {{'!', '~'}}},
    {U"Print", {{' ', '~'}}},
    {U"Blank", {{'\t', '\t'}, {' ', ' '}}},
    {U"Cntrl", {{0, 0x1F}, {0x7F, 0x7F}}},
    {U"XDigit", {{'0', '9'}, {'A', 'F'}, {'a', 'f'}}},
    {U"Space", {{'\t', '\r'}, {' ', ' '}}},
}};

bool is_ascii_letter(char32_t c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_ascii_digit(char32_t c) { return c >= '0' && c <= '9'; }

RegexNode set_node(Ranges ranges, bool negated, bool ignore_case) {
  RegexNode node;
  node.kind = RegexNode::Kind::Set;
  node.set = {std::move(ranges), negated, ignore_case};
  return node;
}

RegexNode assertion_node(RegexAssertion assertion) {
  RegexNode node;
  node.kind = RegexNode::Kind::Assertion;
  node.assertion = assertion;
  return node;
}

RegexNode holder(RegexNode::Kind kind, RegexNode child) {
  RegexNode node;
  node.kind = kind;
  node.children.push_back(std::move(child));
  return node;
}

Ranges everything_but(const Ranges& sorted) {
  Ranges out;
  char32_t next = 0;
  for (const auto& [first, last] : sorted) {
    if (first > next) out.emplace_back(next, first - 1);
    next = last + 1;
  }
  out.emplace_back(next, kLastPoint);
  return out;
}

class RegexParser {
 public:
  explicit RegexParser(std::string_view pattern)
      : shown_(printable(pattern)), points_(code_points(pattern)) {}

  Result<RegexNode> parse() {
    auto node = TRY(parse_choice());
    if (at_ < points_.size()) return complain("')' closes no group");
    return node;
  }

 private:
  struct Flags {
    bool ignore_case = false;
    bool dot_all = false;
  };

  [[nodiscard]] bool at_end() const { return at_ >= points_.size(); }
  [[nodiscard]] char32_t peek(std::size_t ahead = 0) const {
    return at_ + ahead < points_.size() ? points_[at_ + ahead] : U'\0';
  }
  bool take(std::u32string_view mark) {
    if (std::u32string_view(points_).substr(at_, mark.size()) != mark) return false;
    at_ += mark.size();
    return true;
  }

  [[nodiscard]] std::unexpected<Error> complain(std::string_view what,
                                                ErrorKind kind = ErrorKind::Invalid) const {
    return fail(kind, "the pattern '" + shown_ + "': " + std::string(what) + " (character " +
                          std::to_string(at_ + 1) + ")");
  }
  [[nodiscard]] std::unexpected<Error> unsupported(std::string_view what) const {
    return complain(std::string(what) + " are not supported; rewrite the pattern without",
                    ErrorKind::Unsupported);
  }

  Result<RegexNode> parse_choice() {
    if (++depth_ > kGroupDepth) return complain("groups are nested too deep", ErrorKind::Limit);
    const auto outer = flags_;
    RegexNode choice;
    choice.kind = RegexNode::Kind::Choice;
    do {
      choice.children.push_back(TRY(parse_sequence()));
    } while (take(U"|"));
    flags_ = outer;
    --depth_;
    return choice;
  }

  Result<RegexNode> parse_sequence() {
    RegexNode sequence;
    sequence.kind = RegexNode::Kind::Sequence;
    while (!at_end() && peek() != U'|' && peek() != U')')
      sequence.children.push_back(TRY(parse_repeated()));
    return sequence;
  }

  Result<RegexNode> parse_repeated() {
    auto atom = TRY(parse_atom());
    for (;;) {
      RegexNode repeat;
      repeat.kind = RegexNode::Kind::Repeat;
      if (!TRY(parse_quantifier(repeat))) return atom;
      if (peek() == U'+') return unsupported("possessive quantifiers");
      take(U"?");
      repeat.children.push_back(std::move(atom));
      atom = std::move(repeat);
      if (peek() == U'*' || peek() == U'+' || peek() == U'?' || peek() == U'{')
        return complain("a quantifier stands on a quantifier");
    }
  }

  Result<bool> parse_quantifier(RegexNode& repeat) {
    if (take(U"*")) return true;
    if (take(U"+")) return repeat.least = 1, true;
    if (take(U"?")) return repeat.most = 1, true;
    if (!take(U"{")) return false;
    repeat.least = TRY(parse_count());
    repeat.most = repeat.least;
    if (take(U",")) repeat.most = peek() == U'}' ? RegexNode::kNoEnd : TRY(parse_count());
    if (!take(U"}")) return complain("'}' of a quantifier is missing");
    if (repeat.most < repeat.least) return complain("a quantifier's second number is the smaller");
    return true;
  }

  Result<int> parse_count() {
    if (!is_ascii_digit(peek())) return complain("a quantifier's number is missing");
    int count = 0;
    for (; is_ascii_digit(peek()); ++at_) {
      count = count * 10 + static_cast<int>(peek() - U'0');
      if (count > kRepeatMax)
        return complain("a quantifier goes beyond " + std::to_string(kRepeatMax), ErrorKind::Limit);
    }
    return count;
  }

  Result<RegexNode> parse_atom() {
    switch (peek()) {
      case U'(': return parse_group();
      case U'[': return parse_class();
      case U'\\': return parse_escape();
      case U'*':
      case U'+':
      case U'?':
      case U'{': return complain("a quantifier has nothing in front of it");
      case U'.': return ++at_, flags_.dot_all ? any_point() : set_node(kRegexBreaks, true, false);
      case U'^': return ++at_, assertion_node(RegexAssertion::Start);
      case U'$': return ++at_, assertion_node(RegexAssertion::EndOrLastBreak);
      default: return literal(points_[at_++]);
    }
  }

  [[nodiscard]] static RegexNode any_point() { return set_node({{0, kLastPoint}}, false, false); }
  [[nodiscard]] RegexNode literal(char32_t point) const {
    return set_node({{point, point}}, false, flags_.ignore_case);
  }

  Result<RegexNode> parse_group() {
    ++at_;
    if (!take(U"?")) return parse_group_rest();
    if (take(U":")) return parse_group_rest();
    if (take(U"=")) return holder(RegexNode::Kind::Look, TRY(parse_group_rest()));
    if (take(U"!")) {
      auto look = holder(RegexNode::Kind::Look, TRY(parse_group_rest()));
      look.negated = true;
      return look;
    }
    if (take(U"<=") || take(U"<!")) return unsupported("look-behinds");
    if (take(U">")) return unsupported("atomic groups");
    if (take(U"<")) return parse_named_group();
    return parse_flags();
  }

  Result<RegexNode> parse_group_rest() {
    auto inner = TRY(parse_choice());
    if (!take(U")")) return complain("a group is not closed: its ')' is missing");
    return inner;
  }

  Result<RegexNode> parse_named_group() {
    while (is_ascii_letter(peek()) || is_ascii_digit(peek())) ++at_;
    if (!take(U">")) return complain("'>' behind a group's name is missing");
    return parse_group_rest();
  }

  /// `(?i)` for the rest of the group around it, or `(?i:…)`.
  Result<RegexNode> parse_flags() {
    const auto outer = flags_;
    for (bool on = true; peek() != U')' && peek() != U':'; ++at_) {
      if (peek() == U'-')
        on = false;
      else if (peek() == U'i')
        flags_.ignore_case = on;
      else if (peek() == U's')
        flags_.dot_all = on;
      else
        return unsupported("other marks than i and s behind '(?'");
    }
    if (take(U")")) return RegexNode{};
    ++at_;
    auto inner = parse_group_rest();
    flags_ = outer;
    return inner;
  }

  Result<RegexNode> parse_escape() {
    ++at_;
    if (at_end()) return complain("a backslash ends the pattern");
    const auto point = points_[at_];
    if (point >= U'1' && point <= U'9') return unsupported("back-references");
    switch (point) {
      case U'b': return ++at_, assertion_node(RegexAssertion::WordEdge);
      case U'B': return ++at_, assertion_node(RegexAssertion::NoWordEdge);
      case U'A': return ++at_, assertion_node(RegexAssertion::Start);
      case U'z': return ++at_, assertion_node(RegexAssertion::End);
      case U'Z': return ++at_, assertion_node(RegexAssertion::EndOrLastBreak);
      case U'k': return unsupported("back-references");
      case U'Q': return unsupported("quoted passages (\\Q…\\E)");
      default: break;
    }
    if (auto ranges = TRY(take_class_escape())) return set_node(*std::move(ranges), false, false);
    return literal(TRY(take_character_escape()));
  }

  /// \d and its kin behind the backslash; nullopt where it is a single character.
  Result<std::optional<Ranges>> take_class_escape() {
    const auto point = points_[at_];
    const Ranges* ranges = nullptr;
    if (point == U'd' || point == U'D') ranges = &kRegexDigits;
    if (point == U'w' || point == U'W') ranges = &kRegexWords;
    if (point == U's' || point == U'S') ranges = &kRegexSpaces;
    if (point == U'h' || point == U'H') ranges = &kRegexBlanks;
    if (point == U'p' || point == U'P') return take_named_class();
    if (!ranges) return std::optional<Ranges>();
    ++at_;
    return std::optional(point < U'a' ? everything_but(*ranges) : *ranges);
  }

  Result<std::optional<Ranges>> take_named_class() {
    const bool negated = points_[at_++] == U'P';
    if (!take(U"{")) return complain("'{' behind \\p is missing");
    for (const auto& [name, ranges] : kNamedClasses) {
      const auto begin = at_;
      if (take(name) && take(U"}")) return std::optional(negated ? everything_but(ranges) : ranges);
      at_ = begin;
    }
    return unsupported("classes of \\p{…} other than those of ASCII (Alpha, Digit, Alnum, …)");
  }

  Result<char32_t> take_character_escape() {
    const auto point = points_[at_++];
    switch (point) {
      case U't': return U'\t';
      case U'n': return U'\n';
      case U'r': return U'\r';
      case U'f': return U'\f';
      case U'a': return U'\a';
      case U'e': return char32_t{0x1B};
      case U'x': return take_hex(2);
      case U'u': return take_hex(4);
      default: break;
    }
    if (is_ascii_letter(point) || is_ascii_digit(point))
      return complain("a backslash before this letter means nothing");
    return point;
  }

  Result<char32_t> take_hex(int digits) {
    char32_t out = 0;
    for (int i = 0; i < digits; ++i, ++at_) {
      const auto c = peek();
      if (!is_ascii_digit(c) && !(c >= 'a' && c <= 'f') && !(c >= 'A' && c <= 'F'))
        return complain("a hexadecimal digit is missing");
      out = out * 16 + (is_ascii_digit(c) ? c - U'0' : (c | 0x20U) - U'a' + 10);
    }
    return out;
  }

  Result<RegexNode> parse_class() {
    ++at_;
    const bool negated = take(U"^");
    Ranges ranges;
    do {
      if (at_end()) return complain("a class is not closed: its ']' is missing");
      if (peek() == U'[') return unsupported("classes inside classes");
      if (peek() == U'&' && peek(1) == U'&') return unsupported("intersections (&&) of classes");
      TRY_DO(parse_class_item(ranges));
    } while (!take(U"]"));
    return set_node(std::move(ranges), negated, flags_.ignore_case);
  }

  Result<> parse_class_item(Ranges& ranges) {
    if (peek() == U'\\') {
      ++at_;
      if (at_end()) return complain("a backslash ends the pattern");
      if (const auto more = TRY(take_class_escape()))
        return ranges.insert(ranges.end(), more->begin(), more->end()), Result<>{};
      --at_;
    }
    const auto first = TRY(take_class_point());
    if (peek() != U'-' || peek(1) == U']' || at_ + 1 >= points_.size())
      return ranges.emplace_back(first, first), Result<>{};
    ++at_;
    if (peek() == U'[') return unsupported("classes inside classes");
    const auto last = TRY(take_class_point());
    if (last < first) return complain("a range of a class runs backwards");
    return ranges.emplace_back(first, last), Result<>{};
  }

  Result<char32_t> take_class_point() {
    if (peek() != U'\\') return points_[at_++];
    ++at_;
    if (at_end()) return complain("a backslash ends the pattern");
    return take_character_escape();
  }

  std::string shown_;
  std::u32string points_;
  std::size_t at_ = 0;
  int depth_ = 0;
  Flags flags_;
};

}  // namespace

Result<RegexNode> parse_regex(std::string_view pattern) {
  if (pattern.size() > limits::kRegexBytes)
    return fail(ErrorKind::Limit, "a pattern has more than " + std::to_string(limits::kRegexBytes) +
                                      " bytes; shorten it");
  return RegexParser(pattern).parse();
}

}  // namespace hikae::text
