#include "text/yaml_composer.h"

#include <algorithm>

#include "base/limits.h"
#include "text/yaml_scalar.h"

namespace hikae::text {
namespace {

using YamlKind = YamlEvent::Kind;

/// Makes a path longer for as long as it lives.
class PathMark {
 public:
  PathMark(std::string& path, std::string_view key) : path_(path), length_(path.size()) {
    append_key(path, key);
  }
  ~PathMark() { path_.resize(length_); }
  PathMark(const PathMark&) = delete;
  PathMark& operator=(const PathMark&) = delete;

 private:
  std::string& path_;
  std::size_t length_;
};

/// "Logical.Attribute.More" -> ["Logical", "Attribute.More"].
Value attribute_pair(const Value& value) {
  if (!value.is_string()) return value;
  const auto text = text_of(value);
  const auto dot = text.find('.');
  if (dot == std::string_view::npos) return Array{Value(text)};
  return Array{Value(text.substr(0, dot)), Value(text.substr(dot + 1))};
}

bool is_core_collection(const YamlEvent& event) {
  const auto* core =
      event.kind == YamlKind::ListBegin ? "tag:yaml.org,2002:seq" : "tag:yaml.org,2002:map";
  return event.tag.empty() || event.tag == "!" || event.tag == core;
}

}  // namespace

void YamlComposer::Weight::hold(const Weight& child) {
  nodes += child.nodes;
  bytes += child.bytes;
  height = std::max(height, child.height + 1);
}

void YamlComposer::problem(Position position, std::string code, std::string message,
                           std::string hint) {
  report(problems_, {.severity = Severity::Error,
                     .code = std::move(code),
                     .position = position,
                     .path = {},
                     .message = std::move(message),
                     .hint = std::move(hint)});
}

bool YamlComposer::next(YamlEvent& event) {
  auto read = events_.next();
  if (read) return event = *std::move(read), true;
  // What came before is usually the cause of what libyaml stumbles over.
  if (!has_errors(problems_)) report(problems_, events_.error());
  return false;
}

bool YamlComposer::compose(Tree& tree) {
  places_ = &tree.places;
  YamlEvent event;
  if (!next(event)) return false;
  if (event.kind == YamlKind::StreamEnd) return tree.places.set("", {1, 1}), true;
  Node root;
  if (!next(event) || !compose_node(event, 0, root)) return false;
  tree.value = std::move(root.value);
  if (!next(event) || !next(event)) return false;
  if (event.kind == YamlKind::StreamEnd) return true;
  problem(event.position, "yaml-documents", "a second YAML document begins here; only one is read",
          "remove the line '---' and what follows it");
  return false;
}

/// Accounts for a node before it is made.
bool YamlComposer::take(const Weight& weight, int depth, Position position) {
  nodes_ += weight.nodes;
  bytes_ += weight.bytes;
  if (depth + weight.height > limits::kTextDepth + 1) {
    problem(position, "too-deep",
            "nested more than " + std::to_string(limits::kTextDepth) + " levels deep",
            "make the text flatter");
    return false;
  }
  if (nodes_ <= limits::kYamlNodes && bytes_ <= limits::kYamlExpandedBytes) return true;
  problem(position, "too-many",
          "more than " + std::to_string(limits::kYamlNodes) + " values or " +
              std::to_string(limits::kYamlExpandedBytes) + " bytes, counting each alias as a copy",
          "use fewer aliases, or split the file");
  return false;
}

bool YamlComposer::compose_node(const YamlEvent& event, int depth, Node& node) {
  places_->set(pointer_, event.position);
  if (event.kind == YamlKind::Alias) return compose_alias(event, depth, node);
  node.weight = {.nodes = 1, .bytes = event.text.size(), .height = 1};
  if (!take(node.weight, depth, event.position)) return false;
  if (!event.anchor.empty()) anchors_[event.anchor] = {};
  const bool read = tags_ == YamlTags::Intrinsics && !intrinsic_of(event.tag).empty()
                        ? compose_intrinsic(event, depth, node)
                        : compose_content(event, depth, node);
  if (!read) return false;
  if (event.anchor.empty()) return true;
  if (!take(node.weight, depth, event.position)) return false;
  anchors_[event.anchor] = {node.value, node.weight, true};
  return true;
}

bool YamlComposer::compose_content(const YamlEvent& event, int depth, Node& node) {
  if (event.kind == YamlKind::Scalar) return compose_scalar(event, node), true;
  check_collection_tag(event);
  return event.kind == YamlKind::ListBegin ? compose_list(depth, node) : compose_map(depth, node);
}

bool YamlComposer::compose_intrinsic(const YamlEvent& event, int depth, Node& node) {
  const auto name = intrinsic_of(event.tag);
  const PathMark mark(pointer_, name);
  auto plain = event;
  plain.tag.clear();
  plain.anchor.clear();
  plain.plain = false;  // `!Ref 5` names the parameter "5"
  Node inner;
  if (!compose_node(plain, depth + 1, inner)) return false;
  node.weight.hold(inner.weight);
  node.value =
      Object{{name, name == "Fn::GetAtt" ? attribute_pair(inner.value) : std::move(inner.value)}};
  return true;
}

void YamlComposer::compose_scalar(const YamlEvent& event, Node& node) {
  if (event.tag.empty()) {
    node.value = event.plain ? plain_scalar(event.text) : Value(event.text);
    return;
  }
  if (auto value = tagged_scalar(event.tag, event.text)) {
    node.value = *std::move(value);
    return;
  }
  problem(event.position, "yaml-tag",
          "the tag " + event.tag + " means nothing here, or does not fit its value",
          "remove the tag");
}

void YamlComposer::check_collection_tag(const YamlEvent& event) {
  if (is_core_collection(event)) return;
  problem(event.position, "yaml-tag", "the tag " + event.tag + " means nothing here",
          "remove the tag");
}

bool YamlComposer::compose_list(int depth, Node& node) {
  Array items;
  for (YamlEvent event;;) {
    if (!next(event)) return false;
    if (event.kind == YamlKind::ListEnd) break;
    const PathMark mark(pointer_, std::to_string(items.size()));
    Node item;
    if (!compose_node(event, depth + 1, item)) return false;
    node.weight.hold(item.weight);
    items.push_back(std::move(item.value));
  }
  node.value = std::move(items);
  return true;
}

bool YamlComposer::compose_map(int depth, Node& node) {
  node.value = Object();
  std::map<std::string, Position, std::less<>> keys;
  for (YamlEvent key;;) {
    if (!next(key)) return false;
    if (key.kind == YamlKind::MapEnd) return true;
    if (!compose_member(key, depth, node, keys)) return false;
  }
}

bool YamlComposer::compose_member(const YamlEvent& key, int depth, Node& map,
                                  std::map<std::string, Position, std::less<>>& keys) {
  YamlEvent event;
  if (!check_key(key, keys)) return skip_node(key) && next(event) && skip_node(event);
  const PathMark mark(pointer_, key.text);
  places_->set_key(pointer_, key.position);
  Node value;
  map.weight.bytes += key.text.size();
  bytes_ += key.text.size();
  if (!next(event) || !compose_node(event, depth + 1, value)) return false;
  map.weight.hold(value.weight);
  map.value.get_object().insert_or_assign(key.text, std::move(value.value));
  return true;
}

bool YamlComposer::check_key(const YamlEvent& key,
                             std::map<std::string, Position, std::less<>>& keys) {
  if (key.kind == YamlKind::MapBegin)
    return problem(key.position, "yaml-key",
                   "a map stands where a key should be; {{ … }} without quotes is read as one",
                   "put quotes around it: '{{ name }}'"),
           false;
  if (key.kind != YamlKind::Scalar)
    return problem(key.position, "yaml-key", "a key must be plain text, not a list or an alias",
                   "write the key as text"),
           false;
  if (key.plain && key.text == "<<")
    return problem(key.position, "yaml-merge", "merge keys (<<) are not read",
                   "repeat the members, or use an alias for a whole value"),
           false;
  const auto [first, fresh] = keys.emplace(key.text, key.position);
  if (fresh) return true;
  problem(key.position, "duplicate-key",
          "the key '" + key.text + "' stands twice in one map; first on line " +
              std::to_string(first->second.line),
          "remove one of the two");
  return false;
}

/// Reads over a node that begins with `event`.
bool YamlComposer::skip_node(const YamlEvent& begin) {
  int open = 0;
  YamlEvent event = begin;
  for (;;) {
    open += event.kind == YamlKind::ListBegin || event.kind == YamlKind::MapBegin;
    open -= event.kind == YamlKind::ListEnd || event.kind == YamlKind::MapEnd;
    if (open == 0) return true;
    if (!next(event)) return false;
  }
}

bool YamlComposer::compose_alias(const YamlEvent& event, int depth, Node& node) {
  const auto found = anchors_.find(event.text);
  if (found == anchors_.end() || !found->second.complete) {
    const bool inside = found != anchors_.end();
    problem(event.position, "yaml-alias",
            "the alias *" + event.text +
                (inside ? " stands inside its own anchor" : " has no anchor above it"),
            inside ? "write the value out" : "put quotes around a text that begins with '*'");
    return true;
  }
  node.weight = found->second.weight;
  if (!take(node.weight, depth, event.position)) return false;
  node.value = found->second.value;
  return true;
}

}  // namespace hikae::text
