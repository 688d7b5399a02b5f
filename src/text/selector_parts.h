// The parts of a parsed selector: private to selector*.cc.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "text/selector.h"

namespace hikae::text {

enum class SelectorStep { Key, Index, All, Slice, Filter };

/// `@.a.b[0] == 'x'` of a filter; without an operator: whether the path exists.
struct SelectorTest {
  enum class Operator { Exists, Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual };
  std::vector<std::variant<std::string, std::int64_t>> path;
  Operator op = Operator::Exists;
  Value literal;
};

/// Any of the groups; a group holds where all its tests hold.
using SelectorFilter = std::vector<std::vector<SelectorTest>>;

struct Selector::Part {
  SelectorStep step = SelectorStep::Key;
  bool deep = false;  // written with `..`: at every level below
  std::string key;
  std::int64_t index = 0;
  std::optional<std::int64_t> begin, end;
  SelectorFilter filter;
};

}  // namespace hikae::text
