// Which reads of many machines fit into one call: those that ask for one thing, by its id or by one
// value of a filter, and answer with a list of things that tell which they are.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/machine.h"

namespace hikae::engine {

/// An operation whose answers can be taken apart.
struct PollShape {
  std::string_view service;
  std::string_view operation;
  std::string_view ids;     // the input's list of ids
  std::string_view list;    // the answer's list
  std::string_view nested;  // a list inside each of them, or empty ("Reservations" -> "Instances")
  std::string_view id;      // the id's member in what is listed
};

/// What one call asks for.
struct PollTarget {
  const PollShape* shape = nullptr;
  std::string filter;  // "name", "tag:hikae:run"; empty: asked for by id
  std::string value;   // the id, or the filter's one value
};

/// nullopt where the call cannot share an answer: another operation, several ids, wildcards.
[[nodiscard]] std::optional<PollTarget> poll_target(const Call& call);
/// The call for several: `call` with its id or filter value replaced by `values`.
[[nodiscard]] Call merged_call(const PollTarget& target, Call call,
                               const std::vector<std::string>& values);
/// A merged answer taken apart: what each value's own call would have been answered. A value that
/// is not among what was listed has no entry.
[[nodiscard]] std::map<std::string, Value> split_answer(const PollTarget& target, Value answer);
/// The answer for a value of which nothing was listed.
[[nodiscard]] Value empty_answer(const PollTarget& target);

}  // namespace hikae::engine
