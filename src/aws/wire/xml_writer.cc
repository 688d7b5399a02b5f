// One string, appended to: an answer of a thousand images is a few milliseconds of the whole
// night's work, but an aws command line waits for it.
#include "aws/wire/limits.h"
#include "aws/wire/scalar.h"
#include "aws/wire/xml_body.h"
#include "aws/wire/xml_text.h"

namespace hikae::aws::wire {
namespace {

using table::Member;
using table::Shape;
using table::Type;

class XmlWriter {
 public:
  XmlWriter(std::string& out, Side side)
      : out_(out), iso_(side == Side::Request ? TimeForm::Iso : TimeForm::IsoMs) {}

  void members(const Value& structure, const Shape& shape, int depth);
  void member(const Value& value, const Member& member, std::string_view name, int depth);

 private:
  void element(const Value& value, const Member& member, std::string_view name, int depth);
  void content(const Value& value, const Member& member, const Shape& shape, int depth);
  void list(const Array& array, const Member& member, std::string_view name, int depth);
  void elements(const Array& array, const Member& element, std::string_view name, int depth);
  void map(const Object& object, const Member& member, std::string_view name, int depth);
  void entry(const Object::value_type& pair, const Member& member, std::string_view name,
             int depth);
  void name_spaces(XmlElement& element, const Value& value, const Member& member);
  void scalar(const Value& value, const Shape& shape);

  const table::Table& table_ = table::Table::linked();
  std::string& out_;
  TimeForm iso_;
  std::string scalar_;
};

void XmlWriter::members(const Value& structure, const Shape& shape, int depth) {
  if (!structure.is_object() || depth > kDepth) return;
  MemberCursor cursor(table_, shape);
  for (const auto& entry : structure.get_object()) {
    if (entry.value().is_null()) continue;
    const auto* known = cursor.by_name(entry.key());
    if (!known || (known->flags & table::kXmlAttribute)) continue;
    if (depth == 0 && known->location != table::Location::Body) continue;
    member(entry.value(), *known, wire_name(table_, *known), depth);
  }
}

void XmlWriter::member(const Value& value, const Member& member, std::string_view name, int depth) {
  const auto& shape = table_.shape(member.shape);
  if (shape.type == Type::List && value.is_array())
    return list(value.get_array(), member, name, depth + 1);
  if (shape.type == Type::Map && value.is_object())
    return map(value.get_object(), member, name, depth + 1);
  element(value, member, name, depth);
}

void XmlWriter::element(const Value& value, const Member& member, std::string_view name,
                        int depth) {
  const auto& shape = table_.shape(member.shape);
  XmlElement element(out_, name);
  if (member.traits != 0) name_spaces(element, value, member);
  element.content();
  if (shape.type == Type::Structure)
    members(value, shape, depth + 1);
  else
    scalar(value, shape);
  element.close();
}

void XmlWriter::name_spaces(XmlElement& element, const Value& value, const Member& member) {
  const auto& traits = table_.traits(member);
  const auto& shape = table_.shape(member.shape);
  if (traits.xml_namespace) {
    const auto prefix = table_.text(traits.xml_prefix);
    element.attribute(prefix.empty() ? "xmlns" : "xmlns:" + str(prefix),
                      table_.text(traits.xml_namespace));
  }
  if (shape.type != Type::Structure) return;
  for (const auto& part : table_.members(shape)) {
    const auto* given =
        part.flags & table::kXmlAttribute ? find(value, table_.text(part.name)) : nullptr;
    if (given && given->is_string())
      element.attribute(wire_name(table_, part), given->get_string());
  }
}

void XmlWriter::list(const Array& array, const Member& member, std::string_view name, int depth) {
  const auto& element = table_.members(table_.shape(member.shape))[0];
  if (is_flattened(member)) {
    const auto own = element.location_name ? table_.text(element.location_name) : name;
    elements(array, element, own, depth);
    return;
  }
  XmlElement frame(out_, name);
  if (member.traits != 0) name_spaces(frame, nullptr, member);
  frame.content();
  const auto own = element.location_name ? table_.text(element.location_name) : "member";
  elements(array, element, own, depth);
  frame.close();
}

void XmlWriter::elements(const Array& array, const Member& element, std::string_view name,
                         int depth) {
  const auto first = out_.size();
  for (std::size_t i = 0; i < array.size(); ++i) {
    member(array[i], element, name, depth);
    if (i == 0) reserve_rest(out_, first, array.size());
  }
}

void XmlWriter::map(const Object& object, const Member& member, std::string_view name, int depth) {
  if (is_flattened(member)) {
    for (const auto& pair : object) entry(pair, member, name, depth);
    return;
  }
  XmlElement frame(out_, name);
  frame.content();
  for (const auto& pair : object) entry(pair, member, "entry", depth);
  frame.close();
}

void XmlWriter::entry(const Object::value_type& pair, const Member& member, std::string_view name,
                      int depth) {
  const auto parts = table_.members(table_.shape(member.shape));
  XmlElement frame(out_, name);
  frame.content();
  append_xml_element(out_, parts[0].location_name ? table_.text(parts[0].location_name) : "key",
                     pair.key());
  this->member(pair.value(), parts[1],
               parts[1].location_name ? table_.text(parts[1].location_name) : "value", depth);
  frame.close();
}

void XmlWriter::scalar(const Value& value, const Shape& shape) {
  if (value.is_string() && shape.type != Type::Timestamp)
    return append_xml_text(out_, value.get_string());
  if (!value.is_string() && is_scalar(shape) && !value.is_structured())
    return append_scalar(out_, value, shape.type, iso_);
  scalar_.clear();
  append_scalar(scalar_, value, shape.type, time_form(shape.timestamp, iso_, iso_));
  append_xml_text(out_, scalar_);
}

}  // namespace

void append_xml_members(std::string& out, const Value& structure, const Shape& shape, Side side) {
  XmlWriter(out, side).members(structure, shape, 0);
}

void append_xml_member(std::string& out, const Value& value, const Member& member,
                       std::string_view name, Side side) {
  XmlWriter(out, side).member(value, member, name, 1);
}

}  // namespace hikae::aws::wire
