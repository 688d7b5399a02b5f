// The walk over a template; private to src/stack.
#pragma once

#include "stack/validate.h"

namespace hikae::stack {

/// Where a value stands decides which functions it may call.
enum class Context { Property, Output, Condition, Rule };

/// Calls of intrinsic functions: their names, arguments, and what they refer to.
class FunctionChecker {
 public:
  FunctionChecker(const Template& source, Findings& findings)
      : source_(source), findings_(findings) {}
  void check(const Value& value, Context context, const Where& where) const;

 private:
  void call(std::string_view function, const Value& argument, Context context,
            const Where& where) const;
  void reference(std::string_view name, Context context, const Where& where) const;
  void attribute(std::string_view resource, std::string_view name, const Where& where) const;
  void sub(const Value& argument, Context context, const Where& where) const;
  void reference_text(std::string_view text, const Where& where) const;
  void import(const Value& argument, Context context, const Where& where) const;
  void if_call(const Value& argument, const Where& where) const;
  void find_in_map(const Value& argument, const Where& where) const;
  const Value* object_key(const Value& level, std::string_view key, std::string_view what,
                          const Where& where) const;
  void select(const Value& argument, const Where& where) const;
  void pair_of(std::string_view function, const Value& argument, const Where& where) const;
  void condition_name(std::string_view name, const Where& where) const;
  [[nodiscard]] std::vector<std::string_view> names_for_ref() const;

  const Template& source_;
  Findings& findings_;
};

}  // namespace hikae::stack
