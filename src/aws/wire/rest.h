// rest-json and rest-xml: members in the path, the query, headers, the status and the body.
#pragma once

#include <string_view>

#include "aws/table.h"
#include "aws/wire.h"
#include "aws/wire/reading.h"
#include "base/http.h"

namespace hikae::aws::wire {

[[nodiscard]] Result<HttpRequest> write_rest_request(const table::Operation& operation,
                                                     const Value& input);
[[nodiscard]] Value read_rest_request(const table::Operation& operation, const HttpRequest& request,
                                      Reading& reading);
[[nodiscard]] HttpResponse write_rest_response(const table::Operation& operation,
                                               const Value& output);
[[nodiscard]] Value read_rest_response(const table::Operation& operation,
                                       const HttpResponse& response, Reading& reading);

/// What stands in a body: one member that is the payload, or all members without another place.
struct RestBody {
  const table::Member* payload = nullptr;
  bool is_raw = false;           // the payload is bytes or text as they are
  bool has_body_member = false;  // some member has no other place
};
[[nodiscard]] RestBody rest_body(const table::Shape& shape);
/// S3's GetBucketLocation answers one bare element instead of a structure.
[[nodiscard]] bool is_bare_root(const table::Operation& operation);

}  // namespace hikae::aws::wire
