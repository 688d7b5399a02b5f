#include "runbook/run_tags.h"

#include <algorithm>
#include <charconv>

namespace hikae::runbook {
namespace {

/// Several times for every event of every run: fmt shows in the profile here.
template <class Number>
void append_number(std::string& out, Number number) {
  char digits[24];
  out.append(digits, std::to_chars(std::begin(digits), std::end(digits), number).ptr);
}

}  // namespace

std::string item_tag(const RunRecord& record, std::size_t place, std::string_view item) {
  const auto& step = record.steps[place];
  std::string tag;
  append_number(tag, step.index);
  if (step.iteration != 0) append_number(tag += '@', place);
  append_number(tag += '.', step.attempts);
  (tag += '.') += item;
  return tag;
}

std::optional<std::string_view> open_item(const RunRecord& record, std::string_view tag) {
  if (!record.attempt || record.steps.empty()) return std::nullopt;
  const auto prefix = item_tag(record, record.at, {});
  if (!tag.starts_with(prefix)) return std::nullopt;
  const auto item = tag.substr(prefix.size());
  const auto is_listed = [&](const std::vector<std::string>& items) {
    return std::find(items.begin(), items.end(), item) != items.end();
  };
  if (!is_listed(record.attempt->calls) && !is_listed(record.attempt->waits)) return std::nullopt;
  return item;
}

std::string_view tag_of(const Event& event) {
  struct Visitor {
    std::string_view operator()(const event::Started&) const { return {}; }
    std::string_view operator()(const event::Answered& e) const { return e.tag; }
    std::string_view operator()(const event::Woke& e) const { return e.tag; }
    std::string_view operator()(const event::Ended& e) const { return e.tag; }
    std::string_view operator()(const event::Leased& e) const { return e.tag; }
    std::string_view operator()(const event::Signalled&) const { return {}; }
  };
  return std::visit(Visitor{}, event);
}

}  // namespace hikae::runbook
