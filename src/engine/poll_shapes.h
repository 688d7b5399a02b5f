// Which reads of many machines fit into one call: those that name one id in a list and answer with
// a list of things that carry the id.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/machine.h"

namespace hikae::engine {

struct PollShape {
  std::string_view service;
  std::string_view operation;
  std::string_view ids;     // the input's list of ids
  std::string_view list;    // the answer's list
  std::string_view nested;  // a list inside each of them, or empty ("Reservations" -> "Instances")
  std::string_view id;      // the id's member in what is listed
};

/// The shape of a call that may be merged: known operation, exactly one id.
[[nodiscard]] const PollShape* poll_shape(const Call& call);
[[nodiscard]] std::string polled_id(const PollShape& shape, const Call& call);
/// The call for several ids: `call` with its list replaced.
[[nodiscard]] Call merged_call(const PollShape& shape, Call call,
                               const std::vector<std::string>& ids);
/// A merged answer taken apart: what each id's own call would have been answered.
[[nodiscard]] std::map<std::string, Value> split_answer(const PollShape& shape,
                                                        const Value& answer);
/// The answer for an id that was not among what was listed.
[[nodiscard]] Value empty_answer(const PollShape& shape);

}  // namespace hikae::engine
