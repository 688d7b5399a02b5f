#include "stack/resource_types.h"

#include <algorithm>
#include <charconv>

#include "base/invariant.h"
#include "stack/resource_table.h"

namespace hikae::stack {
namespace {

std::string_view take_line(std::string_view& rest) {
  auto end = rest.find('\n');
  auto line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return line;
}

std::string_view take_word(std::string_view& line) {
  while (!line.empty() && line.front() == ' ') line.remove_prefix(1);
  auto word = line.substr(0, line.find(' '));
  line.remove_prefix(word.size());
  return word;
}

std::vector<std::string_view> split_bars(std::string_view text) {
  std::vector<std::string_view> parts;
  for (;;) {
    auto bar = text.find('|');
    parts.push_back(text.substr(0, bar));
    if (bar == std::string_view::npos) return parts;
    text.remove_prefix(bar + 1);
  }
}

std::int64_t table_number(std::string_view text) {
  std::int64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  INVARIANT(error == std::errc{} && end == text.data() + text.size(), "the resource table's range");
  return number;
}

void read_shape(std::string_view word, Property& property) {
  if (word.front() == '[' || word.front() == '{') {
    property.many = word.front() == '[' ? Many::List : Many::Map;
    word = word.substr(1, word.size() - 2);
  }
  if (word == "string") return;
  if (word == "integer")
    property.shape = Shape::Integer;
  else if (word == "number")
    property.shape = Shape::Number;
  else if (word == "boolean")
    property.shape = Shape::Boolean;
  else if (word == "json")
    property.shape = Shape::Json;
  else if (word == "policy")
    property.shape = Shape::Policy;
  else {
    property.shape = Shape::Nested;
    property.nested = word;
  }
}

void read_constraint(std::string_view word, Property& property) {
  if (word == "~")
    property.replaces = true;
  else if (word == "arn")
    property.arn = true;
  else if (word.starts_with('='))
    property.values = split_bars(word.substr(1));
  else if (word.starts_with('/'))
    property.pattern = word.substr(1, word.size() - 2);
  else if (word.starts_with("is:"))
    property.check = word.substr(3);
  else if (word.starts_with("ref:"))
    property.ref = word.substr(4);
  else {
    auto dots = word.find("..");
    INVARIANT(dots != std::string_view::npos, "the resource table has an unknown word");
    property.min = table_number(word.substr(0, dots));
    property.max = table_number(word.substr(dots + 2));
  }
}

Property read_property(std::string_view line) {
  Property property;
  property.name = take_word(line);
  if (property.name.ends_with('!')) {
    property.required = true;
    property.name.remove_suffix(1);
  }
  read_shape(take_word(line), property);
  for (auto word = take_word(line); !word.empty(); word = take_word(line))
    read_constraint(word, property);
  return property;
}

ResourceType read_type(std::string_view line) {
  ResourceType type;
  type.name = take_word(line);
  type.properties.name = type.name;
  for (auto word = take_word(line); !word.empty(); word = take_word(line)) {
    if (word == "ref-arn")
      type.ref_is_arn = true;
    else if (word == "any")
      type.any_properties = true;
    else if (word == "unmade")
      type.is_made = false;
    else
      type.attributes.push_back(word.substr(1));
  }
  return type;
}

/// Two nested types that many resources share.
void add_shared(ResourceType& type) {
  ObjectType tag{"Tag",
                 {read_property("Key! string 1..128"), read_property("Value! string 0..256")}};
  type.nested.push_back(std::move(tag));
  type.nested.push_back(ObjectType{"TextList", {}});
}

std::vector<ResourceType> read_table(std::string_view rest) {
  std::vector<ResourceType> types;
  while (!rest.empty()) {
    auto line = take_line(rest);
    if (line.empty()) continue;
    if (line.front() != ' ') {
      types.push_back(read_type(line));
      add_shared(types.back());
      continue;
    }
    INVARIANT(!types.empty(), "the resource table begins with a type");
    auto& type = types.back();
    auto words = line.substr(line.find_first_not_of(' '));
    if (words.front() == '.')
      type.nested.push_back(ObjectType{words.substr(1), {}});
    else if (line.starts_with("  "))
      type.nested.back().properties.push_back(read_property(words));
    else
      type.properties.properties.push_back(read_property(words));
  }
  return types;
}

const std::vector<ResourceType>& resource_types() {
  static const std::vector<ResourceType> kTypes = read_table(kResourceTable);
  return kTypes;
}

/// One atom of a pattern: which bytes it takes, how often.
struct PatternAtom {
  bool takes[256] = {};
  std::size_t least = 1;
  std::size_t most = 1;
};

class PatternReader {
 public:
  explicit PatternReader(std::string_view text) : rest_(text) {}
  [[nodiscard]] bool done() const { return rest_.empty(); }

  PatternAtom next() {
    PatternAtom atom;
    if (rest_.front() == '[')
      read_class(atom);
    else
      atom.takes[static_cast<unsigned char>(take())] = true;
    read_count(atom);
    return atom;
  }

 private:
  char take() {
    char c = rest_.front();
    rest_.remove_prefix(1);
    if (c != '\\') return c;
    char escaped = rest_.front();
    rest_.remove_prefix(1);
    return escaped == 's' ? ' ' : escaped;
  }

  void read_class(PatternAtom& atom) {
    rest_.remove_prefix(1);
    while (rest_.front() != ']') {
      auto first = static_cast<unsigned char>(take());
      auto last = first;
      if (rest_.size() > 1 && rest_[0] == '-' && rest_[1] != ']') {
        rest_.remove_prefix(1);
        last = static_cast<unsigned char>(take());
      }
      for (unsigned c = first; c <= last; ++c) atom.takes[c] = true;
    }
    rest_.remove_prefix(1);
  }

  void read_count(PatternAtom& atom) {
    if (rest_.empty()) return;
    if (rest_.front() == '*' || rest_.front() == '+') {
      atom.least = rest_.front() == '+' ? 1 : 0;
      atom.most = std::string_view::npos;
      rest_.remove_prefix(1);
    } else if (rest_.front() == '{') {
      auto inside = rest_.substr(1, rest_.find('}') - 1);
      auto comma = inside.find(',');
      atom.least = static_cast<std::size_t>(table_number(inside.substr(0, comma)));
      atom.most = comma == std::string_view::npos
                      ? atom.least
                      : static_cast<std::size_t>(table_number(inside.substr(comma + 1)));
      rest_.remove_prefix(inside.size() + 2);
    }
  }

  std::string_view rest_;
};

}  // namespace

const Property* ObjectType::find(std::string_view property) const {
  auto at = std::ranges::find(properties, property, &Property::name);
  return at == properties.end() ? nullptr : &*at;
}

std::vector<std::string_view> ObjectType::names() const {
  std::vector<std::string_view> list;
  for (const auto& property : properties) list.push_back(property.name);
  return list;
}

const ObjectType& ResourceType::nested_type(std::string_view type) const {
  auto at = std::ranges::find(nested, type, &ObjectType::name);
  INVARIANT(at != nested.end(), "the resource table names a nested type it does not have");
  return *at;
}

const ResourceType* find_resource_type(std::string_view name) {
  const auto& types = resource_types();
  auto at = std::ranges::find(types, name, &ResourceType::name);
  return at == types.end() ? nullptr : &*at;
}

std::vector<std::string_view> resource_type_names() {
  std::vector<std::string_view> names;
  for (const auto& type : resource_types()) names.push_back(type.name);
  return names;
}

bool matches(std::string_view pattern, std::string_view text) {
  PatternReader reader(pattern);
  while (!reader.done()) {
    const auto atom = reader.next();
    std::size_t count = 0;
    while (count < atom.most && count < text.size() &&
           atom.takes[static_cast<unsigned char>(text[count])])
      ++count;
    if (count < atom.least) return false;
    text.remove_prefix(count);
  }
  return text.empty();
}

}  // namespace hikae::stack
