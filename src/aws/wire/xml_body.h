// Values as XML and back, by the shape (ec2, query, rest-xml).
//
// Names: a member's locationName, else its own; a list is <Name><item>…</item></Name>, flattened it
// is <Name>…</Name> repeated, under the element's own locationName where it has one; a map is
// <Name><entry><key/><value/></entry></Name>, flattened <Name><key/><value/></Name> repeated.
#pragma once

#include <pugixml.hpp>
#include <string>
#include <string_view>

#include "aws/table.h"
#include "aws/wire/reading.h"
#include "base/value.h"

namespace hikae::aws::wire {

/// The members of a structure, without an element around them; those that have a place outside of
/// the body are left out. What the shape does not know is left out too: XML says no types.
void append_xml_members(std::string& out, const Value& structure, const table::Shape& shape,
                        Side side);
/// One member as an element of that name, with its namespace and attributes.
void append_xml_member(std::string& out, const Value& value, const table::Member& member,
                       std::string_view name, Side side);

/// The structure whose elements stand in `node`.
[[nodiscard]] Value read_xml_members(const pugi::xml_node& node, const table::Shape& shape,
                                     Reading& reading);

}  // namespace hikae::aws::wire
