#include "aws/wire/rest.h"

namespace hikae::aws::wire {

RestBody rest_body(const table::Shape& shape) {
  const auto& table = table::Table::linked();
  const auto members = table.members(shape);
  RestBody body;
  for (const auto& member : members)
    if (member.location == table::Location::Body) body.has_body_member = true;
  if (shape.payload >= members.size()) return body;
  body.payload = &members[shape.payload];
  const auto type = table.shape(body.payload->shape).type;
  body.is_raw = type == table::Type::Blob || type == table::Type::String;
  return body;
}

bool is_bare_root(const table::Operation& operation) {
  const auto& table = table::Table::linked();
  return table.text(operation.name) == "GetBucketLocation" &&
         table.text(table.services()[operation.service].name) == "s3";
}

}  // namespace hikae::aws::wire
