#include "text/json.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <vector>

#include "base/escape.h"
#include "base/invariant.h"
#include "base/limits.h"
#include "text/json_reader.h"

namespace hikae::text {
namespace {

struct JsonStyle {
  bool sorted = false;
  int indent = 0;  // 0: one line
};

template <class Number>
void append_whole(std::string& out, Number number) {
  char digits[24];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), number).ptr;
  out.append(digits, end);
}

void append_double(std::string& out, double number) {
  INVARIANT(std::isfinite(number),
            "JSON has no NaN and no infinity; refuse them where they come in");
  char digits[32];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), number).ptr;
  const std::string_view text(digits, end);
  out += text;
  if (text.find_first_of(".e") == std::string_view::npos) out += ".0";
}

class JsonWriter {
 public:
  JsonWriter(std::string& out, JsonStyle style) : out_(out), style_(style) {}

  void write(const Value& value) {
    switch (value.kind()) {
      case boost::json::kind::null: out_ += "null"; break;
      case boost::json::kind::bool_: out_ += value.get_bool() ? "true" : "false"; break;
      case boost::json::kind::int64: append_whole(out_, value.get_int64()); break;
      case boost::json::kind::uint64: append_whole(out_, value.get_uint64()); break;
      case boost::json::kind::double_: append_double(out_, value.get_double()); break;
      case boost::json::kind::string: append_json_string(out_, value.get_string()); break;
      case boost::json::kind::array: write_array(value.get_array()); break;
      case boost::json::kind::object: write_object(value.get_object()); break;
    }
  }

 private:
  void line_break() {
    if (style_.indent == 0) return;
    out_ += '\n';
    out_.append(static_cast<std::size_t>(style_.indent * level_), ' ');
  }

  void write_array(const Array& array) {
    out_ += '[';
    ++level_;
    bool first = true;
    for (const auto& item : array) {
      if (!first) out_ += ',';
      first = false;
      line_break();
      write(item);
    }
    --level_;
    if (!first) line_break();
    out_ += ']';
  }

  void write_object(const Object& object) {
    out_ += '{';
    ++level_;
    bool first = true;
    const auto write_member = [&](const Object::value_type& member) {
      if (!first) out_ += ',';
      first = false;
      line_break();
      append_json_string(out_, member.key());
      out_ += style_.indent ? ": " : ":";
      write(member.value());
    };
    if (style_.sorted)
      for (const auto* member : sorted_members(object)) write_member(*member);
    else
      for (const auto& member : object) write_member(member);
    --level_;
    if (!first) line_break();
    out_ += '}';
  }

  static std::vector<const Object::value_type*> sorted_members(const Object& object) {
    std::vector<const Object::value_type*> members;
    members.reserve(object.size());
    for (const auto& member : object) members.push_back(&member);
    std::ranges::sort(members, {}, [](const auto* m) { return std::string_view(m->key()); });
    return members;
  }

  std::string& out_;
  JsonStyle style_;
  int level_ = 0;
};

std::string written(const Value& value, JsonStyle style) {
  std::string out;
  JsonWriter(out, style).write(value);
  return out;
}

}  // namespace

Result<Value> parse_json(std::string_view text, DuplicateKeys duplicates) {
  if (text.size() > limits::kJsonBytes)
    return fail(ErrorKind::Limit, "the JSON text has " + std::to_string(text.size()) +
                                      " bytes, more than the " +
                                      std::to_string(limits::kJsonBytes) + " that are read");
  auto value = read_json(text, {.duplicates = duplicates, .places = nullptr, .nodes_max = 0});
  if (value) return *std::move(value);
  const auto& [kind, code, position, message] = value.error();
  return fail(kind, "line " + std::to_string(position.line) + ", column " +
                        std::to_string(position.column) + ": " + message);
}

std::string to_json(const Value& value) { return written(value, {}); }

void append_json(std::string& out, const Value& value) { JsonWriter(out, {}).write(value); }

std::string to_pretty_json(const Value& value) {
  return written(value, {.sorted = false, .indent = 2});
}

std::string to_canonical_json(const Value& value) {
  return written(value, {.sorted = true, .indent = 0});
}

}  // namespace hikae::text
