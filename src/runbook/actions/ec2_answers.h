// What the answers of EC2's describe calls say about one instance or image. The engine may have
// asked for many at once: what is looked for is found by its id, wherever it stands.
#pragma once

#include <string_view>

#include "base/result.h"
#include "base/value.h"

namespace hikae::runbook {

/// The instance in an answer of DescribeInstances; nullptr where it is not in it.
[[nodiscard]] const Value* instance_in(const Value& answer, std::string_view instance_id);
/// "running", "stopped", …; empty where the instance is not in it.
[[nodiscard]] std::string_view instance_state_in(const Value& answer, std::string_view instance_id);
/// The entry in an answer of DescribeInstanceStatus.
[[nodiscard]] const Value* instance_status_in(const Value& answer, std::string_view instance_id);
/// The image in an answer of DescribeImages.
[[nodiscard]] const Value* image_in(const Value& answer, std::string_view image_id);
/// The value of a tag of an instance or image; empty where it has none.
[[nodiscard]] std::string_view tag_in(const Value& resource, std::string_view key);
/// {"<name>": ["<id>"]}: the input of a describe call for a single thing.
[[nodiscard]] Value single_id(std::string_view name, std::string_view id);
/// The call failed because there is no such thing (InvalidInstanceID.NotFound, …).
[[nodiscard]] bool says_not_found(const Error& error);

}  // namespace hikae::runbook
