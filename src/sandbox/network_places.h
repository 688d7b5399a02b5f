// Describe operations over objects that are few, or that are made up for the answer.
#pragma once

#include "sandbox/incoming.h"
#include "sandbox/object_filters.h"

namespace hikae::sandbox {

struct ObjectKind {
  std::string_view list;         // the answer's member: "Vpcs"
  std::string_view ids;          // the request's: "VpcIds"
  std::string_view id;           // a row's: "VpcId"
  std::string_view not_found;    // code
  std::string_view noun;         // "vpc ID"
  std::size_t page_most = 1000;  // MaxResults' upper bound
};

/// Ids, filters, DryRun, paging.
[[nodiscard]] Result<Value> describe_objects(const Incoming& in, const ObjectKind& kind, Array rows,
                                             std::span<const PathField> fields);

}  // namespace hikae::sandbox
