// P6, P27, P32, P33: what tags and payloads may hold, and time-outs that mean nothing.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "plan/lint_rules.h"
#include "plan/lint_source.h"
#include "runbook/resolve.h"

namespace hikae::plan {
namespace {

constexpr std::array<std::string_view, 8> kNumberWords{"gen",    "keep", "count", "number",
                                                       "retain", "days", "max",   "copies"};
constexpr std::array<std::string_view, 4> kTextPayloads{"Payload", "ClientContext", "input",
                                                        "Body"};

/// The texts that branches compare a reference with for equality, and how.
struct Answers {
  std::set<std::string> exact;
  bool other = false;                                       // compared in another way too
  std::vector<std::pair<std::size_t, std::string>> places;  // branch, pointer of a comparison
  std::vector<std::size_t> leads_to;                        // steps that a match leads to
};

void gather_answers(const Value& condition, const std::string& pointer, std::size_t branch,
                    std::size_t target, std::map<std::string, Answers>& all) {
  if (const auto* inner = find(condition, "Not"))
    gather_answers(*inner, pointer + "/Not", branch, kEnd, all);
  for (const auto* key : {"And", "Or"}) {
    const auto& list = list_at(condition, key);
    for (std::size_t i = 0; i < list.size(); ++i)
      gather_answers(list[i], fmt::format("{}/{}/{}", pointer, key, i), branch, target, all);
  }
  const auto reference = runbook::whole_reference(text_at(condition, "Variable"));
  if (!reference) return;
  auto& answers = all[*reference];
  const auto* equals = find(condition, "StringEquals");
  if (!equals) answers.other = true;
  if (equals) answers.exact.insert(runbook::as_text(*equals));
  answers.places.emplace_back(branch, pointer);
  if (target != kEnd) answers.leads_to.push_back(target);
}

std::map<std::string, Answers> answers_of(const LintSubject& subject) {
  std::map<std::string, Answers> all;
  for (std::size_t i = 0; i < subject.size(); ++i) {
    const auto& choices = list_at(subject.step(i).inputs, "Choices");
    for (std::size_t c = 0; c < choices.size(); ++c)
      gather_answers(choices[c], fmt::format("/inputs/Choices/{}", c), i,
                     subject.document.step_index(text_at(choices[c], "NextStep")).value_or(kEnd),
                     all);
  }
  return all;
}

bool leads_to_stop(const LintSubject& subject, const std::vector<std::size_t>& targets) {
  return std::ranges::any_of(targets, [&](std::size_t target) {
    return subject.effects[target].power == PowerWork::Stop;
  });
}

bool sounds_like_a_number(std::string_view name) {
  const auto plain = folded(name);
  return std::ranges::any_of(kNumberWords,
                             [&](auto word) { return plain.find(word) != std::string::npos; });
}

/// Whether a tag's text, by the tag's key or by the name it is given, is meant to be a number.
bool is_meant_as_number(const LintSubject& subject, std::string_view reference,
                        std::string_view name) {
  const auto source = source_of(subject.document, reference);
  if (source.kind != SourceKind::TagText) return false;
  const auto* keys = filter_values(subject.step(source.step).inputs, "key");
  return sounds_like_a_number(name) || (keys && sounds_like_a_number(machine_of(keys)));
}

bool takes_unchecked_number(const LintSubject& subject, const Value& payload,
                            const std::map<std::string, Answers>& answers,
                            std::string_view name = {}) {
  if (const auto* object = payload.if_object())
    return std::ranges::any_of(*object, [&](const auto& member) {
      return takes_unchecked_number(subject, member.value(), answers, member.key());
    });
  if (const auto* list = payload.if_array())
    return std::ranges::any_of(*list, [&](const Value& item) {
      return takes_unchecked_number(subject, item, answers, name);
    });
  const auto references = runbook::references_in(payload);
  return std::ranges::any_of(references, [&](const auto& reference) {
    return !answers.contains(reference) && is_meant_as_number(subject, reference, name);
  });
}

enum class Trust { Safe, Caller, Anybody };

/// Who may put a quotation mark into a reference's value.
Trust trust_of(const LintSubject& subject, const std::string& reference) {
  const auto source = source_of(subject.document, reference);
  if (source.kind == SourceKind::TagText || source.kind == SourceKind::Output)
    return Trust::Anybody;
  if (source.kind != SourceKind::Parameter) return Trust::Safe;
  const auto* parameter = subject.document.parameter(reference);
  const bool limited = !parameter || !parameter->allowed_pattern.empty() ||
                       !parameter->allowed_values.empty() || parameter->type == "Integer" ||
                       parameter->type == "Boolean" || parameter->type.starts_with("AWS::");
  return limited ? Trust::Safe : Trust::Caller;
}

void find_text_payload(const LintSubject& subject, LintFindings& findings, std::size_t index,
                       std::string_view key) {
  const auto text = text_at(subject.step(index).inputs, key);
  if (text.find('{') == std::string_view::npos || runbook::whole_reference(text)) return;
  auto worst = Trust::Safe;
  std::string named;
  for (const auto& found : runbook::find_references(text))
    if (const auto trust = trust_of(subject, found.name); trust > worst)
      worst = trust, named = found.name;
  if (worst == Trust::Safe) return;
  findings.add(index, fmt::format("/inputs/{}", key),
               fmt::format("{} is JSON put together as text: a quotation mark in {} breaks it, and "
                           "a crafted value adds keys of its own",
                           key, named),
               worst == Trust::Anybody ? text::Severity::Error : text::Severity::Warning);
}

Duration cap_of(std::string_view action) {
  if (action == "aws:invokeLambdaFunction") return seconds(300);
  return action == "aws:executeScript" ? seconds(600) : Duration{};
}

}  // namespace

void find_single_answers(const LintSubject& subject, LintFindings& findings) {
  for (const auto& [reference, answers] : answers_of(subject)) {
    if (source_of(subject.document, reference).kind != SourceKind::TagText) continue;
    if (answers.other || answers.exact.size() != 1) continue;
    if (!leads_to_stop(subject, answers.leads_to)) continue;
    const auto& [branch, pointer] = answers.places.front();
    findings.add(
        branch, pointer,
        fmt::format("only exactly '{}' counts; 'True', 'yes' or a missing tag quietly means "
                    "a backup without a stop",
                    *answers.exact.begin()));
  }
}

void find_unchecked_numbers(const LintSubject& subject, LintFindings& findings) {
  const auto answers = answers_of(subject);
  for (std::size_t i = 0; i < subject.size(); ++i) {
    if (!prunes_by_function(subject, i)) continue;
    for (const auto* key : {"InputPayload", "Payload"}) {
      const auto* payload = find(subject.step(i).inputs, key);
      if (payload && takes_unchecked_number(subject, *payload, answers))
        findings.add(i, fmt::format("/inputs/{}", key),
                     "how many images to keep is a tag's text that nothing has checked: empty, 0 "
                     "or negative may delete them all");
    }
  }
}

void find_capped_timeouts(const LintSubject& subject, LintFindings& findings) {
  for (std::size_t i = 0; i < subject.size(); ++i) {
    const auto& step = subject.step(i);
    const auto cap = cap_of(step.action);
    if (cap.count() == 0 || !step.timeout || *step.timeout <= cap) continue;
    findings.add(
        i, "/timeoutSeconds",
        fmt::format("timeoutSeconds is {}, but {} is given up after {} s: the work goes on "
                    "unseen{}",
                    to_seconds(*step.timeout), step.action, to_seconds(cap),
                    step.max_attempts > 1 ? ", and the next attempt runs beside it" : ""));
  }
}

void find_text_payloads(const LintSubject& subject, LintFindings& findings) {
  for (std::size_t i = 0; i < subject.size(); ++i)
    for (const auto key : kTextPayloads) {
      const auto* value = find(subject.step(i).inputs, key);
      const bool is_api = subject.step(i).action == "aws:executeAwsApi";
      if (value && value->is_string() && (!is_api || key == "Payload"))
        find_text_payload(subject, findings, i, key);
    }
}

}  // namespace hikae::plan
