#include "upkeep/needs.h"

#include <array>

namespace hikae::upkeep {

std::span<const NeededCall> needed_calls() {
  using enum NeedOf;
  constexpr auto kReads = NeedEffect::Reads;
  constexpr auto kChanges = NeedEffect::Changes;
  static constexpr std::array kCalls{
      NeededCall{"ec2", "DescribeInstances", NeedBy::Night, Account, kReads},
      NeededCall{"ec2", "DescribeInstanceStatus", NeedBy::Night, Account, kReads},
      NeededCall{"ec2", "DescribeImages", NeedBy::Night, Account, kReads},
      NeededCall{"ec2", "DescribeSnapshots", NeedBy::Night, Account, kReads},
      NeededCall{"ec2", "DescribeTags", NeedBy::Night, Account, kReads},
      NeededCall{"ec2", "DescribeImageAttribute", NeedBy::Night, Image, kReads},
      NeededCall{"ec2", "DescribeSnapshotAttribute", NeedBy::Night, Snapshot, kReads},
      NeededCall{"ssm", "DescribeInstanceInformation", NeedBy::Night, Account, kReads},
      NeededCall{"sts", "GetCallerIdentity", NeedBy::Night, Account, kReads},
      NeededCall{"ec2", "CreateImage", NeedBy::Night, Instance, kChanges},
      NeededCall{"ec2", "StopInstances", NeedBy::Night, Instance, kChanges},
      NeededCall{"ec2", "StartInstances", NeedBy::Night, Instance, kChanges},
      NeededCall{"ec2", "CreateTags", NeedBy::Night, Instance, kChanges},
      NeededCall{"ec2", "DeleteTags", NeedBy::Night, Instance, kChanges},
      NeededCall{"ec2", "DeregisterImage", NeedBy::Night, Image, kChanges},
      NeededCall{"ec2", "DeleteSnapshot", NeedBy::Night, Snapshot, kChanges},
      NeededCall{"ec2", "DescribeVolumes", NeedBy::Doctor, Account, kReads},
      NeededCall{"kms", "DescribeKey", NeedBy::Doctor, Account, kReads},
      NeededCall{"service-quotas", "GetServiceQuota", NeedBy::Doctor, Account, kReads},
      NeededCall{"iam", "GetInstanceProfile", NeedBy::Doctor, Account, kReads},
      NeededCall{"iam", "ListAttachedRolePolicies", NeedBy::Doctor, Account, kReads},
      NeededCall{"ssm", "DescribeMaintenanceWindows", NeedBy::Doctor, Account, kReads},
      NeededCall{"ssm", "DescribeMaintenanceWindowTargets", NeedBy::Doctor, Account, kReads},
      NeededCall{"ssm", "DescribeMaintenanceWindowTasks", NeedBy::Doctor, Account, kReads},
  };
  return kCalls;
}

std::string_view policy_prefix(std::string_view service) {
  return service == "service-quotas" ? "servicequotas" : service;
}

}  // namespace hikae::upkeep
