#include "runbook/run_tags.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace hikae::runbook {
namespace {

struct ItemTag {
  std::size_t step = 0;
  int attempt = 0;
  std::string_view item;
};

std::optional<ItemTag> parse_tag(std::string_view tag) {
  ItemTag parsed;
  const auto* end = tag.data() + tag.size();
  const auto step = std::from_chars(tag.data(), end, parsed.step);
  if (step.ec != std::errc{} || step.ptr == end || *step.ptr != '.') return std::nullopt;
  const auto attempt = std::from_chars(step.ptr + 1, end, parsed.attempt);
  if (attempt.ec != std::errc{} || attempt.ptr == end || *attempt.ptr != '.') return std::nullopt;
  parsed.item = {attempt.ptr + 1, static_cast<std::size_t>(end - attempt.ptr - 1)};
  return parsed;
}

}  // namespace

std::string item_tag(const StepRecord& step, std::string_view item) {
  return fmt::format("{}.{}.{}", step.index, step.attempts, item);
}

std::optional<std::string_view> open_item(const RunRecord& record, std::string_view tag) {
  const auto parsed = parse_tag(tag);
  if (!parsed || !record.attempt || record.steps.empty()) return std::nullopt;
  const auto& step = record.steps.back();
  if (parsed->step != step.index || parsed->attempt != step.attempts) return std::nullopt;
  const auto is_listed = [&](const std::vector<std::string>& items) {
    return std::find(items.begin(), items.end(), parsed->item) != items.end();
  };
  if (!is_listed(record.attempt->calls) && !is_listed(record.attempt->waits)) return std::nullopt;
  return parsed->item;
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
