// The grammar of references: {{ X }} where X is `ssm:name`, `global:NAME`, `automation:NAME`,
// `variable:name`, or words joined by dots; spaces inside the braces are free. Everything else in
// braces is text: scripts are full of it.
#include "runbook/resolve.h"

namespace hikae::runbook {
namespace {

bool is_word(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}

bool is_reference_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

std::size_t skip_reference_space(std::string_view text, std::size_t at) {
  while (at < text.size() && is_reference_space(text[at])) ++at;
  return at;
}

std::size_t skip_word(std::string_view text, std::size_t at) {
  while (at < text.size() && is_word(text[at])) ++at;
  return at;
}

/// The end of the parameter-store name at `at`; `at` where there is none.
std::size_t skip_store_name(std::string_view text, std::size_t at) {
  const auto brace = text.find('}', at);
  auto end = brace == std::string_view::npos ? at : brace;
  while (end > at && is_reference_space(text[end - 1])) --end;
  return end;
}

/// `first.second.third`; the end of what is one, or `at`.
std::size_t skip_dotted(std::string_view text, std::size_t at) {
  auto end = skip_word(text, at);
  if (end == at) return at;
  while (end < text.size() && text[end] == '.') {
    const auto next = skip_word(text, end + 1);
    if (next == end + 1) break;
    end = next;
  }
  return end;
}

std::size_t skip_reference_name(std::string_view text, std::size_t at) {
  for (const std::string_view prefix : {"global:", "automation:", "variable:"})
    if (text.substr(at).starts_with(prefix)) {
      const auto name = at + prefix.size();
      const auto end = skip_word(text, name);
      return end == name ? at : end;
    }
  if (!text.substr(at).starts_with("ssm:")) return skip_dotted(text, at);
  const auto name = at + 4;
  const auto end = skip_store_name(text, name);
  return end == name ? at : end;
}

/// The reference whose first brace is at `begin`.
std::optional<FoundReference> reference_at(std::string_view text, std::size_t begin) {
  if (!text.substr(begin).starts_with("{{")) return std::nullopt;
  const auto name = skip_reference_space(text, begin + 2);
  const auto name_end = skip_reference_name(text, name);
  if (name_end == name) return std::nullopt;
  const auto end = skip_reference_space(text, name_end);
  if (!text.substr(end).starts_with("}}")) return std::nullopt;
  return FoundReference{begin, end + 2 - begin, std::string(text.substr(name, name_end - name))};
}

void gather_references(const Value& input, std::vector<std::string>& names) {
  if (input.is_string())
    for (auto& found : find_references(text_of(input))) names.push_back(std::move(found.name));
  if (const auto* array = input.if_array())
    for (const auto& item : *array) gather_references(item, names);
  if (const auto* object = input.if_object())
    for (const auto& member : *object) gather_references(member.value(), names);
}

}  // namespace

std::vector<FoundReference> find_references(std::string_view text) {
  std::vector<FoundReference> list;
  for (auto at = text.find("{{"); at != std::string_view::npos; at = text.find("{{", at)) {
    auto found = reference_at(text, at);
    at += found ? found->size : 1;
    if (found) list.push_back(*std::move(found));
  }
  return list;
}

std::optional<std::string> whole_reference(std::string_view text) {
  auto found = reference_at(text, 0);
  if (!found || found->size != text.size()) return std::nullopt;
  return std::move(found->name);
}

std::vector<std::string> references_in(const Value& input) {
  std::vector<std::string> names;
  gather_references(input, names);
  return names;
}

}  // namespace hikae::runbook
