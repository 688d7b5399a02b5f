#include "text/json_reader.h"

#include <boost/json/value_stack.hpp>
#include <charconv>
#include <set>

#include "base/escape.h"
#include "base/limits.h"
#include "text/code_points.h"
#include "text/line_counter.h"

namespace hikae::text {
namespace {

bool is_json_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_json_digit(char c) { return c >= '0' && c <= '9'; }

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

char simple_unescape(char c) {
  switch (c) {
    case '"': return '"';
    case '\\': return '\\';
    case '/': return '/';
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return 0;
  }
}

/// Recursive descent; each read_… moves `at_` behind what it read, or leaves a failure.
class JsonReader {
 public:
  JsonReader(std::string_view text, const JsonReading& reading)
      : text_(text), reading_(reading), lines_(text) {}

  std::expected<Value, JsonFailure> read() {
    stack_.reset();
    if (!read_value(0)) return std::unexpected(failure_);
    skip_space();
    if (at_ < text_.size()) {
      fail_at(at_, "there is more text after the end of the JSON value");
      return std::unexpected(failure_);
    }
    return stack_.release();
  }

 private:
  bool fail_at(std::size_t offset, std::string message) {
    return fail_at(offset, std::move(message), "json-syntax", ErrorKind::Invalid);
  }

  bool fail_at(std::size_t offset, std::string message, std::string code, ErrorKind kind) {
    failure_ = {kind, std::move(code), LineCounter(text_).at(offset), std::move(message)};
    return false;
  }

  [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  void skip_space() {
    while (at_ < text_.size() && is_json_space(text_[at_])) ++at_;
  }

  [[nodiscard]] std::string found() const {
    if (at_ >= text_.size()) return "the text ends";
    const auto length = std::max<std::size_t>(utf8_length(text_, at_), 1);
    return "'" + printable(text_.substr(at_, length)) + "' stands";
  }

  bool expected(std::string_view what) {
    return fail_at(at_, found() + " where " + std::string(what) + " should be");
  }

  bool read_value(int depth) {
    skip_space();
    if (reading_.places) reading_.places->set(pointer_, lines_.at(at_));
    if (reading_.nodes_max && ++nodes_ > reading_.nodes_max)
      return fail_at(at_, "more than " + std::to_string(reading_.nodes_max) + " values", "too-many",
                     ErrorKind::Limit);
    switch (peek()) {
      case '{': return read_object(depth);
      case '[': return read_array(depth);
      case '"': return read_string_value();
      case 't': return read_word("true") && (stack_.push_bool(true), true);
      case 'f': return read_word("false") && (stack_.push_bool(false), true);
      case 'n': return read_word("null") && (stack_.push_null(), true);
      default: break;
    }
    if (peek() == '-' || is_json_digit(peek())) return read_number();
    return expected("a value");
  }

  bool read_word(std::string_view word) {
    if (text_.substr(at_, word.size()) != word) return expected("a value");
    at_ += word.size();
    return true;
  }

  bool too_deep(int depth) {
    if (depth < limits::kTextDepth) return false;
    fail_at(at_, "nested more than " + std::to_string(limits::kTextDepth) + " levels deep",
            "too-deep", ErrorKind::Limit);
    return true;
  }

  bool read_array(int depth) {
    if (too_deep(depth)) return false;
    ++at_;
    skip_space();
    std::size_t count = 0;
    if (peek() == ']') return ++at_, stack_.push_array(0), true;
    const auto parent = pointer_.size();
    for (;;) {
      if (reading_.places) pointer_ += "/" + std::to_string(count);
      if (!read_value(depth + 1)) return false;
      pointer_.resize(parent);
      ++count;
      skip_space();
      if (peek() == ']') break;
      if (peek() != ',') return expected("',' or ']'");
      ++at_;
    }
    return ++at_, stack_.push_array(count), true;
  }

  bool read_object(int depth) {
    if (too_deep(depth)) return false;
    ++at_;
    skip_space();
    if (peek() == '}') return ++at_, stack_.push_object(0), true;
    std::size_t count = 0;
    std::set<std::string, std::less<>> keys;
    for (;;) {
      if (!read_member(depth, keys)) return false;
      ++count;
      skip_space();
      if (peek() == '}') break;
      if (peek() != ',') return expected("',' or '}'");
      ++at_;
    }
    return ++at_, stack_.push_object(count), true;
  }

  bool read_member(int depth, std::set<std::string, std::less<>>& keys) {
    skip_space();
    const auto key_at = at_;
    if (peek() != '"') return expected("a key in double quotes");
    std::string_view key;
    if (!read_string(key)) return false;
    if (reading_.duplicates == DuplicateKeys::Refuse && !keys.emplace(key).second)
      return fail_at(key_at, "the key \"" + printable(key) + "\" stands twice in one map",
                     "duplicate-key", ErrorKind::Invalid);
    stack_.push_key({key.data(), key.size()});
    const auto parent = pointer_.size();
    if (reading_.places) {
      append_key(pointer_, key);
      reading_.places->set_key(pointer_, lines_.at(key_at));
    }
    skip_space();
    if (peek() != ':') return expected("':'");
    ++at_;
    if (!read_value(depth + 1)) return false;
    pointer_.resize(parent);
    return true;
  }

  bool read_string_value() {
    std::string_view value;
    if (!read_string(value)) return false;
    stack_.push_string({value.data(), value.size()});
    return true;
  }

  /// `out` points into the text, or into `unescaped_` until the next string is read.
  bool read_string(std::string_view& out) {
    const auto begin = ++at_;
    if (!skip_plain_characters()) return false;
    if (text_[at_] == '"') {
      out = text_.substr(begin, at_++ - begin);
      return true;
    }
    unescaped_.assign(text_.substr(begin, at_ - begin));
    while (text_[at_] != '"') {
      if (!read_escape()) return false;
      const auto plain = at_;
      if (!skip_plain_characters()) return false;
      unescaped_ += text_.substr(plain, at_ - plain);
    }
    ++at_;
    out = unescaped_;
    return true;
  }

  /// To the next quote or backslash.
  bool skip_plain_characters() {
    for (;;) {
      if (at_ >= text_.size()) return fail_at(at_, "a string is not closed: its '\"' is missing");
      const auto c = static_cast<unsigned char>(text_[at_]);
      if (c == '"' || c == '\\') return true;
      if (c < 0x20)
        return fail_at(at_,
                       "a control character (a line break or a tab) stands in a string; "
                       "write it as \\n or \\t");
      const auto length = utf8_length(text_, at_);
      if (length == 0) return fail_at(at_, "a byte of a string is not UTF-8");
      at_ += length;
    }
  }

  bool read_escape() {
    const auto begin = at_++;
    if (peek() == 'u') return read_unicode_escape(begin);
    const char plain = simple_unescape(peek());
    if (!plain) return fail_at(begin, "a backslash in a string begins no known escape");
    unescaped_ += plain;
    ++at_;
    return true;
  }

  bool read_unicode_escape(std::size_t begin) {
    const int first = read_four_hex();
    if (first < 0) return fail_at(begin, "\\u needs four hexadecimal digits");
    auto point = static_cast<char32_t>(first);
    if (point >= 0xD800 && point < 0xDC00 && text_.substr(at_, 2) == "\\u") {
      ++at_;
      const int second = read_four_hex();
      if (second >= 0xDC00 && second < 0xE000)
        point = 0x10000 + ((point - 0xD800) << 10) + (static_cast<char32_t>(second) - 0xDC00);
    }
    if (point >= 0xD800 && point < 0xE000)
      return fail_at(begin, "half of a surrogate pair stands alone");
    append_code_point(unescaped_, point);
    return true;
  }

  /// The number behind the 'u' at `at_`; negative where it is none.
  int read_four_hex() {
    ++at_;
    int number = 0;
    for (int i = 0; i < 4; ++i) {
      const int digit = hex_digit(peek());
      if (digit < 0) return -1;
      number = number * 16 + digit;
      ++at_;
    }
    return number;
  }

  void skip_digits() {
    while (is_json_digit(peek())) ++at_;
  }

  bool read_number() {
    const auto begin = at_;
    if (peek() == '-') ++at_;
    if (!is_json_digit(peek())) return expected("a digit");
    if (peek() == '0')
      ++at_;
    else
      skip_digits();
    if (is_json_digit(peek()))
      return fail_at(begin, "a number begins with 0; write it without, or as a string");
    bool whole = true;
    if (peek() == '.') {
      whole = false, ++at_;
      if (!is_json_digit(peek())) return expected("a digit");
      skip_digits();
    }
    if (peek() == 'e' || peek() == 'E') {
      whole = false, ++at_;
      if (peek() == '+' || peek() == '-') ++at_;
      if (!is_json_digit(peek())) return expected("a digit");
      skip_digits();
    }
    return push_number(begin, whole);
  }

  bool push_number(std::size_t begin, bool whole) {
    const auto digits = text_.substr(begin, at_ - begin);
    const char* first = digits.data();
    const char* last = first + digits.size();
    if (digits.size() > limits::kNumberChars)
      return fail_at(begin, "a number is too long", "too-many", ErrorKind::Limit);
    std::int64_t integer = 0;
    std::uint64_t natural = 0;
    if (whole && std::from_chars(first, last, integer).ec == std::errc{})
      return stack_.push_int64(integer), true;
    if (whole && std::from_chars(first, last, natural).ec == std::errc{})
      return stack_.push_uint64(natural), true;
    double number = 0;
    if (std::from_chars(first, last, number).ec != std::errc{}) {
      if (!is_vanishing(digits)) return fail_at(begin, "a number is too large");
      number = 0;
    }
    return stack_.push_double(number), true;
  }

  /// Of a number beyond a double's range: whether it is too small rather than too large.
  static bool is_vanishing(std::string_view digits) {
    const auto exponent = digits.find_first_of("eE");
    if (exponent != std::string_view::npos) return digits[exponent + 1] == '-';
    return digits.starts_with("0.") || digits.starts_with("-0.");
  }

  std::string_view text_;
  const JsonReading& reading_;
  LineCounter lines_;
  std::size_t at_ = 0;
  std::size_t nodes_ = 0;
  std::string pointer_;
  std::string unescaped_;
  boost::json::value_stack stack_;
  JsonFailure failure_;
};

}  // namespace

std::expected<Value, JsonFailure> read_json(std::string_view text, const JsonReading& reading) {
  return JsonReader(text, reading).read();
}

}  // namespace hikae::text
