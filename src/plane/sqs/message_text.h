// What a message says: its body and attributes checked, and their digests as SQS makes them.
#pragma once

#include <string>

#include "base/result.h"
#include "base/value.h"

namespace hikae::plane::sqs {

/// XML's characters in UTF-8: what a body may consist of.
[[nodiscard]] bool is_message_text(std::string_view text);

/// Of {name: {DataType, StringValue | BinaryValue (base64)}}. Errors: InvalidParameterValue.
[[nodiscard]] Result<> check_message_attributes(const Object& attributes);
/// What they count against the size of a message.
[[nodiscard]] std::size_t bytes_of_attributes(const Object& attributes);
/// Hex of MD5 over the attributes in the order of their names; each is name, type, one byte for the
/// transport (1 text, 2 bytes) and value, every text behind its length in four bytes. Empty where
/// there are none.
[[nodiscard]] std::string md5_of_attributes(const Object& attributes);

/// Those that a receive asks for: "All" or ".*", "name", "prefix.*".
[[nodiscard]] Object wanted_attributes(const Object& attributes, const Array& wanted);

}  // namespace hikae::plane::sqs
