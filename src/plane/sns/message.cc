#include "plane/sns/message.h"

#include <algorithm>

#include "plane/sns/rows.h"
#include "text/json.h"

namespace hikae::plane::sns {
namespace {

Result<> check_subject(std::string_view subject) {
  const bool plain = std::ranges::all_of(subject, [](char c) { return c >= ' ' && c < 127; });
  if (!subject.empty() && subject.size() < 100 && plain && subject.front() != ' ') return {};
  return invalid(
      "Subject Reason: it must be under 100 characters of ASCII on one line and begin with a "
      "letter, digit or punctuation mark");
}

Result<Object> texts_by_protocol(std::string_view text) {
  auto json = text::parse_json(text);
  if (!json || !json->is_object())
    return invalid("Message Structure - JSON message body failed to parse");
  const auto* otherwise = find(*json, "default");
  if (!otherwise || !otherwise->is_string())
    return invalid("Message Structure - No default entry in JSON message body");
  return std::move(json->as_object());
}

Result<> check_attribute(std::string_view name, const Value& attribute) {
  const auto type = text_at(attribute, "DataType");
  const auto kind = type.substr(0, type.find('.'));
  if (!is_name(name, "_-.", 256)) return invalid("MessageAttributes Reason: a name is not valid");
  if (kind != "String" && kind != "Number" && kind != "Binary")
    return invalid("MessageAttributes Reason: '" + str(name) + "' has the unknown type '" +
                   str(type) + "'");
  if (text_at(attribute, kind == "Binary" ? "BinaryValue" : "StringValue").empty())
    return invalid("MessageAttributes Reason: '" + str(name) + "' has no value");
  return {};
}

}  // namespace

std::string_view Message::text_for(std::string_view protocol) const {
  if (!by_protocol) return text;
  return text_at(*by_protocol, protocol, text_at(*by_protocol, "default"));
}

std::size_t Message::bytes() const {
  auto bytes = text.size();
  for (const auto& [name, attribute] : attributes)
    bytes += name.size() + text_at(attribute, "DataType").size() +
             text_at(attribute, "StringValue").size() + text_at(attribute, "BinaryValue").size();
  return bytes;
}

Result<Message> read_message(const Value& input) {
  Message message{str(text_at(input, "Message")), str(text_at(input, "Subject")),
                  object_at(input, "MessageAttributes"), std::nullopt};
  if (message.text.empty()) return invalid("Empty message");
  for (const auto& [name, attribute] : message.attributes) TRY_DO(check_attribute(name, attribute));
  if (message.bytes() > kMessageBytes) return invalid("Message too long");
  if (find(input, "Subject")) TRY_DO(check_subject(message.subject));
  const auto structure = text_at(input, "MessageStructure");
  if (structure == "json") {
    message.by_protocol = TRY(texts_by_protocol(message.text));
  } else if (!structure.empty()) {
    return invalid("MessageStructure Reason: '" + str(structure) + "' is not known; use json");
  }
  return message;
}

}  // namespace hikae::plane::sns
