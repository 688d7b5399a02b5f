#include "aws/wire/xml_text.h"

#include <fmt/format.h>

#include <array>

#include "aws/wire/limits.h"
#include "text/code_points.h"

namespace hikae::aws::wire {
namespace {

constexpr std::string_view kXmlReplacement = "\xEF\xBF\xBD";  // U+FFFD

/// Bytes that stand for themselves in text.
constexpr std::array<bool, 256> plain_table() {
  std::array<bool, 256> table{};
  for (int c = 0x20; c < 0x80; ++c) table[static_cast<std::size_t>(c)] = true;
  for (const unsigned char c : {'&', '<', '>', '\x7f'}) table[c] = false;
  table['\n'] = table['\t'] = true;
  return table;
}
constexpr auto kPlain = plain_table();

/// U+FFFE and U+FFFF are UTF-8 and no XML.
bool is_no_xml(std::string_view sequence) {
  return sequence == "\xEF\xBF\xBE" || sequence == "\xEF\xBF\xBF";
}

/// Writes the one character at `at` that does not stand for itself; gives its length.
std::size_t append_special(std::string& out, std::string_view text, std::size_t at) {
  switch (text[at]) {
    case '&': out += "&amp;"; return 1;
    case '<': out += "&lt;"; return 1;
    case '>': out += "&gt;"; return 1;
    case '\r': out += "&#13;"; return 1;
    case '\x7f': out += '\x7f'; return 1;
    default: break;
  }
  const auto length = text::utf8_length(text, at);
  const auto sequence = text.substr(at, length);
  const bool fits = length > 1 && !is_no_xml(sequence);
  out += fits ? sequence : kXmlReplacement;
  return length == 0 ? 1 : length;
}

}  // namespace

void append_xml_text(std::string& out, std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && kPlain[static_cast<unsigned char>(text[end])]) ++end;
    out.append(text.data() + at, end - at);
    if (end == text.size()) return;
    at = end + append_special(out, text, end);
  }
}

void XmlElement::attribute(std::string_view name, std::string_view value) {
  out_ += ' ';
  out_ += name;
  out_ += "=\"";
  for (std::size_t at = 0; at < value.size();) {
    const auto end = std::min(value.find_first_of("\"\n\t", at), value.size());
    append_xml_text(out_, value.substr(at, end - at));
    if (end < value.size())
      out_ += value[end] == '"' ? "&quot;" : value[end] == '\n' ? "&#10;" : "&#09;";
    at = end + 1;
  }
  out_ += '"';
}

void XmlElement::close_empty() {
  out_.pop_back();
  out_ += " />";
}

void append_xml_element(std::string& out, std::string_view name, std::string_view text) {
  XmlElement element(out, name);
  element.content();
  append_xml_text(out, text);
  element.close();
}

pugi::xml_node parse_xml(std::string_view body, pugi::xml_document& document, Reading& reading) {
  if (body.size() > kXmlBytes) {
    reading.fault(Fault::TooMuch,
                  fmt::format("the body has {} bytes, more than the {} that are read", body.size(),
                              kXmlBytes));
    return {};
  }
  const auto result =
      document.load_buffer(body.data(), body.size(),
                           pugi::parse_default | pugi::parse_ws_pcdata_single, pugi::encoding_utf8);
  const auto root = document.document_element();
  if (result && root) return root;
  reading.fault(Fault::Malformed,
                fmt::format("the body is no XML: {} at byte {}",
                            result ? "no element" : result.description(), result.offset));
  return {};
}

std::string_view local_name(std::string_view name) {
  const auto colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

pugi::xml_node child_named(const pugi::xml_node& node, std::string_view name) {
  for (const auto& child : node.children())
    if (child.type() == pugi::node_element && local_name(child.name()) == name) return child;
  return {};
}

std::string xml_text(const pugi::xml_node& node) {
  std::string text;
  for (const auto& child : node.children())
    if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata)
      text += child.value();
  return text;
}

}  // namespace hikae::aws::wire
