// Matching in linear time.
//
// The pattern is an automaton of states; all states that may be reached are followed at once, one
// character at a time, so no pattern can make the matching go back and try again.
//
// A look-ahead asks, at a position, whether its own pattern matches what follows. Asked anew at
// each position this would be quadratic. But "matches from here to somewhere" read from right to
// left is "ends here, begun anywhere": the look-ahead is an automaton of the reversed pattern that
// may start at every position and runs over the text once, from its end to its beginning, and notes
// each position where it has reached its end. So each look-ahead is a table of answers that is
// filled before the pattern that asks for it runs; inner look-aheads stand before outer ones.
#include "text/regex.h"

#include <algorithm>
#include <string>

#include "base/invariant.h"
#include "base/limits.h"
#include "text/code_points.h"
#include "text/regex_parts.h"

namespace hikae::text {
namespace {

bool is_word_point(char32_t c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool is_line_break(char32_t c) {
  return c == '\n' || c == '\r' || c == 0x85 || c == 0x2028 || c == 0x2029;
}

char32_t other_case(char32_t c) {
  if (c >= 'a' && c <= 'z') return c - 32;
  if (c >= 'A' && c <= 'Z') return c + 32;
  return c;
}

bool in_ranges(const RegexSet& set, char32_t point) {
  return std::ranges::any_of(
      set.ranges, [&](const auto& range) { return point >= range.first && point <= range.second; });
}

/// Which states are reached at one position.
class ReachedStates {
 public:
  explicit ReachedStates(std::size_t size) : marks_(size, false) {}
  bool add(std::uint32_t state) {
    if (marks_[state]) return false;
    marks_[state] = true;
    list_.push_back(state);
    return true;
  }
  void clear() {
    for (const auto state : list_) marks_[state] = false;
    list_.clear();
  }
  [[nodiscard]] const std::vector<std::uint32_t>& list() const { return list_; }
  void swap(ReachedStates& other) {
    marks_.swap(other.marks_);
    list_.swap(other.list_);
  }

 private:
  std::vector<bool> marks_;
  std::vector<std::uint32_t> list_;
};

/// One text under one program.
class RegexRun {
 public:
  RegexRun(const RegexProgram& program, std::u32string_view text)
      : program_(program), text_(text) {}

  bool matches() {
    for (const auto& look : program_.looks) answers_.push_back(positions_of(look));
    ReachedStates now(program_.forward.size()), after(program_.forward.size());
    reach(program_.forward, now, 0, 0);
    for (std::size_t at = 0; at < text_.size(); ++at) {
      after.clear();
      for (const auto state : now.list()) step(program_.forward, after, state, text_[at], at + 1);
      now.swap(after);
    }
    return is_matched(program_.forward, now);
  }

 private:
  /// For each position, whether the look-ahead holds there.
  std::vector<bool> positions_of(const RegexStates& states) {
    std::vector<bool> answers(text_.size() + 1, false);
    ReachedStates now(states.size()), after(states.size());
    for (std::size_t at = text_.size();; --at) {
      reach(states, now, 0, at);
      answers[at] = is_matched(states, now);
      if (at == 0) return answers;
      after.clear();
      for (const auto state : now.list()) step(states, after, state, text_[at - 1], at - 1);
      now.swap(after);
    }
  }

  void step(const RegexStates& states, ReachedStates& reached, std::uint32_t state, char32_t point,
            std::size_t position) {
    if (states[state].kind != RegexState::Kind::Set) return;
    if (program_.sets[states[state].what].contains(point))
      reach(states, reached, states[state].next, position);
  }

  /// Adds `first` and all that is reached from it without a character.
  void reach(const RegexStates& states, ReachedStates& reached, std::uint32_t first,
             std::size_t position) {
    pending_.push_back(first);
    while (!pending_.empty()) {
      const auto at = pending_.back();
      pending_.pop_back();
      if (!reached.add(at)) continue;
      const auto& state = states[at];
      switch (state.kind) {
        case RegexState::Kind::Split:
          pending_.push_back(state.other);
          pending_.push_back(state.next);
          break;
        case RegexState::Kind::Jump: pending_.push_back(state.next); break;
        case RegexState::Kind::Assertion:
          if (holds(static_cast<RegexAssertion>(state.what), position))
            pending_.push_back(state.next);
          break;
        case RegexState::Kind::Look:
          if (answers_[state.what][position] != state.negated) pending_.push_back(state.next);
          break;
        case RegexState::Kind::Set:
        case RegexState::Kind::Match: break;
      }
    }
  }

  static bool is_matched(const RegexStates& states, const ReachedStates& reached) {
    return std::ranges::any_of(
        reached.list(), [&](auto state) { return states[state].kind == RegexState::Kind::Match; });
  }

  [[nodiscard]] bool holds(RegexAssertion assertion, std::size_t at) const {
    switch (assertion) {
      case RegexAssertion::Start: return at == 0;
      case RegexAssertion::End: return at == text_.size();
      case RegexAssertion::EndOrLastBreak: return at == text_.size() || is_last_break(at);
      case RegexAssertion::WordEdge: return is_word_edge(at);
      case RegexAssertion::NoWordEdge: return !is_word_edge(at);
    }
    return false;
  }

  [[nodiscard]] bool is_last_break(std::size_t at) const {
    if (at + 2 == text_.size() && text_.substr(at) == U"\r\n") return true;
    const bool inside_pair =
        at > 0 && at < text_.size() && text_[at - 1] == U'\r' && text_[at] == U'\n';
    return at + 1 == text_.size() && is_line_break(text_[at]) && !inside_pair;
  }

  [[nodiscard]] bool is_word_edge(std::size_t at) const {
    const bool before = at > 0 && is_word_point(text_[at - 1]);
    const bool behind = at < text_.size() && is_word_point(text_[at]);
    return before != behind;
  }

  const RegexProgram& program_;
  std::u32string_view text_;
  std::vector<std::vector<bool>> answers_;
  std::vector<std::uint32_t> pending_;
};

}  // namespace

bool RegexSet::contains(char32_t point) const {
  const bool inside =
      in_ranges(*this, point) || (ignore_case && in_ranges(*this, other_case(point)));
  return inside != negated;
}

Result<Regex> Regex::compile(std::string_view pattern) {
  Regex regex;
  const auto root = TRY(parse_regex(pattern));
  auto program = TRY(compile_regex(root));
  regex.program_ = std::make_shared<const RegexProgram>(std::move(program));
  return regex;
}

Result<bool> Regex::matches(std::string_view text) const {
  INVARIANT(program_, "a regular expression is made by compile()");
  const auto points = code_points(text);
  if (points.size() > limits::kRegexText)
    return fail(ErrorKind::Limit, "a text of more than " + std::to_string(limits::kRegexText) +
                                      " characters is not matched against a pattern");
  return RegexRun(*program_, points).matches();
}

}  // namespace hikae::text
