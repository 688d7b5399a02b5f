#include "pattern/plain_matcher_test.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace hikae::pattern::plain {
namespace {

using Elements = std::map<int, int>;  // list -> element
struct PlainLeaf {
  std::string path;
  const Value* value;
  Elements elements;
};
using PlainFields = std::map<std::string, const Array*>;

struct Flattener {
  std::vector<PlainLeaf> leaves;
  int lists = 0;

  void object(const Object& object, const std::string& path, const Elements& in) {
    for (const auto& [key, value] : object) {
      const auto name = std::string(key);
      any(value, path.empty() ? name : path + "." + name, in);
    }
  }
  void any(const Value& value, const std::string& path, const Elements& in) {
    if (const auto* map = value.if_object()) return object(*map, path, in);
    const auto* list = value.if_array();
    if (!list) return leaves.push_back({path, &value, in});
    const int number = lists++;
    for (std::size_t i = 0; i < list->size(); ++i) {
      auto inside = in;
      if ((*list)[i].is_array() || (*list)[i].is_object()) inside[number] = static_cast<int>(i);
      any((*list)[i], path, inside);
    }
  }
};

std::string lowered(std::string_view text) {
  std::string out(text);
  for (auto& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

bool glob(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '*')
    return glob(pattern.substr(1), text) || (!text.empty() && glob(pattern, text.substr(1)));
  if (pattern[0] == '\\') pattern.remove_prefix(1);
  return !text.empty() && text[0] == pattern[0] && glob(pattern.substr(1), text.substr(1));
}

long double plain_number(const Value& value) {
  return value.is_int64()    ? static_cast<long double>(value.get_int64())
         : value.is_uint64() ? static_cast<long double>(value.get_uint64())
                             : static_cast<long double>(value.get_double());
}

bool is_plain_number(const Value& value) {
  return value.is_int64() || value.is_uint64() || value.is_double();
}

bool same(const Value& a, const Value& b) {
  if (is_plain_number(a) && is_plain_number(b)) return plain_number(a) == plain_number(b);
  return a.kind() == b.kind() && a == b;
}

bool numeric(const Array& terms, const Value& value) {
  if (!is_plain_number(value)) return false;
  for (std::size_t i = 0; i < terms.size(); i += 2) {
    const auto sign = text_of(terms[i]);
    const auto v = plain_number(value);
    const auto n = plain_number(terms[i + 1]);
    const bool holds = sign == "="    ? v == n
                       : sign == "<"  ? v < n
                       : sign == "<=" ? v <= n
                       : sign == ">"  ? v > n
                                      : v >= n;
    if (!holds) return false;
  }
  return true;
}

unsigned long v4(std::string_view text, bool& ok) {
  unsigned long all = 0;
  std::size_t parts = 1;
  unsigned long part = 0;
  std::size_t digits = 0;
  ok = true;
  for (const char c : text) {
    if (c == '.') {
      ok = ok && digits > 0 && part < 256;
      all = all * 256 + part;
      part = 0, digits = 0, ++parts;
    } else {
      ok = ok && c >= '0' && c <= '9' && digits < 4;
      part = part * 10 + static_cast<unsigned long>(c - '0');
      ++digits;
    }
  }
  ok = ok && parts == 4 && digits > 0 && part < 256;
  return all * 256 + part;
}

bool in_block(std::string_view block, std::string_view text) {
  const auto slash = block.find('/');
  bool ok_base = false;
  bool ok_text = false;
  const auto base = v4(block.substr(0, slash), ok_base);
  const auto address = v4(text, ok_text);
  const int length = std::stoi(std::string(block.substr(slash + 1)));
  return ok_base && ok_text && (base >> (32 - length)) == (address >> (32 - length));
}

bool test(std::string_view op, const Value& operand, const Value& value);

bool any_inside(std::string_view op, const Value& operand, const Value& value) {
  if (const auto* list = operand.if_array())
    return std::ranges::any_of(*list, [&](const Value& item) { return test(op, item, value); });
  return test(op, operand, value);
}

bool test(std::string_view op, const Value& operand, const Value& value) {
  if (op == "numeric") return numeric(operand.get_array(), value);
  if (op == "exists") return operand.get_bool();
  if (op == "same") return same(operand, value);
  if (op == "anything-but") {
    if (const auto* inner = operand.if_object())
      return !any_inside(inner->begin()->key(), inner->begin()->value(), value);
    return !any_inside("same", operand, value);
  }
  if (!value.is_string()) return false;
  auto text = std::string(text_of(value));
  auto wanted = std::string(text_of(operand));
  if (operand.is_object()) {
    text = lowered(text);
    wanted = lowered(text_of(operand.get_object().begin()->value()));
  }
  if (op == "prefix") return text.starts_with(wanted);
  if (op == "suffix") return text.ends_with(wanted);
  if (op == "equals-ignore-case") return lowered(text) == lowered(wanted);
  if (op == "wildcard") return glob(wanted, text);
  if (op == "exactly") return text == wanted;
  return in_block(wanted, text);
}

bool accepts(const Value& candidate, const Value& value) {
  const auto* map = candidate.if_object();
  if (map) return test(map->begin()->key(), map->begin()->value(), value);
  bool both = false;
  bool one = false;
  if (candidate.is_string() && value.is_string() &&
      v4(text_of(candidate), one) == v4(text_of(value), both) && one && both)
    return true;
  return same(candidate, value);
}

bool absence_counts(const Array& candidates) {
  return std::ranges::any_of(candidates, [](const Value& candidate) {
    const auto* exists = find(candidate, "exists");
    return exists && exists->is_bool() && !exists->get_bool();
  });
}

bool agree(const Elements& a, const Elements& b) {
  return std::ranges::all_of(a, [&](const auto& place) {
    return !b.contains(place.first) || b.at(place.first) == place.second;
  });
}

bool choose(PlainFields::const_iterator field, PlainFields::const_iterator end,
            const std::vector<PlainLeaf>& leaves, const Elements& chosen) {
  if (field == end) return true;
  const auto next = std::next(field);
  const bool present =
      std::ranges::any_of(leaves, [&](const auto& leaf) { return leaf.path == field->first; });
  if (!present) return absence_counts(*field->second) && choose(next, end, leaves, chosen);
  for (const auto& leaf : leaves) {
    if (leaf.path != field->first || !agree(leaf.elements, chosen)) continue;
    if (std::ranges::none_of(*field->second, [&](const Value& candidate) {
          return accepts(candidate, *leaf.value);
        }))
      continue;
    auto more = chosen;
    more.insert(leaf.elements.begin(), leaf.elements.end());
    if (choose(next, end, leaves, more)) return true;
  }
  return false;
}

std::vector<PlainFields> written_out(const Object& object, const std::string& path,
                                     std::vector<PlainFields> so_far) {
  for (const auto& [key, value] : object) {
    const auto name = path.empty() ? std::string(key) : path + "." + std::string(key);
    if (std::string_view(key) == "$or") {
      std::vector<PlainFields> all;
      for (const auto& branch : value.get_array())
        for (auto& fields : written_out(branch.get_object(), path, so_far)) all.push_back(fields);
      so_far = all;
    } else if (const auto* below = value.if_object()) {
      so_far = written_out(*below, name, so_far);
    } else {
      for (auto& fields : so_far) fields[name] = &value.get_array();
    }
  }
  return so_far;
}

}  // namespace

bool matches(const Value& pattern, const Value& event) {
  Flattener flat;
  flat.object(event.get_object(), "", {});
  const auto alternatives = written_out(pattern.get_object(), "", {PlainFields{}});
  return std::ranges::any_of(alternatives, [&](const PlainFields& fields) {
    return choose(fields.begin(), fields.end(), flat.leaves, {});
  });
}

}  // namespace hikae::pattern::plain
