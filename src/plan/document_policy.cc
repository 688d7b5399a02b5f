#include "plan/document_policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "iam/calls.h"
#include "iam/pattern.h"
#include "plan/document_needs.h"
#include "plan/lint.h"
#include "plan/lint_source.h"

namespace hikae::plan {
namespace {

/// What of a need's keys a policy asks for: {operator's key: value}; empty: nothing.
using Bounds = std::map<std::string, std::string>;
using Actions = std::set<std::string>;
using Resources = std::set<std::string>;

Bounds bounds_of(const iam::Need& need) {
  Bounds bounds;
  for (const auto* key : {"ec2:CreateAction", "iam:PassedToService"})
    if (const auto* values = need.context.find(key)) bounds[key] = values->front();
  return bounds;
}

/// Without those that another one covers.
Resources narrowed_to_widest(const Resources& all) {
  Resources out;
  for (const auto& one : all) {
    const bool is_covered = std::ranges::any_of(all, [&](const std::string& other) {
      return other != one && iam::matches_resource(*iam::pattern_of(other, nullptr), one);
    });
    if (!is_covered) out.insert(one);
  }
  return out;
}

Value one_or_many(const std::set<std::string>& texts) {
  if (texts.size() == 1) return Value(*texts.begin());
  Array out;
  for (const auto& text : texts) out.push_back(Value(text));
  return out;
}

class PolicyMaker {
 public:
  PolicyMaker(const std::vector<NamedDocument>& documents, const Scope& scope)
      : documents_(documents), scope_(scope) {}

  DocumentPolicy make() {
    for (const auto& named : documents_) read(named.name, *named.document);
    DocumentPolicy out;
    out.policy = Object{{"Version", "2012-10-17"}, {"Statement", statements()}};
    out.notes.assign(notes_.begin(), notes_.end());
    return out;
  }

 private:
  void read(const std::string& name, const runbook::Document& document) {
    if (!read_.insert(name).second) return;
    for (const auto& step : document.steps) {
      for (const auto& call : calls_of_step(step)) add(call);
      if (step.action == "aws:executeAutomation") read_child(name, document, step);
      note(name, step);
    }
  }

  void add(const StepCall& call) {
    for (const auto& need :
         iam::needs_of(scope_, call.service, call.operation, call.input, iam::Facts()))
      wanted_[{need.action, bounds_of(need)}].insert(need.resource);
  }

  void read_child(const std::string& name, const runbook::Document& document,
                  const runbook::Step& step) {
    const auto child = named_by(document, find(step.inputs, "DocumentName"));
    for (const auto& named : documents_)
      if (named.name == child) return read(child, *named.document);
    for (const auto& bundled : bundled_children())
      if (bundled.name == child) return read(child, *bundled.document);
    notes_.insert(fmt::format("{}, step {}: the child {} was not read; name its file too", name,
                              step.name, child.empty() ? "that a run's input names" : child));
  }

  void note(const std::string& name, const runbook::Step& step) {
    const auto say = [&](std::string_view what) {
      notes_.insert(fmt::format("{}, step {}: {}", name, step.name, what));
    };
    if (step.action == "aws:executeScript")
      say("what the script calls cannot be read; add it by hand");
    if (step.action == "aws:createStack" || step.action == "aws:deleteStack")
      say("the resources of the stack need rights of their own, or a RoleARN");
  }

  [[nodiscard]] Array statements() const {
    // Actions of the same resources and bounds stand together.
    std::map<std::pair<Resources, Bounds>, Actions> grouped;
    for (const auto& [what, resources] : wanted_)
      grouped[{narrowed_to_widest(resources), what.second}].insert(what.first);
    Array out;
    for (const auto& [where, actions] : grouped) {
      Object statement{{"Effect", "Allow"},
                       {"Action", one_or_many(actions)},
                       {"Resource", one_or_many(where.first)}};
      Object keys;
      for (const auto& [key, value] : where.second) keys[key] = value;
      if (!keys.empty()) statement["Condition"] = Object{{"StringEquals", std::move(keys)}};
      out.push_back(std::move(statement));
    }
    return out;
  }

  const std::vector<NamedDocument>& documents_;
  const Scope& scope_;
  std::map<std::pair<std::string, Bounds>, Resources> wanted_;
  std::set<std::string> read_, notes_;
};

}  // namespace

DocumentPolicy smallest_policy(const std::vector<NamedDocument>& documents, const Scope& scope) {
  return PolicyMaker(documents, scope).make();
}

}  // namespace hikae::plan
