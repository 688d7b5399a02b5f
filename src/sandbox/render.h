// Rows in the form in which the API answers them (docs/reference: botocore's ec2 2016-11-15).
#pragma once

#include "sandbox/world.h"

namespace hikae::sandbox {

[[nodiscard]] Object render_state(Power power);
[[nodiscard]] Object render(const Instance& row, const Scope& scope);
[[nodiscard]] Object render(const Volume& row);
/// Tags are the viewing account's own, also those of others' images and snapshots.
[[nodiscard]] Object render(const Image& row);
[[nodiscard]] Object render(const Snapshot& row, WallTime now);
[[nodiscard]] Array render(const Tags& tags);
/// A mapping as DescribeImages shows it.
[[nodiscard]] Object render(const Mapping& mapping);
[[nodiscard]] std::string progress_of(const Snapshot& row, WallTime now);
/// "2026-01-01 18:30:00 GMT"
[[nodiscard]] std::string gmt(WallTime instant);
[[nodiscard]] std::string root_device(const Instance& row);
[[nodiscard]] std::string root_device(const Image& row);
[[nodiscard]] WallTime attached_at(const Volume& row);
/// The machine's network interface as DescribeInstances shows it.
[[nodiscard]] Object render_interface(const Instance& row, const Scope& scope);
/// `state`: "applied", or "pending" right after a change.
[[nodiscard]] Object render_metadata(const Instance& row, std::string_view state);
/// An instance profile by its ARN.
[[nodiscard]] Object render_profile(const std::string& arn);
[[nodiscard]] std::string private_dns(const Instance& row, const Scope& scope);

}  // namespace hikae::sandbox
