#include "plan/lint_flow.h"

#include <algorithm>

#include "base/invariant.h"
#include "base/value.h"

namespace hikae::plan {
namespace {

std::size_t step_named(const runbook::Document& document, std::string_view name) {
  return document.step_index(name).value_or(kEnd);
}

std::size_t next_in_list(const runbook::Document& document, std::size_t step) {
  return step + 1 < document.steps.size() ? step + 1 : kEnd;
}

void add_way(std::vector<std::size_t>& ways, std::size_t to) {
  if (to != kEnd && std::ranges::find(ways, to) == ways.end()) ways.push_back(to);
}

}  // namespace

std::size_t after_success(const runbook::Document& document, std::size_t index) {
  const auto& step = document.steps[index];
  if (step.is_end) return kEnd;
  return step.next_step.empty() ? next_in_list(document, index)
                                : step_named(document, step.next_step);
}

std::size_t after_failure(const runbook::Document& document, std::size_t index) {
  const auto& step = document.steps[index];
  if (step.on_failure == runbook::Jump::Step) return step_named(document, step.on_failure_step);
  return step.on_failure == runbook::Jump::Continue ? after_success(document, index) : kEnd;
}

std::size_t after_cancel(const runbook::Document& document, std::size_t index) {
  const auto& step = document.steps[index];
  return step.on_cancel == runbook::Jump::Step ? step_named(document, step.on_cancel_step) : kEnd;
}

std::size_t after_no_choice(const runbook::Document& document, std::size_t index) {
  const auto otherwise = text_at(document.steps[index].inputs, "Default");
  return otherwise.empty() ? after_success(document, index) : step_named(document, otherwise);
}

bool can_fail(const runbook::Step& step) {
  return step.action != "aws:branch" && step.action != "aws:sleep";
}

bool takes_time(const runbook::Step& step) { return step.action != "aws:branch"; }

std::vector<std::size_t> ways_from(const runbook::Document& document, std::size_t index,
                                   Ways which) {
  const auto& step = document.steps[index];
  std::vector<std::size_t> ways;
  if (step.action == "aws:branch") {
    for (const auto& choice : list_at(step.inputs, "Choices"))
      add_way(ways, step_named(document, text_at(choice, "NextStep")));
    add_way(ways, after_no_choice(document, index));
  } else {
    add_way(ways, after_success(document, index));
  }
  if (which != Ways::OnlyGood && can_fail(step)) add_way(ways, after_failure(document, index));
  if (which == Ways::All && takes_time(step)) add_way(ways, after_cancel(document, index));
  return ways;
}

std::vector<bool> reached_from(const runbook::Document& document, std::size_t from, Ways ways) {
  std::vector<bool> reached(document.steps.size(), false);
  if (from == kEnd) return reached;
  std::vector<std::size_t> pending{from};
  reached[from] = true;
  while (!pending.empty()) {
    const auto step = pending.back();
    pending.pop_back();
    for (const auto to : ways_from(document, step, ways))
      if (!reached[to]) reached[to] = true, pending.push_back(to);
  }
  return reached;
}

std::vector<std::size_t> in_order(const runbook::Document& document) {
  const auto count = document.steps.size();
  std::vector<std::vector<std::size_t>> ways(count);
  std::vector<std::size_t> arrivals(count, 0);
  for (std::size_t i = 0; i < count; ++i) {
    ways[i] = ways_from(document, i, Ways::All);
    for (const auto to : ways[i]) ++arrivals[to];
  }
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < count; ++i)
    if (arrivals[i] == 0) order.push_back(i);
  for (std::size_t at = 0; at < order.size(); ++at)
    for (const auto to : ways[order[at]])
      if (--arrivals[to] == 0) order.push_back(to);
  INVARIANT(order.size() == count, "a document with a circle was read");
  return order;
}

}  // namespace hikae::plan
