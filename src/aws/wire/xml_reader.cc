#include <fmt/format.h>

#include "aws/wire/limits.h"
#include "aws/wire/scalar.h"
#include "aws/wire/xml_body.h"
#include "aws/wire/xml_text.h"

namespace hikae::aws::wire {
namespace {

using table::Member;
using table::Shape;
using table::Type;

class XmlReader {
 public:
  explicit XmlReader(Reading& reading) : reading_(reading) {}

  Value structure(const pugi::xml_node& node, const Shape& shape, int depth);

 private:
  Value read(const pugi::xml_node& node, const Member& member, int depth);
  Value list(const pugi::xml_node& node, const Member& member, int depth);
  Value map(const pugi::xml_node& node, const Member& member, int depth);
  void entry(const pugi::xml_node& node, const Member& member, Object& into, int depth);
  void add_flattened(const pugi::xml_node& node, const Member& member, Value& into, int depth);
  void attributes(const pugi::xml_node& node, const Shape& shape, Object& into);

  const table::Table& table_ = table::Table::linked();
  Reading& reading_;
};

bool is_element(const pugi::xml_node& node) { return node.type() == pugi::node_element; }

/// The name under which a member's element stands.
std::string_view element_name(const table::Table& table, const Member& member) {
  const auto& shape = table.shape(member.shape);
  if (shape.type == Type::List && is_flattened(member))
    if (const auto own = table.members(shape)[0].location_name) return table.text(own);
  return wire_name(table, member);
}

Value XmlReader::structure(const pugi::xml_node& node, const Shape& shape, int depth) {
  Object out;
  if (depth > kDepth) {
    reading_.fault(Fault::TooMuch, fmt::format("nested deeper than {} levels", kDepth));
    return out;
  }
  MemberCursor cursor(table_, shape);
  for (const auto& child : node.children()) {
    if (!is_element(child)) continue;
    const auto name = local_name(child.name());
    const auto* member = cursor.next([&](const Member& candidate) {
      const bool here = depth > 0 || candidate.location == table::Location::Body;
      return here && local_name(element_name(table_, candidate)) == name;
    });
    if (!member)
      reading_.ignore(name);
    else if (is_flattened(*member))
      add_flattened(child, *member, out[table_.text(member->name)], depth + 1);
    else
      out[table_.text(member->name)] = read(child, *member, depth + 1);
  }
  if (node.first_attribute()) attributes(node, shape, out);
  return out;
}

void XmlReader::attributes(const pugi::xml_node& node, const Shape& shape, Object& into) {
  for (const auto& member : table_.members(shape)) {
    if (!(member.flags & table::kXmlAttribute)) continue;
    const auto name = local_name(wire_name(table_, member));
    for (const auto& attribute : node.attributes())
      if (local_name(attribute.name()) == name) into[table_.text(member.name)] = attribute.value();
  }
}

Value XmlReader::read(const pugi::xml_node& node, const Member& member, int depth) {
  const auto& shape = table_.shape(member.shape);
  switch (shape.type) {
    case Type::Structure: return structure(node, shape, depth);
    case Type::List: return list(node, member, depth);
    case Type::Map: return map(node, member, depth);
    default: return scalar_from(xml_text(node), shape, table_.text(member.name), reading_);
  }
}

Value XmlReader::list(const pugi::xml_node& node, const Member& member, int depth) {
  const auto& element = table_.members(table_.shape(member.shape))[0];
  Array out;
  for (const auto& child : node.children())
    if (is_element(child)) out.push_back(read(child, element, depth + 1));
  return out;
}

Value XmlReader::map(const pugi::xml_node& node, const Member& member, int depth) {
  Object out;
  for (const auto& child : node.children())
    if (is_element(child)) entry(child, member, out, depth + 1);
  return out;
}

void XmlReader::entry(const pugi::xml_node& node, const Member& member, Object& into, int depth) {
  const auto parts = table_.members(table_.shape(member.shape));
  const auto key =
      child_named(node, parts[0].location_name ? table_.text(parts[0].location_name) : "key");
  const auto value =
      child_named(node, parts[1].location_name ? table_.text(parts[1].location_name) : "value");
  if (key && value) into[xml_text(key)] = read(value, parts[1], depth + 1);
}

void XmlReader::add_flattened(const pugi::xml_node& node, const Member& member, Value& into,
                              int depth) {
  const auto& shape = table_.shape(member.shape);
  if (shape.type == Type::Map) {
    if (into.is_null()) into.emplace_object();
    return entry(node, member, into.get_object(), depth);
  }
  if (shape.type != Type::List) {
    into = read(node, member, depth);
    return;
  }
  if (into.is_null()) into.emplace_array();
  into.get_array().push_back(read(node, table_.members(shape)[0], depth));
}

}  // namespace

Value read_xml_members(const pugi::xml_node& node, const Shape& shape, Reading& reading) {
  return XmlReader(reading).structure(node, shape, 0);
}

}  // namespace hikae::aws::wire
