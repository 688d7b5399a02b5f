// The one table of calls that hikae makes of an account with `cloud: aws`. The doctor tries each of
// them, the policy grants each of them, and a test compares it with the calls of a real night, so
// that none of the three can go stale (tests/doctor_test.cc).
#pragma once

#include <span>
#include <string_view>

namespace hikae::upkeep {

/// What the call is about, and so what it is tried on.
enum class NeedOf { Account, Instance, Image, Snapshot };
enum class NeedBy {
  Night,   // backups, pruning, the agent check
  Doctor,  // only `hikae doctor`: without them it sees less, and the night goes on
};
enum class NeedEffect { Reads, Changes };

struct NeededCall {
  std::string_view service;  // boto3's client name
  std::string_view operation;
  NeedBy by;
  NeedOf of;
  NeedEffect effect;
};

[[nodiscard]] std::span<const NeededCall> needed_calls();
/// "ec2:CreateImage", "servicequotas:GetServiceQuota": as policies write it.
[[nodiscard]] std::string_view policy_prefix(std::string_view service);

}  // namespace hikae::upkeep
