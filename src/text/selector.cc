// How a selector is applied: a list of nodes goes through the parts, one part after the other. A
// deep part looks at every node below, level by level (docs/reference/ssm-automation.md 4). A node
// that was found on two ways (`$..a..b` where an a lies in an a) counts once: so each part costs at
// most one walk over the value, whatever the selector says.
#include "text/selector.h"

#include <deque>
#include <span>
#include <unordered_set>

#include "base/invariant.h"
#include "base/limits.h"
#include "text/selector_parts.h"

namespace hikae::text {
namespace {

using SelectedNodes = std::vector<const Value*>;

/// Nodes in the order in which they were found, each once.
class FoundNodes {
 public:
  bool add(const Value& node) {
    if (!seen_.insert(&node).second) return false;
    nodes_.push_back(&node);
    return true;
  }
  [[nodiscard]] SelectedNodes take() { return std::move(nodes_); }

 private:
  SelectedNodes nodes_;
  std::unordered_set<const Value*> seen_;
};

template <class Visit>
void for_each_child(const Value& node, const Visit& visit) {
  if (const auto* array = node.if_array())
    for (const auto& item : *array) visit(item);
  if (const auto* object = node.if_object())
    for (const auto& member : *object) visit(member.value());
}

const Value* item_at(const Value& node, std::int64_t index) {
  const auto* array = node.if_array();
  if (!array) return nullptr;
  const auto size = static_cast<std::int64_t>(array->size());
  if (index < 0) index += size;
  return index >= 0 && index < size ? &(*array)[static_cast<std::size_t>(index)] : nullptr;
}

std::int64_t slice_bound(std::optional<std::int64_t> bound, std::int64_t otherwise,
                         std::int64_t size) {
  if (!bound) return otherwise;
  const auto from_front = *bound < 0 ? std::max<std::int64_t>(*bound, -size) + size : *bound;
  return std::min(from_front, size);
}

const Value* along(const Value& node, const SelectorTest& test) {
  const Value* at = &node;
  for (const auto& step : test.path) {
    const auto* key = std::get_if<std::string>(&step);
    at = key ? find(*at, *key) : item_at(*at, std::get<std::int64_t>(step));
    if (!at) return nullptr;
  }
  return at;
}

template <class Left>
bool ordered(SelectorTest::Operator op, const Left& left, const Left& right) {
  using enum SelectorTest::Operator;
  switch (op) {
    case Exists: return true;
    case Equal: return left == right;
    case NotEqual: return left != right;
    case Less: return left < right;
    case LessOrEqual: return left <= right;
    case Greater: return left > right;
    case GreaterOrEqual: return left >= right;
  }
  return false;
}

bool passes(const Value& node, const SelectorTest& test) {
  const auto* value = along(node, test);
  if (!value) return false;
  if (test.op == SelectorTest::Operator::Exists) return true;
  if (value->is_number() && test.literal.is_number())
    return ordered(test.op, value->to_number<double>(), test.literal.to_number<double>());
  if (value->is_string() && test.literal.is_string())
    return ordered(test.op, text_of(*value), text_of(test.literal));
  if (value->kind() == test.literal.kind() && test.op == SelectorTest::Operator::Equal)
    return *value == test.literal;
  return test.op == SelectorTest::Operator::NotEqual && *value != test.literal;
}

bool passes(const Value& node, const SelectorFilter& filter) {
  for (const auto& group : filter) {
    bool all = true;
    for (const auto& test : group) all = all && passes(node, test);
    if (all) return true;
  }
  return false;
}

template <class Part>
void apply_slice(const Value& node, const Part& part, FoundNodes& found) {
  const auto* array = node.if_array();
  if (!array) return;
  const auto size = static_cast<std::int64_t>(array->size());
  const auto end = slice_bound(part.end, size, size);
  for (auto i = slice_bound(part.begin, 0, size); i < end; ++i)
    found.add((*array)[static_cast<std::size_t>(i)]);
}

/// What one part finds directly at one node.
template <class Part>
void apply_part(const Value& node, const Part& part, FoundNodes& found) {
  switch (part.step) {
    case SelectorStep::Key:
      if (const auto* member = find(node, part.key)) found.add(*member);
      break;
    case SelectorStep::Index:
      if (const auto* item = item_at(node, part.index)) found.add(*item);
      break;
    case SelectorStep::All:
      for_each_child(node, [&](const Value& child) { found.add(child); });
      break;
    case SelectorStep::Slice: apply_slice(node, part, found); break;
    case SelectorStep::Filter:
      if (node.is_array())
        for_each_child(node, [&](const Value& child) {
          if (passes(child, part.filter)) found.add(child);
        });
      break;
  }
}

template <class Part>
bool leads_to_one(const Part& part) {
  return !part.deep && (part.step == SelectorStep::Key || part.step == SelectorStep::Index);
}

/// Where such a part leads; nullptr: nowhere.
template <class Part>
const Value* one_step(const Value& node, const Part& part) {
  return part.step == SelectorStep::Key ? find(node, part.key) : item_at(node, part.index);
}

/// All nodes at and below `roots`, level by level, each once.
SelectedNodes levels_below(const SelectedNodes& roots) {
  FoundNodes found;
  for (const auto* root : roots) {
    std::deque<const Value*> level;
    if (found.add(*root)) level.push_back(root);
    for (; !level.empty(); level.pop_front())
      for_each_child(*level.front(), [&](const Value& child) {
        if (found.add(child)) level.push_back(&child);
      });
  }
  return found.take();
}

Value list_of(const SelectedNodes& nodes) {
  Array list;
  list.reserve(nodes.size());
  for (const auto* node : nodes) list.push_back(*node);
  return list;
}

}  // namespace

bool Selector::yields_list() const {
  if (!parts_) return false;
  for (const auto& part : *parts_)
    if (part.deep || part.step == SelectorStep::All || part.step == SelectorStep::Slice ||
        part.step == SelectorStep::Filter)
      return true;
  return false;
}

std::optional<Value> Selector::select(const Value& root) const {
  INVARIANT(parts_, "a selector is made by parse()");
  // Up to the first part that may find several there is one node, or none.
  const auto* only = &root;
  auto part_at = parts_->begin();
  for (; only && part_at != parts_->end() && leads_to_one(*part_at); ++part_at)
    only = one_step(*only, *part_at);
  if (!only) return std::nullopt;
  if (part_at == parts_->end()) return *only;
  SelectedNodes nodes{only};
  for (const auto& part : std::span(part_at, parts_->end())) {
    FoundNodes found;
    for (const auto* node : part.deep ? levels_below(nodes) : nodes) apply_part(*node, part, found);
    nodes = found.take();
  }
  if (nodes.empty() || nodes.size() > limits::kSelectorMatches) return std::nullopt;
  return yields_list() ? list_of(nodes) : *nodes.front();
}

}  // namespace hikae::text
