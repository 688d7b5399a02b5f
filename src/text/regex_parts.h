// The tree of a parsed pattern and the program made of it: private to regex*.cc.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hikae::text {

/// Sorted or not, inclusive ranges of code points; `negated` means everything else.
struct RegexSet {
  std::vector<std::pair<char32_t, char32_t>> ranges;
  bool negated = false;
  bool ignore_case = false;
  [[nodiscard]] bool contains(char32_t point) const;
};

enum class RegexAssertion { Start, End, EndOrLastBreak, WordEdge, NoWordEdge };

struct RegexNode {
  enum class Kind { Empty, Set, Assertion, Look, Sequence, Choice, Repeat };
  Kind kind = Kind::Empty;
  std::vector<RegexNode> children;  // Sequence, Choice; one of Repeat and Look
  RegexSet set;
  RegexAssertion assertion = RegexAssertion::Start;
  bool negated = false;  // of Look
  int least = 0;
  int most = kNoEnd;
  static constexpr int kNoEnd = std::numeric_limits<int>::max();
};

[[nodiscard]] Result<RegexNode> parse_regex(std::string_view pattern);

/// States and what leads from one to the next.
struct RegexState {
  enum class Kind { Set, Assertion, Look, Split, Jump, Match };
  Kind kind = Kind::Match;
  std::uint32_t next = 0;   // also the first way of a Split
  std::uint32_t other = 0;  // the second way of a Split
  std::uint32_t what = 0;   // index of the set, of the look-ahead, or the assertion
  bool negated = false;
};

using RegexStates = std::vector<RegexState>;

/// One program: the pattern forward, each look-ahead backward, inner ones before outer ones.
class RegexProgram {
 public:
  RegexStates forward;
  std::vector<RegexStates> looks;
  std::vector<RegexSet> sets;
};

[[nodiscard]] Result<RegexProgram> compile_regex(const RegexNode& root);

}  // namespace hikae::text
