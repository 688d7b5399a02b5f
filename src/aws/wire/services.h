// Which services a request may be for.
#pragma once

#include <string_view>
#include <vector>

#include "aws/table.h"
#include "aws/wire.h"

namespace hikae::aws::wire {

/// The services that sign under that name, the one that bears it first; all of them for an empty
/// name.
[[nodiscard]] const std::vector<const table::Service*>& services_signed_as(std::string_view name);

/// Query services whose newer clients speak JSON 1.0 to the same operations, under the members' own
/// names. The services' new models are younger than the table; only their target differs.
struct SpokenAsJson {
  std::string_view service, target_prefix, type_prefix;
};
/// nullptr where the target is no such service's.
[[nodiscard]] const SpokenAsJson* spoken_as_json(std::string_view target_prefix);
[[nodiscard]] const SpokenAsJson* spoken_as_json_service(std::string_view service);

/// The dialect of the service's own protocol.
[[nodiscard]] Dialect dialect_of_service(const table::Service& service);

[[nodiscard]] const table::Operation& record_of(const Operation& operation);
[[nodiscard]] const table::Service& service_of(const table::Operation& record);
/// The structure; nullptr where the operation has none.
[[nodiscard]] const table::Shape* input_of(const table::Operation& record);
[[nodiscard]] const table::Shape* output_of(const table::Operation& record);

}  // namespace hikae::aws::wire
