// Documents, parameters and the fleet of a test; rehearsal_events.cc has what happens to it.
#include "sim/rehearsal_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/entropy.h"
#include "base/limits.h"
#include "base/virtual_time.h"
#include "sandbox/sandbox.h"

namespace hikae::sim::rehearsal {
namespace {

constexpr std::array<std::string_view, 3> kDocumentKeys{"file", "name", "tags"};

/// A file's stem as the name of a document: "restart db.yaml" -> "restart-db".
std::string name_for(std::string_view path) {
  const auto slash = path.rfind('/');
  auto stem = path.substr(slash == std::string_view::npos ? 0 : slash + 1);
  stem = stem.substr(0, stem.rfind('.'));
  std::string name;
  for (const char c : stem)
    name +=
        std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' || c == '.' ? c : '-';
  return name.size() < 3 ? "document-" + name : name;
}

Result<> check_fleet(const Value& fleet) {
  VirtualTime time(wall_ms(0));
  SeededEntropy entropy(1);
  const auto sandbox = TRY(sandbox::Sandbox::open({}, time, time, entropy));
  return sandbox->load_fleet(sandbox::Options{}.scope_default, fleet);
}

bool is_server(const Value& description, std::string_view server) {
  return text_at(description, "name") == server || text_at(description, "id") == server;
}

}  // namespace

/// ${NAME} stands for a variable of the environment.
std::string Parts::file(const Node& node, std::string path) {
  for (auto at = path.find("${"); at != std::string::npos; at = path.find("${", at)) {
    const auto end = path.find('}', at);
    const auto name = path.substr(at + 2, end == std::string::npos ? end : end - at - 2);
    const auto value = sources_.variable(name);
    if (end == std::string::npos || !value) {
      notes_.wrong(node, fmt::format("{} is not set in the environment", name),
                   fmt::format("set it, or write a path without ${{{}}}", name));
      return {};
    }
    path.replace(at, end - at + 1, *value);
    at += value->size();
  }
  auto text = sources_.read(path);
  if (text) return *std::move(text);
  notes_.wrong(node, text.error().message,
               "paths are relative to this file's folder, or to --root");
  return {};
}

Value Parts::here_or_in_file(const Node& node) {
  if (!node.value->is_string()) return *node.value;
  const auto path = str(text_of(*node.value));
  const auto text = file(node, path);
  text::Diagnostics problems;
  auto tree = text::read_tree(text, problems);
  if (tree) return std::move(tree->value);
  if (!text.empty()) notes_.wrong(node, text::as_error(problems, path).message, "mend that file");
  return {};
}

DocumentText Parts::document(const Node& node) {
  DocumentText document;
  if (!node.value->is_object()) {
    const auto path = notes_.scalar(node);
    return {name_for(path), file(node, path), {}};
  }
  if (!notes_.is_map(node, kDocumentKeys)) return document;
  const auto path = notes_.take(node.described().text("file"), node);
  if (path.empty()) notes_.wrong(node, "names no file", "add \"file: PATH\"");
  document.name = notes_.take(node.described().text("name"), node);
  if (document.name.empty()) document.name = name_for(path);
  for (const auto& [key, value] : notes_.take(node.described().tags("tags"), node))
    document.tags[key] = value;
  if (!path.empty()) document.text = file(node.at("file"), path);
  return document;
}

void Parts::read_documents(const Layers& layers, Rehearsal& test) {
  if (const auto node = layers.find("document"))
    test.document = document(node);
  else
    notes_.wrong(layers.nearest(), "names no document", "add \"document: FILE\"");
  if (const auto also = layers.find("also"))
    for (const auto& item : notes_.items(also, "files")) test.also.push_back(document(item));
}

void Parts::read_parameters(const Layers& layers, Rehearsal& test) {
  for (const auto& [name, node] : layers.below("parameters").members()) {
    Array values;
    if (node.value->is_array())
      for (const auto& item : notes_.items(node, "texts")) values.emplace_back(notes_.scalar(item));
    else
      values.emplace_back(notes_.scalar(node));
    test.parameters[name] = std::move(values);
  }
  for (const auto& [name, node] : layers.below("request").members())
    test.request[name] = *node.value;
}

void Parts::read_fleet(const Layers& layers, Rehearsal& test) {
  const auto node = layers.find("fleet");
  test.fleet = Object{};
  if (!node) return;
  test.fleet = here_or_in_file(node);
  if (test.fleet.is_null()) return;  // told already
  const auto checked = check_fleet(test.fleet);
  if (!checked) return notes_.wrong(node, checked.error());
  for (const auto& [server, tags] : layers.below("tags").members()) retag(test.fleet, server, tags);
}

void Parts::retag(Value& fleet, const std::string& server, const Node& tags) {
  auto* list = fleet.as_object().if_contains("instances");
  const auto end = list ? list->as_array().end() : nullptr;
  auto* found = list ? std::find_if(list->as_array().begin(), end,
                                    [&](const Value& one) { return is_server(one, server); })
                     : nullptr;
  if (found == end)
    return notes_.wrong(tags, fmt::format("the fleet has no instance \"{}\"", server),
                        "write its name or its id");
  if (!tags.value->is_object())
    return notes_.wrong(tags, "this is no map of tags", "write a map like {EC2BackupGen: '3'}");
  auto& description = found->as_object();
  auto& written = description["tags"];
  if (!written.is_object()) written = Object{};
  for (const auto& item : tags.value->get_object()) {
    if (item.key() == "Name") description.erase("name");
    if (item.value().is_null())
      written.get_object().erase(item.key());
    else
      written.get_object()[item.key()] = notes_.scalar(tags.at(item.key()));
  }
}

}  // namespace hikae::sim::rehearsal
