#include "stack/graph.h"

#include <algorithm>
#include <optional>

namespace hikae::stack {
namespace {

void add_name(std::string_view name, const Template& source, std::set<std::string>& names) {
  if (source.resources().contains(name)) names.insert(str(name));
}

void collect_sub(const Value& argument, const Template& source, std::set<std::string>& names) {
  const auto* pair = argument.if_array();
  const bool has_map = pair && pair->size() == 2 && (*pair)[1].is_object();
  const auto text = text_of(pair && !pair->empty() ? (*pair)[0] : argument);
  auto parts = sub_parts(text);
  if (!parts) return;  // reported by validation
  for (const auto& part : *parts) {
    if (!part.placeholder || (has_map && find((*pair)[1], part.text))) continue;
    add_name(std::string_view(part.text).substr(0, part.text.find('.')), source, names);
  }
}

void collect(const Value& value, const Template& source, std::set<std::string>& names) {
  const auto function = intrinsic_of(value);
  if (function == "Ref") return add_name(text_of(argument_of(value)), source, names);
  if (function == "Fn::GetAtt") {
    if (auto name = attribute_name(argument_of(value))) add_name(name->resource, source, names);
    return;
  }
  if (function == "Fn::Sub") collect_sub(argument_of(value), source, names);
  if (const auto* list = value.if_array())
    for (const auto& item : *list) collect(item, source, names);
  if (const auto* object = value.if_object())
    for (const auto& member : *object) collect(member.value(), source, names);
}

/// Depth first, with a stack of our own: a template's depth of needs is not bounded by its text's.
class TopologicalWalk {
 public:
  TopologicalWalk(const Needs& needs, Order& order) : needs_(needs), order_(order) {}

  void visit(const std::string& root) {
    if (!enter(root)) return;
    while (!path_.empty() && order_.cycle.empty()) {
      auto& at = path_.back();
      if (at.next == at.end) {
        done_.insert(at.id);
        order_.ids.push_back(at.id);
        open_.erase(at.id);
        path_.pop_back();
      } else {
        enter(*at.next++);
      }
    }
  }

 private:
  struct Node {
    std::string id;
    std::set<std::string>::const_iterator next, end;
  };

  bool enter(const std::string& id) {
    if (done_.contains(id)) return false;
    if (!open_.insert(id).second) {
      note_cycle(id);
      return false;
    }
    const auto& needed = needs_.at(id);
    path_.push_back({id, needed.begin(), needed.end()});
    return true;
  }

  void note_cycle(const std::string& id) {
    auto from = std::ranges::find(path_, id, &Node::id);
    for (; from != path_.end(); ++from) order_.cycle.push_back(from->id);
    order_.cycle.push_back(id);
  }

  const Needs& needs_;
  Order& order_;
  std::vector<Node> path_;
  std::set<std::string> open_, done_;
};

}  // namespace

std::set<std::string> resources_named_in(const Value& value, const Template& source) {
  std::set<std::string> names;
  collect(value, source, names);
  return names;
}

Needs needs_of(const Template& source) {
  Needs needs;
  for (const auto& resource : source.resources()) {
    auto& named = needs[str(resource.key())];
    const auto& body = resource.value();
    if (const auto* properties = find(body, "Properties"))
      named = resources_named_in(*properties, source);
    if (const auto* depends = find(body, "DependsOn")) {
      add_name(text_of(*depends), source, named);
      for (const auto& item : list_at(body, "DependsOn")) add_name(text_of(item), source, named);
    }
  }
  return needs;
}

Order order_of(const Template& source, const Needs& needs) {
  Order order;
  TopologicalWalk walk(needs, order);
  for (const auto& resource : source.resources())
    if (order.cycle.empty()) walk.visit(str(resource.key()));
  return order;
}

}  // namespace hikae::stack
