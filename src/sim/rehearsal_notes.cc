#include "sim/rehearsal_notes.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "aws/model.h"
#include "base/limits.h"

namespace hikae::sim::rehearsal {
namespace {

constexpr std::string_view kHere = "here";

/// "instances[2].agent" below "/fleet" -> "/fleet/instances/2/agent".
std::string pointer_of_path(std::string pointer, std::string_view path) {
  std::string word;
  const auto end_word = [&] {
    if (!word.empty()) text::append_key(pointer, word);
    word.clear();
  };
  for (const char c : path) {
    if (c == '.' || c == '[' || c == ']')
      end_word();
    else
      word += c;
  }
  end_word();
  return pointer;
}

/// The path that a message begins with, and the rest.
std::pair<std::string_view, std::string_view> split_path(std::string_view message) {
  if (message.starts_with("fleet: ")) message.remove_prefix(7);
  const auto colon = message.find(": ");
  if (colon == std::string_view::npos) return {"", message};
  const auto path = message.substr(0, colon);
  if (path.find(' ') != std::string_view::npos) return {"", message};
  return {path, message.substr(colon + 2)};
}

std::string_view without_root(std::string_view path) {
  for (const auto root : {kHere, std::string_view("faults")})
    if (path.starts_with(root)) return path.substr(root.size());
  return path;
}

/// What stands before and behind "..", or behind ">=" or "<=".
template <class Read>
std::optional<Bound> bound_of(std::string_view written, const Read& read) {
  Bound bound;
  bound.written = written;
  std::optional<std::int64_t> least, most;
  if (written.starts_with(">=") || written.starts_with("<=")) {
    const auto number = read(written.substr(2));
    if (!number) return std::nullopt;
    (written.front() == '>' ? bound.least : bound.most) = *number;
    return bound;
  }
  if (const auto dots = written.find(".."); dots != std::string_view::npos) {
    least = read(written.substr(0, dots));
    most = read(written.substr(dots + 2));
  } else {
    least = most = read(written);
  }
  if (!least || !most || *least > *most) return std::nullopt;
  bound.least = *least;
  bound.most = *most;
  return bound;
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

std::optional<std::int64_t> whole_number(std::string_view text) {
  text = trimmed(text);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < 0) return std::nullopt;
  return number;
}

std::optional<std::int64_t> duration_number(std::string_view text) {
  text = trimmed(text);
  const auto seconds_only = whole_number(text);
  const Value map = Object{{"d", seconds_only ? Value(*seconds_only) : Value(text)}};
  const auto read = sandbox::Described(map, str(kHere)).duration("d", limits::kFaultDelay);
  if (!read) return std::nullopt;
  return read->count();
}

std::string written_scalar(const Value& value) {
  if (value.is_string()) return str(text_of(value));
  if (value.is_bool()) return value.get_bool() ? "true" : "false";
  if (const auto number = int_of(value)) return fmt::format("{}", *number);
  if (const auto* number = value.if_double()) return fmt::format("{}", *number);
  return {};
}

}  // namespace

Node Node::at(std::string_view key) const {
  const auto* member = find(*value, key);
  return {member, text::pointer_to(pointer, key)};
}

Node Node::at(std::size_t index) const {
  return {&value->get_array()[index], text::pointer_to(pointer, index)};
}

text::Position Notes::place(const Node& node) const { return tree_.places.key_at(node.pointer); }

void Notes::wrong(const Node& node, std::string message, std::string hint) {
  std::string path = node.pointer.empty() ? "" : node.pointer.substr(1);
  std::ranges::replace(path, '/', '.');
  text::report(problems_, {.code = "rehearsal",
                           .position = place(node),
                           .path = std::move(path),
                           .message = std::move(message),
                           .hint = std::move(hint)});
}

void Notes::wrong(const Node& base, const Error& error) {
  const auto [path, rest] = split_path(error.message);
  const auto semicolon = rest.find("; ");
  const auto hint = semicolon == std::string_view::npos ? "" : rest.substr(semicolon + 2);
  wrong(Node{nullptr, pointer_of_path(base.pointer, without_root(path))},
        (error.code.empty() ? "" : error.code + ": ") + str(rest.substr(0, semicolon)), str(hint));
}

bool Notes::is_map(const Node& node, std::span<const std::string_view> keys) {
  const auto checked = node.described().only(keys);
  if (!checked) wrong(node, checked.error());
  return node.value->is_object();
}

std::vector<Node> Notes::items(const Node& node, std::string_view what) {
  std::vector<Node> items;
  if (!node || node.value->is_null()) return items;
  if (!node.value->is_array()) {
    wrong(node, fmt::format("this is a {}", kind_of(*node.value)),
          fmt::format("write a list of {}", what));
    return items;
  }
  for (std::size_t i = 0; i < node.value->get_array().size(); ++i) items.push_back(node.at(i));
  return items;
}

std::string Notes::scalar(const Node& node) {
  if (node.value->is_object() || node.value->is_array() || node.value->is_null())
    wrong(node, fmt::format("this is a {}", kind_of(*node.value)), "write a text");
  return written_scalar(*node.value);
}

Duration Notes::duration(const Node& map, std::string_view key) {
  return take(map.described().duration(key, limits::kFaultDelay), map);
}

Node Layers::find(std::string_view key) const {
  for (const auto& layer : layers_)
    if (const auto node = layer.at(key)) return node.value->is_null() ? Node{} : node;
  return {};
}

Layers Layers::below(std::string_view key) const {
  std::vector<Node> maps;
  for (const auto& layer : layers_) {
    const auto node = layer.at(key);
    if (!node) continue;
    if (node.value->is_null()) break;
    maps.push_back(node);
  }
  return Layers(std::move(maps));
}

std::vector<std::pair<std::string, Node>> Layers::members() const {
  std::vector<std::pair<std::string, Node>> members;
  const auto find_member = [&](std::string_view key) {
    return std::ranges::find(members, key, &std::pair<std::string, Node>::first);
  };
  // The farthest first, so that the order is that of the file's top.
  for (auto layer = layers_.rbegin(); layer != layers_.rend(); ++layer) {
    if (!layer->value->is_object()) continue;
    for (const auto& item : layer->value->get_object()) {
      const std::string_view key = item.key();
      const auto node = layer->at(key);
      if (const auto known = find_member(key); known != members.end())
        known->second = node;
      else
        members.emplace_back(str(key), node);
    }
  }
  std::erase_if(members, [](const auto& member) { return member.second.value->is_null(); });
  return members;
}

std::optional<Bound> count_bound(const Value& value) {
  return bound_of(written_scalar(value), whole_number);
}

std::optional<Bound> duration_bound(const Value& value) {
  return bound_of(written_scalar(value), duration_number);
}

Result<std::pair<std::string, std::string>> call_named(std::string_view written) {
  for (const auto* own : {"hikae-script:Run", "hikae-webhook:Invoke"})
    if (written == own)
      return std::pair{str(written.substr(0, written.find(':'))),
                       str(written.substr(written.find(':') + 1))};
  const auto colon = written.find(':');
  const bool names_service = colon != std::string_view::npos;
  const auto service = names_service ? written.substr(0, colon) : std::string_view("ec2");
  const auto found =
      aws::Model::get().find(service, names_service ? written.substr(colon + 1) : written);
  if (!found)
    return fail(ErrorKind::Invalid,
                found.error().message + "; write SERVICE:Operation, as in ec2:StopInstances");
  return std::pair{str(found->service()), str(found->name())};
}

}  // namespace hikae::sim::rehearsal
