#include "aws/wire/header_value.h"

#include <algorithm>

#include "aws/base64.h"
#include "aws/wire/scalar.h"
#include "text/json.h"

namespace hikae::aws::wire {
namespace {

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && byte != '\t') || byte == 0x7f;
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

Value header_list(std::string_view text, const table::Member& element, Reading& reading) {
  Array out;
  while (true) {
    const auto comma = text.find(',');
    out.push_back(header_value(trimmed(text.substr(0, comma)), element, reading));
    if (comma == std::string_view::npos) return out;
    text.remove_prefix(comma + 1);
  }
}

Value json_value(std::string_view text, std::string_view name, Reading& reading) {
  const auto json = from_base64(text);
  auto value = json ? text::parse_json(*json) : fail(ErrorKind::Invalid, "it is no base64");
  if (value) return *std::move(value);
  if (reading.side() == Side::Request)
    reading.fault(Fault::WrongValue, str(name) + " is no base64 of JSON: " + value.error().message);
  return Value(text);
}

}  // namespace

std::string header_text(const Value& value, const table::Member& member, Side side) {
  const auto& table = table::Table::linked();
  const auto& shape = table.shape(member.shape);
  if (member.flags & table::kJsonValue) return to_base64(text::to_json(value));
  std::string out;
  if (shape.type == table::Type::List && value.is_array()) {
    const auto& element = table.members(shape)[0];
    for (const auto& item : value.get_array())
      out.append(out.empty() ? "" : ",").append(header_text(item, element, side));
    return out;
  }
  const auto iso = side == Side::Request ? TimeForm::Iso : TimeForm::IsoMs;
  append_scalar(out, value, shape.type, time_form(shape.timestamp, iso, TimeForm::Rfc822));
  return out;
}

Value header_value(std::string_view text, const table::Member& member, Reading& reading) {
  const auto& table = table::Table::linked();
  const auto& shape = table.shape(member.shape);
  if (member.flags & table::kJsonValue) return json_value(text, table.text(member.name), reading);
  if (shape.type == table::Type::List) return header_list(text, table.members(shape)[0], reading);
  return scalar_from(text, shape, table.text(member.name), reading);
}

bool fits_header(std::string_view text) { return std::ranges::none_of(text, is_control); }

std::string made_to_fit_header(std::string text) {
  std::ranges::replace_if(text, is_control, ' ');
  return text;
}

bool has_prefix(std::string_view header, std::string_view prefix) {
  const auto same = [](char a, char b) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return lower(a) == lower(b);
  };
  return header.size() >= prefix.size() &&
         std::equal(prefix.begin(), prefix.end(), header.begin(), same);
}

}  // namespace hikae::aws::wire
