// Values as JSON bodies and back, by the shape (json and rest-json).
#pragma once

#include <string>

#include "aws/table.h"
#include "aws/wire/reading.h"
#include "base/value.h"

namespace hikae::aws::wire {

/// Which names members have: a query service spoken to in JSON keeps the model's own.
enum class JsonNames { OnTheWire, OfTheModel };

/// Appends the value. A structure's members that have a place outside of the body are left out;
/// members that the shape does not know are written as they are.
void append_json_body(std::string& out, const Value& value, const table::Shape& shape, Side side,
                      JsonNames names = JsonNames::OnTheWire);

/// Timestamps become text, wire names the model's. What the model does not know is ignored and told
/// in a request, kept in an answer.
[[nodiscard]] Value read_json_body(Value body, const table::Shape& shape, Reading& reading,
                                   JsonNames names = JsonNames::OnTheWire);

/// The text of a body parsed; empty counts as an empty object. A fault where it is no JSON.
[[nodiscard]] Value parse_json_body(std::string_view body, Reading& reading);

}  // namespace hikae::aws::wire
