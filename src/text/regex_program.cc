#include "base/limits.h"
#include "text/regex_parts.h"

namespace hikae::text {
namespace {

/// Turns the tree into states. A look-ahead is compiled for running backward: its sequences in
/// reverse order, the rest the same.
class RegexCompiler {
 public:
  explicit RegexCompiler(RegexProgram& program) : program_(program) {}

  enum class Direction { Forward, Backward };

  Result<RegexStates> compile(const RegexNode& root, Direction direction) {
    RegexStates states;
    TRY_DO(emit(states, root, direction));
    TRY_DO(add(states, {}));
    return states;
  }

 private:
  Result<> add(RegexStates& states, RegexState state) {
    if (++states_ > limits::kRegexProgram)
      return fail(ErrorKind::Limit, "a pattern's repetitions unroll to more than " +
                                        std::to_string(limits::kRegexProgram) +
                                        " states; use smaller numbers in {…}");
    state.next = state.next ? state.next : static_cast<std::uint32_t>(states.size() + 1);
    return states.push_back(state), Result<>{};
  }

  Result<> emit(RegexStates& states, const RegexNode& node, Direction direction) {
    // Nothing repeated a thousand times a thousand times is no state, but it is time.
    if (++visits_ > 4 * limits::kRegexProgram)
      return fail(ErrorKind::Limit, "a pattern's repetitions are too many; use smaller numbers");
    switch (node.kind) {
      case RegexNode::Kind::Empty: return {};
      case RegexNode::Kind::Set: return emit_set(states, node);
      case RegexNode::Kind::Assertion: return emit_assertion(states, node);
      case RegexNode::Kind::Look: return emit_look(states, node);
      case RegexNode::Kind::Sequence: return emit_sequence(states, node, direction);
      case RegexNode::Kind::Choice: return emit_choice(states, node, direction);
      case RegexNode::Kind::Repeat: return emit_repeat(states, node, direction);
    }
    return {};
  }

  Result<> emit_set(RegexStates& states, const RegexNode& node) {
    program_.sets.push_back(node.set);
    RegexState state{.kind = RegexState::Kind::Set};
    state.what = static_cast<std::uint32_t>(program_.sets.size() - 1);
    return add(states, state);
  }

  Result<> emit_assertion(RegexStates& states, const RegexNode& node) {
    RegexState state{.kind = RegexState::Kind::Assertion};
    state.what = static_cast<std::uint32_t>(node.assertion);
    return add(states, state);
  }

  Result<> emit_look(RegexStates& states, const RegexNode& node) {
    auto inner = TRY(compile(node.children.front(), Direction::Backward));
    program_.looks.push_back(std::move(inner));
    RegexState state{.kind = RegexState::Kind::Look};
    state.what = static_cast<std::uint32_t>(program_.looks.size() - 1);
    state.negated = node.negated;
    return add(states, state);
  }

  Result<> emit_sequence(RegexStates& states, const RegexNode& node, Direction direction) {
    const auto count = node.children.size();
    for (std::size_t i = 0; i < count; ++i) {
      const auto& child = node.children[direction == Direction::Forward ? i : count - 1 - i];
      TRY_DO(emit(states, child, direction));
    }
    return {};
  }

  Result<> emit_choice(RegexStates& states, const RegexNode& node, Direction direction) {
    std::vector<std::size_t> ends;
    for (std::size_t i = 0; i < node.children.size(); ++i) {
      const bool last = i + 1 == node.children.size();
      const auto split = states.size();
      if (!last) TRY_DO(add(states, {.kind = RegexState::Kind::Split}));
      TRY_DO(emit(states, node.children[i], direction));
      if (last) break;
      ends.push_back(states.size());
      TRY_DO(add(states, {.kind = RegexState::Kind::Jump}));
      states[split].other = static_cast<std::uint32_t>(states.size());
    }
    for (const auto end : ends) states[end].next = static_cast<std::uint32_t>(states.size());
    return {};
  }

  Result<> emit_repeat(RegexStates& states, const RegexNode& node, Direction direction) {
    const auto& child = node.children.front();
    for (int i = 0; i < node.least; ++i) TRY_DO(emit(states, child, direction));
    if (node.most == RegexNode::kNoEnd) return emit_loop(states, child, direction);
    std::vector<std::size_t> splits;
    for (int i = node.least; i < node.most; ++i) {
      splits.push_back(states.size());
      TRY_DO(add(states, {.kind = RegexState::Kind::Split}));
      TRY_DO(emit(states, child, direction));
    }
    for (const auto split : splits) states[split].other = static_cast<std::uint32_t>(states.size());
    return {};
  }

  Result<> emit_loop(RegexStates& states, const RegexNode& child, Direction direction) {
    const auto split = states.size();
    TRY_DO(add(states, {.kind = RegexState::Kind::Split}));
    TRY_DO(emit(states, child, direction));
    const auto back = states.size();
    TRY_DO(add(states, {.kind = RegexState::Kind::Jump}));
    states[back].next = static_cast<std::uint32_t>(split);
    states[split].other = static_cast<std::uint32_t>(states.size());
    return {};
  }

  RegexProgram& program_;
  std::size_t states_ = 0;
  std::size_t visits_ = 0;
};

}  // namespace

Result<RegexProgram> compile_regex(const RegexNode& root) {
  RegexProgram program;
  program.forward = TRY(RegexCompiler(program).compile(root, RegexCompiler::Direction::Forward));
  return program;
}

}  // namespace hikae::text
