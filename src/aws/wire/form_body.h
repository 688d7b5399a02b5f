// Values as parameters of ec2 and query, and back: a tree flattened into dotted names.
//
//   {"Filters": [{"Name": "tag:a", "Values": ["x", "y"]}]}
//     ec2:   Filter.1.Name=tag%3Aa&Filter.1.Value.1=x&Filter.1.Value.2=y
//     query: Filters.member.1.Name=tag%3Aa&Filters.member.1.Values.member.1=x&…
//
// The two differ in names. ec2: queryName, else locationName with a capital, else the member's
// name; a list is Name.1. query: locationName, else the member's name; a list is Name.member.1,
// with the element's own locationName in place of `member` where it has one; a flattened list is
// Name.1, and there the element's name replaces the list's. A map is Name.entry.1.key and .value,
// flattened Name.1.Name.
//
// An empty list is `Name=` in query and nothing in ec2; an empty structure or map is nothing: those
// do not arrive.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "aws/table.h"
#include "aws/wire/percent.h"
#include "aws/wire/reading.h"
#include "base/value.h"

namespace hikae::aws::wire {

enum class FormNames { Ec2, Query };

/// Appends "&Name=value" for every scalar, encoded, in the value's order.
void append_form(std::string& out, const Value& input, const table::Shape& shape, FormNames names);

/// `pairs` are the decoded parameters without Action and Version; they are sorted in place. Indices
/// may have gaps and any order; of two equal names the later counts.
[[nodiscard]] Value read_form(std::vector<Pair>& pairs, const table::Shape& shape, FormNames names,
                              Reading& reading);

}  // namespace hikae::aws::wire
