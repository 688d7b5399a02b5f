#include "plan/lint_flow.h"

#include <algorithm>

#include "base/invariant.h"
#include "base/value.h"
#include "text/yaml.h"

namespace hikae::plan {
namespace {

std::size_t step_named(const runbook::Document& document, std::string_view name) {
  return document.step_index(name).value_or(kEnd);
}

bool is_loop(const runbook::Step& step) { return step.action == "aws:loop"; }

/// The step behind it; behind the last one of a loop's body, what follows the loop.
std::size_t next_in_list(const runbook::Document& document, std::size_t index) {
  const auto& step = document.steps[index];
  if (!step.loop) return index + 1 < document.main_steps ? index + 1 : kEnd;
  const auto& loop = document.steps[*step.loop];
  const bool is_last = index + 1 == loop.body + loop.body_size;
  return is_last ? after_success(document, *step.loop) : index + 1;
}

void add_way(std::vector<std::size_t>& ways, std::size_t to) {
  if (to != kEnd && std::ranges::find(ways, to) == ways.end()) ways.push_back(to);
}

}  // namespace

std::size_t after_success(const runbook::Document& document, std::size_t index) {
  const auto& step = document.steps[index];
  if (step.is_end) return step.loop ? after_success(document, *step.loop) : kEnd;
  return step.next_step.empty() ? next_in_list(document, index)
                                : step_named(document, step.next_step);
}

std::size_t after_failure(const runbook::Document& document, std::size_t index) {
  const auto& step = document.steps[index];
  if (step.on_failure == runbook::Jump::Step) return step_named(document, step.on_failure_step);
  if (step.on_failure == runbook::Jump::Continue) return after_success(document, index);
  return step.loop ? after_failure(document, *step.loop) : kEnd;
}

std::size_t after_cancel(const runbook::Document& document, std::size_t index) {
  const auto& step = document.steps[index];
  return step.on_cancel == runbook::Jump::Step ? step_named(document, step.on_cancel_step) : kEnd;
}

std::size_t after_no_choice(const runbook::Document& document, std::size_t index) {
  const auto otherwise = text_at(document.steps[index].inputs, "Default");
  return otherwise.empty() ? after_success(document, index) : step_named(document, otherwise);
}

std::size_t into_step(const runbook::Document& document, std::size_t index) {
  const auto& step = document.steps[index];
  return is_loop(step) && step.body_size > 0 ? step.body : after_success(document, index);
}

bool can_fail(const runbook::Step& step) {
  return step.action != "aws:branch" && step.action != "aws:sleep" && !is_loop(step);
}

bool failure_counts(const runbook::Document& document, std::size_t index) {
  const auto& step = document.steps[index];
  const bool ends_loop = step.loop && step.on_failure == runbook::Jump::Abort;
  return ends_loop ? failure_counts(document, *step.loop) : step.critical();
}

std::string pointer_of_step(const runbook::Document& document, std::size_t index) {
  const auto& step = document.steps[index];
  if (!step.loop) return text::pointer_to("/mainSteps", index);
  const auto& loop = document.steps[*step.loop];
  return text::pointer_to(pointer_of_step(document, *step.loop) + "/inputs/Steps",
                          index - loop.body);
}

bool takes_time(const runbook::Step& step) { return step.action != "aws:branch" && !is_loop(step); }

std::vector<std::size_t> ways_from(const runbook::Document& document, std::size_t index,
                                   Ways which) {
  const auto& step = document.steps[index];
  std::vector<std::size_t> ways;
  if (step.action == "aws:branch") {
    for (const auto& choice : list_at(step.inputs, "Choices"))
      add_way(ways, step_named(document, text_at(choice, "NextStep")));
    add_way(ways, after_no_choice(document, index));
  } else {
    add_way(ways, into_step(document, index));
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
