// Which instances hikae has stopped and not started again, by the power obligations.
#pragma once

#include "base/value.h"
#include "engine/kernel.h"

namespace hikae::plane::lambda {

/// [{"InstanceId", "Detail"}] of the obligations (runbook/power.h) whose run has ended and which
/// have not seen their instance run since; of each instance the newest obligation counts. What the
/// instance does now is for the reader to see.
[[nodiscard]] Array left_stopped(engine::Kernel& kernel, const Scope& scope);

}  // namespace hikae::plane::lambda
