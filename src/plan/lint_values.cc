#include "plan/lint_values.h"

#include <array>

#include "plan/lint_source.h"
#include "runbook/resolve.h"

namespace hikae::plan {
namespace {

constexpr std::array<std::string_view, 11> kComparisons{"StringEquals",
                                                        "EqualsIgnoreCase",
                                                        "StartsWith",
                                                        "EndsWith",
                                                        "Contains",
                                                        "NumericEquals",
                                                        "NumericGreater",
                                                        "NumericLesser",
                                                        "NumericGreaterOrEquals",
                                                        "NumericLesserOrEquals",
                                                        "BooleanEquals"};
constexpr std::size_t kWaysMax = 64;  // of one condition; what comes after is left out as unknown

/// One comparison of a branch.
struct Comparison {
  std::string reference;  // empty: Variable is not exactly one reference
  std::string_view kind;
  std::string text;  // the right-hand side
  bool literal = true;
};

std::optional<Comparison> comparison_in(const Value& condition) {
  for (const auto kind : kComparisons) {
    const auto* right = find(condition, kind);
    if (!right) continue;
    const auto variable = text_at(condition, "Variable");
    return Comparison{runbook::whole_reference(variable).value_or(""), kind,
                      runbook::as_text(*right), runbook::references_in(*right).empty()};
  }
  return std::nullopt;
}

bool is_output(std::string_view reference) {
  return reference.find('.') != std::string_view::npos &&
         reference.find(':') == std::string_view::npos;
}

Known known_of(const Knowledge& knowledge, const std::string& reference) {
  const auto it = knowledge.find(reference);
  if (it != knowledge.end()) return it->second;
  Known known;
  if (is_output(reference)) known.presence = Known::Presence::Absent;
  return known;
}

/// The answer that follows from what is known; nullopt: it may be either.
std::optional<bool> answer_of(const Known& known, const Comparison& asked, const std::string& key) {
  if (known.presence == Known::Presence::Absent) return false;
  if (const auto it = known.answers.find(key); it != known.answers.end()) return it->second;
  if (!asked.literal) return std::nullopt;
  if (asked.kind == "StringEquals") {
    if (known.equals) return *known.equals == asked.text;
    if (known.differs.contains(asked.text)) return false;
    if (!known.prefix.empty() && !asked.text.starts_with(known.prefix)) return false;
  }
  if (asked.kind == "StartsWith") {
    if (known.equals) return known.equals->starts_with(asked.text);
    const bool there = known.presence == Known::Presence::Present;
    if (there && known.prefix.starts_with(asked.text)) return true;
  }
  return std::nullopt;
}

Known if_it_holds(Known known, const Comparison& asked, const std::string& key) {
  known.presence = Known::Presence::Present;
  if (asked.literal && asked.kind == "StringEquals") {
    Known exactly;
    exactly.presence = Known::Presence::Present;
    exactly.equals = asked.text;
    return exactly;
  }
  if (asked.literal && asked.kind == "StartsWith")
    known.prefix = std::max(known.prefix, asked.text,
                            [](const auto& a, const auto& b) { return a.size() < b.size(); });
  known.answers[key] = true;
  return known;
}

Known if_it_does_not(Known known, const Comparison& asked, const std::string& key) {
  if (asked.literal && asked.kind == "StringEquals") {
    known.differs.insert(asked.text);
    return known;
  }
  if (asked.literal && asked.kind == "StartsWith" && asked.text.empty()) {
    known = Known{};
    known.presence = Known::Presence::Absent;
    return known;
  }
  known.answers[key] = false;
  return known;
}

Outcomes compare(const Knowledge& before, const Comparison& asked) {
  if (asked.reference.empty()) return {{before}, {before}};
  const auto known = known_of(before, asked.reference);
  const auto key = str(asked.kind) + ' ' + asked.text;
  if (const auto answer = answer_of(known, asked, key))
    return *answer ? Outcomes{{before}, {}} : Outcomes{{}, {before}};
  Outcomes both{{before}, {before}};
  both.if_true.front()[asked.reference] = if_it_holds(known, asked, key);
  both.if_false.front()[asked.reference] = if_it_does_not(known, asked, key);
  return both;
}

void add_ways(std::vector<Knowledge>& all, std::vector<Knowledge>& more) {
  for (auto& way : more)
    if (all.size() < kWaysMax) all.push_back(std::move(way));
  more.clear();
}

/// All of the list must hold (`wanted` true), or one of them (`wanted` false, by de Morgan).
Outcomes weigh_list(const Knowledge& before, const Array& conditions, bool wanted) {
  std::vector<Knowledge> still{before};
  std::vector<Knowledge> decided;
  for (const auto& condition : conditions) {
    std::vector<Knowledge> next;
    for (const auto& way : still) {
      auto outcomes = weigh(way, condition);
      add_ways(next, wanted ? outcomes.if_true : outcomes.if_false);
      add_ways(decided, wanted ? outcomes.if_false : outcomes.if_true);
    }
    still = std::move(next);
  }
  return wanted ? Outcomes{std::move(still), std::move(decided)}
                : Outcomes{std::move(decided), std::move(still)};
}

void gather_looked_at(const Value& condition, std::set<std::string>& references) {
  if (const auto one = runbook::whole_reference(text_at(condition, "Variable")))
    references.insert(*one);
  if (const auto* inner = find(condition, "Not")) gather_looked_at(*inner, references);
  for (const auto key : {"And", "Or"})
    for (const auto& inner : list_at(condition, key)) gather_looked_at(inner, references);
}

}  // namespace

Outcomes weigh(const Knowledge& before, const Value& condition) {
  if (const auto* inner = find(condition, "Not")) {
    auto outcomes = weigh(before, *inner);
    std::swap(outcomes.if_true, outcomes.if_false);
    return outcomes;
  }
  if (find(condition, "And")) return weigh_list(before, list_at(condition, "And"), true);
  if (find(condition, "Or")) return weigh_list(before, list_at(condition, "Or"), false);
  const auto asked = comparison_in(condition);
  return asked ? compare(before, *asked) : Outcomes{{before}, {before}};
}

std::set<std::string> looked_at(const Value& branch_inputs) {
  std::set<std::string> references;
  for (const auto& choice : list_at(branch_inputs, "Choices")) gather_looked_at(choice, references);
  return references;
}

}  // namespace hikae::plan
