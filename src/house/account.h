// What an account of AWS knows besides its machines, for the doctor: reads only, and only those of
// this list. Of `iam`, windows and rules hikae answers its own; this is the way to AWS's.
#pragma once

#include "aws/cloud.h"
#include "base/ports.h"

namespace hikae::house {

/// The internal service "hikae-account" (upkeep/doctor.h): DescribeKey, GetServiceQuota,
/// GetInstanceProfile, ListAttachedRolePolicies, DescribeMaintenanceWindows,
/// DescribeMaintenanceWindowTargets, DescribeMaintenanceWindowTasks; inputs and answers are AWS's.
/// Error: `Unsupported` for any other.
class AccountReader final : public aws::Cloud {
 public:
  /// Both outlive it.
  AccountReader(aws::Cloud& account, Timers& timers) : account_(account), timers_(timers) {}
  void call(aws::Request request, aws::Done done) override;

 private:
  aws::Cloud& account_;
  Timers& timers_;
};

}  // namespace hikae::house
