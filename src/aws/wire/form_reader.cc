// The pairs are sorted by name, a dot counting as the smallest character. Then all that begins with
// the same words stands together, and a range of pairs and a place in their names stand for a node
// of the tree: no node is ever built, and an index of 100,000,000 costs as much as an index of 1.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <span>

#include "aws/wire/form_body.h"
#include "aws/wire/form_names.h"
#include "aws/wire/limits.h"
#include "aws/wire/scalar.h"

namespace hikae::aws::wire {
namespace {

using table::Member;
using table::Shape;
using table::Type;

using Pairs = std::span<const Pair>;

/// What stands under one name: `word` is its last part, `at` where the part behind it begins.
struct Node {
  std::string_view word;
  Pairs pairs;
  std::size_t at = 0;
};

class FormReader {
 public:
  FormReader(FormNames names, Reading& reading) : names_(names), reading_(reading) {}

  Value structure(const Node& node, const Shape& shape, int depth);

 private:
  Value read(const Node& node, const Member& member, int depth);
  Value list(const Node& node, const Member& member, int depth);
  Value map(const Node& node, const Member& member, int depth);
  Value scalar(const Node& node, const Shape& shape);
  const Member* member_named(std::string_view word, const Shape& shape) const;
  std::vector<Node> numbered(const Node& node);
  void ignore(Pairs pairs);

  const table::Table& table_ = table::Table::linked();
  FormNames names_;
  Reading& reading_;
};

int rank_of(char c) { return c == '.' ? 0 : static_cast<unsigned char>(c) + 1; }

bool stands_before(const Pair& a, const Pair& b) {
  return std::ranges::lexicographical_compare(a.first, b.first, {}, rank_of, rank_of);
}

std::string_view word_at(const std::string& name, std::size_t at) {
  if (at >= name.size()) return {};
  return std::string_view(name).substr(at, name.find('.', at) - at);
}

/// The pair that bears exactly this name, if any: the last of equals.
const std::string* own_value(const Node& node) {
  const std::string* value = nullptr;
  for (const auto& pair : node.pairs) {
    if (pair.first.size() >= node.at) break;
    value = &pair.second;
  }
  return value;
}

std::vector<Node> children(const Node& node) {
  std::vector<Node> out;
  for (std::size_t i = 0; i < node.pairs.size();) {
    const auto word = word_at(node.pairs[i].first, node.at);
    std::size_t end = i + 1;
    while (end < node.pairs.size() && word_at(node.pairs[end].first, node.at) == word) ++end;
    if (node.pairs[i].first.size() >= node.at)
      out.push_back({word, node.pairs.subspan(i, end - i), node.at + word.size() + 1});
    i = end;
  }
  return out;
}

std::optional<std::uint32_t> index_of(std::string_view word) {
  std::uint32_t index = 0;
  const auto* const end = word.data() + word.size();
  const auto [at, error] = std::from_chars(word.data(), end, index);
  if (error != std::errc{} || at != end) return std::nullopt;
  return index;
}

void FormReader::ignore(Pairs pairs) {
  if (!pairs.empty()) reading_.ignore(pairs.front().first);
}

const Member* FormReader::member_named(std::string_view word, const Shape& shape) const {
  for (const auto& member : table_.members(shape))
    if (form_name(table_, member, names_).is(word) ||
        (!word.empty() && replaced_name(table_, member, names_) == word))
      return &member;
  return nullptr;
}

Value FormReader::structure(const Node& node, const Shape& shape, int depth) {
  Object out;
  if (depth > kDepth) {
    reading_.fault(Fault::TooMuch, fmt::format("nested deeper than {} levels", kDepth));
    return out;
  }
  for (const auto& child : children(node)) {
    const auto* member = member_named(child.word, shape);
    if (!member) {
      ignore(child.pairs);
    } else if (auto value = read(child, *member, depth); !value.is_null()) {
      out[table_.text(member->name)] = std::move(value);
    }
  }
  return out;
}

Value FormReader::read(const Node& node, const Member& member, int depth) {
  const auto& shape = table_.shape(member.shape);
  switch (shape.type) {
    case Type::Structure: return structure(node, shape, depth + 1);
    case Type::List: return list(node, member, depth + 1);
    case Type::Map: return map(node, member, depth + 1);
    default: return scalar(node, shape);
  }
}

Value FormReader::scalar(const Node& node, const Shape& shape) {
  for (const auto& child : children(node)) ignore(child.pairs);
  const auto* value = own_value(node);
  if (!value) return nullptr;
  const auto name = std::string_view(node.pairs.front().first).substr(0, node.at - 1);
  return scalar_from(*value, shape, name, reading_);
}

std::vector<Node> FormReader::numbered(const Node& node) {
  std::vector<std::pair<std::uint32_t, Node>> found;
  for (const auto& child : children(node)) {
    if (const auto index = index_of(child.word))
      found.emplace_back(*index, child);
    else
      ignore(child.pairs);
  }
  std::ranges::stable_sort(found, {}, [](const auto& entry) { return entry.first; });
  std::vector<Node> out;
  out.reserve(found.size());
  for (auto& [index, child] : found) out.push_back(child);
  return out;
}

Value FormReader::list(const Node& node, const Member& member, int depth) {
  const auto& element = table_.members(table_.shape(member.shape))[0];
  Array out;
  const auto read_elements = [&](const Node& place) {
    for (const auto& child : numbered(place))
      if (auto value = read(child, element, depth); !value.is_null())
        out.push_back(std::move(value));
  };
  if (names_ == FormNames::Ec2 || is_flattened(member)) {
    read_elements(node);
    return out;
  }
  const auto own = table_.text(element.location_name);
  for (const auto& child : children(node)) {
    if (child.word == "member" || (!own.empty() && child.word == own))
      read_elements(child);
    else
      ignore(child.pairs);
  }
  return out;
}

Value FormReader::map(const Node& node, const Member& member, int depth) {
  const auto parts = table_.members(table_.shape(member.shape));
  const auto key_word = parts[0].location_name ? table_.text(parts[0].location_name) : "key";
  const auto value_word = parts[1].location_name ? table_.text(parts[1].location_name) : "value";
  Object out;
  const auto read_entries = [&](const Node& place) {
    for (const auto& entry : numbered(place)) {
      const std::string* key = nullptr;
      Value value;
      for (const auto& part : children(entry)) {
        if (part.word == key_word)
          key = own_value(part);
        else if (part.word == value_word)
          value = read(part, parts[1], depth);
        else
          ignore(part.pairs);
      }
      if (key && !value.is_null()) out[*key] = std::move(value);
    }
  };
  if (is_flattened(member)) {
    read_entries(node);
    return out;
  }
  for (const auto& child : children(node)) {
    if (child.word == "entry")
      read_entries(child);
    else
      ignore(child.pairs);
  }
  return out;
}

}  // namespace

Value read_form(std::vector<Pair>& pairs, const Shape& shape, FormNames names, Reading& reading) {
  std::ranges::stable_sort(pairs, stands_before);
  return FormReader(names, reading).structure({{}, pairs, 0}, shape, 0);
}

}  // namespace hikae::aws::wire
