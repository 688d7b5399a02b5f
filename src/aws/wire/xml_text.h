// XML as text: escaping out, parsing in.
#pragma once

#include <algorithm>
#include <pugixml.hpp>
#include <string>
#include <string_view>

#include "aws/wire/reading.h"

namespace hikae::aws::wire {

/// Characters that XML cannot hold, and bytes that are no UTF-8, become U+FFFD.
void append_xml_text(std::string& out, std::string_view text);

/// An element that grows: `<name` now, `>…</name>` at close(), ` />` where nothing came between.
class XmlElement {
 public:
  XmlElement(std::string& out, std::string_view name) : out_(out), name_(name) {
    out_ += '<';
    out_ += name_;
  }
  void attribute(std::string_view name, std::string_view value);
  /// What follows is content.
  void content() {
    out_ += '>';
    content_ = out_.size();
  }
  void close() {
    if (out_.size() == content_) return close_empty();
    // One growth instead of three: an answer has tens of thousands of these.
    const auto at = out_.size();
    out_.resize(at + name_.size() + 3);
    auto* to = out_.data() + at;
    *to++ = '<';
    *to++ = '/';
    to = std::copy(name_.begin(), name_.end(), to);
    *to = '>';
  }

 private:
  void close_empty();

  std::string& out_;
  std::string_view name_;
  std::size_t content_ = 0;
};

/// A whole element around a text.
void append_xml_element(std::string& out, std::string_view name, std::string_view text);

/// Parses a body into `document` and gives its root; an empty node, and a fault, where it is no
/// XML. DTDs and entities of their own are left alone.
[[nodiscard]] pugi::xml_node parse_xml(std::string_view body, pugi::xml_document& document,
                                       Reading& reading);
/// The name without its namespace's prefix.
[[nodiscard]] std::string_view local_name(std::string_view name);
/// The first child element of that local name.
[[nodiscard]] pugi::xml_node child_named(const pugi::xml_node& node, std::string_view name);
/// All text directly in the element.
[[nodiscard]] std::string xml_text(const pugi::xml_node& node);

}  // namespace hikae::aws::wire
