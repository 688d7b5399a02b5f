#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "runbook/check.h"
#include "runbook/resolve.h"

namespace hikae::runbook {
namespace {

constexpr std::array<std::string_view, 4> kIteratorTypes{"String", "Boolean", "Integer",
                                                         "StringMap"};
constexpr std::size_t kIteratorsMax = 100;
constexpr std::int64_t kLoopRoundsMax = 100;

bool is_reference(const Value& value) { return !references_in(value).empty(); }

class LoopCheck {
 public:
  LoopCheck(const Object& inputs, const Spot& spot, Findings& findings)
      : findings_(findings), spot_(spot), fields_(findings, spot, inputs) {}

  void check() {
    check_iterators();
    check_type();
    if (const auto* most = fields_.get("MaxIterations"); most && !is_reference(*most))
      std::ignore = fields_.whole("MaxIterations", 1, kLoopRoundsMax);
    if (const auto* condition = fields_.get("LoopCondition"))
      check_condition(*condition, spot_.below("LoopCondition"), findings_);
    check_body();
  }

 private:
  void check_iterators() {
    const auto* iterators = fields_.get("Iterators");
    if (!iterators || whole_reference(text_of(*iterators))) return;
    const auto* list = fields_.list("Iterators");
    if (list && list->size() > kIteratorsMax)
      findings_.error(
          spot_.below("Iterators"), "too-many",
          fmt::format("Iterators has {} entries; a loop takes {}", list->size(), kIteratorsMax),
          "split the list over several loops");
  }

  void check_type() {
    const auto* type = fields_.get("IteratorDataType");
    if (!type || is_reference(*type)) return;
    if (std::ranges::find(kIteratorTypes, text_of(*type)) != kIteratorTypes.end()) return;
    findings_.error(spot_.below("IteratorDataType"), "bad-input",
                    fmt::format("IteratorDataType is '{}'", as_text(*type)),
                    "write one of " + joined(kIteratorTypes));
  }

  void check_body() {
    const auto* body = fields_.list("Steps");
    if (!body) return;
    if (body->empty())
      findings_.error(spot_.below("Steps"), "missing", "Steps has no step", "add a step");
    for (std::size_t i = 0; i < body->size(); ++i)
      if (text_at((*body)[i], "action") == "aws:loop")
        findings_.error(spot_.below("Steps").below(i).below("action"), "nested-loop",
                        "a loop stands within a loop",
                        "put the inner one into a document of its own, and call that with "
                        "aws:executeAutomation");
  }

  Findings& findings_;
  Spot spot_;
  Fields fields_;
};

}  // namespace

void check_loop(const Step& step, const Spot& inputs, Findings& findings) {
  LoopCheck(step.inputs.get_object(), inputs, findings).check();
}

}  // namespace hikae::runbook
