#include "plane/sqs/message_text.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "aws/base64.h"
#include "plane/digest.h"
#include "plane/sqs/rows.h"

namespace hikae::plane::sqs {
namespace {

constexpr std::size_t kAttributes = 10;  // SQS's own, of one message

/// Reads one character of UTF-8; 0 where there is none that XML allows.
std::uint32_t take_character(std::string_view& text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const std::size_t more = lead < 0x80   ? 0
                           : lead < 0xc2 ? 9
                           : lead < 0xe0 ? 1
                           : lead < 0xf0 ? 2
                                         : 3;
  if (lead > 0xf4 || more >= text.size() || more == 9) return 0;
  std::uint32_t code = more == 0 ? lead : lead & (0x3fU >> more);
  for (std::size_t i = 1; i <= more; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xc0) != 0x80) return 0;
    code = code << 6 | (byte & 0x3f);
  }
  constexpr std::uint32_t kLeast[] = {0, 0x80, 0x800, 0x10000};
  text.remove_prefix(more + 1);
  return code < kLeast[more] ? 0 : code;
}

bool is_xml_character(std::uint32_t code) {
  return code == 9 || code == 10 || code == 13 || (code >= 0x20 && code <= 0xd7ff) ||
         (code >= 0xe000 && code <= 0xfffd) || (code >= 0x10000 && code <= 0x10ffff);
}

bool is_binary(const Value& attribute) {
  return text_at(attribute, "DataType").starts_with("Binary");
}

/// The attribute's value as bytes.
std::string value_of(const Value& attribute) {
  if (!is_binary(attribute)) return str(text_at(attribute, "StringValue"));
  return aws::from_base64(text_at(attribute, "BinaryValue")).value_or("");
}

Result<> check_attribute_name(std::string_view name) {
  const bool is_free = !name.starts_with("AWS.") && !name.starts_with("Amazon.") &&
                       !name.starts_with('.') && !name.ends_with('.') &&
                       name.find("..") == std::string_view::npos;
  if (is_name(name, "_-.", 256) && is_free) return {};
  return aws::aws_error("InvalidParameterValue",
                        "The message attribute name '" + str(name.substr(0, 256)) +
                            "' is invalid. It can contain alphanumeric characters, hyphens, "
                            "underscores and single periods, and does not begin with AWS. or "
                            "Amazon.");
}

Result<> check_attribute_value(std::string_view name, const Value& attribute) {
  const auto type = text_at(attribute, "DataType");
  const auto kind = type.substr(0, type.find('.'));
  const auto wrong = [&](const std::string& why) {
    return aws::aws_error("InvalidParameterValue",
                          "The message attribute '" + str(name) + "' " + why);
  };
  if (type.size() > 256 || (kind != "String" && kind != "Number" && kind != "Binary"))
    return wrong(
        "has an invalid message attribute type, the set of supported type prefixes is "
        "Binary, Number, and String.");
  const auto text = text_at(attribute, kind == "Binary" ? "BinaryValue" : "StringValue");
  if (text.empty()) return wrong("must contain non-empty message attribute value.");
  if (kind == "Binary" && !aws::from_base64(text)) return wrong("holds no base64.");
  if (kind != "Binary" && !is_message_text(text)) return wrong("holds invalid characters.");
  return {};
}

void append_with_length(std::string& out, std::string_view text) {
  for (int shift = 24; shift >= 0; shift -= 8)
    out += static_cast<char>(text.size() >> shift & 0xff);
  out += text;
}

bool is_wanted(std::string_view name, std::string_view wanted) {
  if (wanted == "All" || wanted == ".*" || wanted == name) return true;
  return wanted.ends_with(".*") && name.starts_with(wanted.substr(0, wanted.size() - 1));
}

}  // namespace

bool is_message_text(std::string_view text) {
  while (!text.empty())
    if (!is_xml_character(take_character(text))) return false;
  return true;
}

Result<> check_message_attributes(const Object& attributes) {
  if (attributes.size() > kAttributes)
    return aws::aws_error("InvalidParameterValue", "Number of message attributes [" +
                                                       std::to_string(attributes.size()) +
                                                       "] exceeds the allowed maximum [10].");
  for (const auto& [name, attribute] : attributes) {
    TRY_DO(check_attribute_name(name));
    TRY_DO(check_attribute_value(name, attribute));
  }
  return {};
}

std::size_t bytes_of_attributes(const Object& attributes) {
  std::size_t bytes = 0;
  for (const auto& [name, attribute] : attributes)
    bytes += name.size() + text_at(attribute, "DataType").size() + value_of(attribute).size();
  return bytes;
}

std::string md5_of_attributes(const Object& attributes) {
  if (attributes.empty()) return {};
  std::vector<std::string_view> names;
  for (const auto& [name, attribute] : attributes) names.push_back(name);
  std::ranges::sort(names);
  std::string text;
  for (const auto name : names) {
    const auto& attribute = *find(attributes, name);
    append_with_length(text, name);
    append_with_length(text, text_at(attribute, "DataType"));
    text += is_binary(attribute) ? '\2' : '\1';
    append_with_length(text, value_of(attribute));
  }
  return md5_hex(text);
}

Object wanted_attributes(const Object& attributes, const Array& wanted) {
  Object shown;
  for (const auto& [name, attribute] : attributes)
    for (const auto& one : wanted)
      if (is_wanted(name, text_of(one))) shown[name] = attribute;
  return shown;
}

}  // namespace hikae::plane::sqs
