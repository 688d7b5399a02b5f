// Ten thousand rules, one event, a few microseconds.
//
// The problem. A rule names fields and, for each, what its value may be. Asking every rule in turn
// costs time in proportion to their number. Automata that walk from field to field (event-ruler,
// quamina) avoid that while values tell rules apart, and lose it where nearly every rule passes a
// field: with `anything-but` on one field each of n rules leaves the field in a state of its own,
// and rules over thousands of different keys make thousands of branches.
//
// The idea. Fields are answered one by one, for all rules at once, and the answers are combined as
// bits, 64 rules a machine word:
//
//   rule 0: {"source": ["aws.ec2"], "detail": {"state": ["stopped"]}}
//   rule 1: {"source": ["aws.ec2"], "detail": {"state": [{"anything-but": "running"}]}}
//   rule 2: {"source": ["aws.ssm"]}
//   event : {"source": "aws.ec2", "detail": {"state": "running"}}
//
//   slots      the alternatives of all rules (a $or makes several), numbered: here 0, 1, 2.
//   predicate  one positive candidate on one field: source is "aws.ec2". Equal ones are one.
//   condition  all candidates of one leaf: any of its predicates, or an anything-but that lets the
//              value pass, or exists. Equal ones are one; each knows its slots as a set.
//   index      per field: hash tables for exact values, tries for beginnings and ends (with and
//              without case), an automaton for wildcards, a segment tree for ranges, masked
//              look-ups for address blocks. A value goes in, the predicates that hold come out.
//
// For each field present in the event, the index yields the predicates that hold ("aws.ec2" holds,
// "running" holds). Conditions on that field are then either true or false: a positive one is true
// if a predicate of it holds; an anything-but one is true *unless* what holds excludes it, so the
// many it lets pass cost nothing and only the few it stops are touched. The slots of false
// conditions are struck out: `dead |= slots on this field, without those of the true ones`: slot 2
// (source) and slots 0 and 1 (state) here. What is a candidate and not dead has passed all fields
// present.
//
// Fields absent from the event strike out every rule that needs them, which would be thousands of
// sets. So each slot is anchored at the rarest field it needs: only slots anchored at a present
// field become candidates at all; and each survivor is checked for needed fields that are absent.
//
// Cost: the event's leaves, plus one word operation per 64 slots for each field that many rules
// name, plus the conditions touched, plus the answer itself. 10,000 rules are 157 words a field.
//
// What can go wrong. (1) A list of values: any element may accept, and an anything-but is false
// only if *each* element is excluded by *each* anything-but of the leaf, so exclusions are counted,
// once a pair. (2) Lists of maps: fields must come from one element; survivors for which that may
// matter are checked by pattern/consistency.h. (3) {"exists": false} accepts absence in the whole
// event, so a leaf with it never needs its field. (4) Scratch marks carry the number of the event
// they were made for instead of being cleared.
#include "pattern/matcher.h"

#include "base/limits.h"
#include "pattern/rule_index.h"
#include "text/json.h"

namespace hikae::pattern {

Matcher::Matcher() : index_(std::make_unique<RuleIndex>()) {}
Matcher::~Matcher() = default;
Matcher::Matcher(Matcher&&) noexcept = default;
Matcher& Matcher::operator=(Matcher&&) noexcept = default;

void Matcher::add(std::string_view rule, const Pattern& pattern) { index_->add(rule, pattern); }
void Matcher::remove(std::string_view rule) { index_->remove(rule); }
std::size_t Matcher::size() const { return index_->size(); }

Result<std::vector<std::string_view>> Matcher::match(const Value& event) {
  return index_->match(event);
}

Result<std::vector<std::string_view>> Matcher::match_text(std::string_view json_text) {
  if (json_text.size() > limits::kEventBytes)
    return fail(ErrorKind::Limit, "the event has " + std::to_string(json_text.size()) +
                                      " bytes, more than the " +
                                      std::to_string(limits::kEventBytes) + " that are matched");
  const auto event = TRY(in_context(text::parse_json(json_text), "the event is no JSON"));
  return match(event);
}

Result<bool> test_pattern(std::string_view pattern_text, std::string_view event_text) {
  Matcher matcher;
  matcher.add("rule", TRY(Pattern::parse(pattern_text)));
  return !TRY(matcher.match_text(event_text)).empty();
}

}  // namespace hikae::pattern
