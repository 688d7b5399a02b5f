// What the operations on one machine's attributes share.
#pragma once

#include "sandbox/incoming.h"

namespace hikae::sandbox {

/// When an attribute may be changed.
enum class StopRule { Always, StoppedOnly };

/// The machine that InstanceId names. Errors: `MissingParameter`, `InvalidInstanceID.Malformed`,
/// `InvalidInstanceID.NotFound`.
[[nodiscard]] Result<const Instance*> named_machine(const Incoming& in);
/// Errors: `IncorrectInstanceState`.
[[nodiscard]] Result<> may_change(const Instance& row, StopRule rule);
/// What `MetadataOptions` or ModifyInstanceMetadataOptions say, laid over the row. Errors:
/// `InvalidParameterValue`.
[[nodiscard]] Result<> read_metadata_options(const Value& given, Instance& row);
[[nodiscard]] Error unknown_instance_attribute(std::string_view attribute, std::string_view why);

}  // namespace hikae::sandbox
