// The filters of instances, images, snapshots and volumes that are asked for too rarely to have a
// test of their own: they look at what would be answered, with a few members added that EC2 filters
// by and does not show. Names: every one that EC2 documents, those of things that nothing here has
// included.
#pragma once

#include <span>

#include "sandbox/object_filters.h"
#include "sandbox/records.h"

namespace hikae::sandbox {

struct Incoming;

/// By kind of row; the pointer only chooses.
[[nodiscard]] std::span<const PathField> rare_fields(const Instance*);
[[nodiscard]] std::span<const PathField> rare_fields(const Image*);
[[nodiscard]] std::span<const PathField> rare_fields(const Snapshot*);
[[nodiscard]] std::span<const PathField> rare_fields(const Volume*);

/// What those filters look at.
[[nodiscard]] Object filtered_form(const Instance& row, const Incoming& in);
[[nodiscard]] Object filtered_form(const Image& row, const Incoming& in);
[[nodiscard]] Object filtered_form(const Snapshot& row, const Incoming& in);
[[nodiscard]] Object filtered_form(const Volume& row, const Incoming& in);

/// "ap-northeast-1-az1" of "ap-northeast-1a"
[[nodiscard]] std::string zone_id_of(std::string_view zone);

}  // namespace hikae::sandbox
