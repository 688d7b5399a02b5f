// What the doctor says of one thing, and what it concludes of what it was told: pure functions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "aws/cloud.h"
#include "base/time.h"
#include "base/value.h"
#include "upkeep/agent_findings.h"
#include "upkeep/images.h"
#include "upkeep/needs.h"

namespace hikae::upkeep {

/// Only a failure means: tonight would not do what it is meant to.
enum class Grade {
  Good,
  Inferred,  // no call says it, or none was answered; the detail says from what it is concluded
  Warning,
  Failure,
};
[[nodiscard]] std::string_view to_string(Grade grade);

struct Check {
  Grade grade = Grade::Good;
  std::string what;     // "agent", "profile", "endpoints", "tags", "ec2:CreateImage", "disks", …
  std::string subject;  // an instance's id, a window's name, …; empty: all of it
  std::string detail;
  std::string advice{};  // what to do; empty where nothing has to be done
  friend bool operator==(const Check&, const Check&) = default;
};

/// Of one plan, as far as machines go.
struct DoctorOrder {
  std::string window;        // its name
  Object instances;          // which: the input of DescribeInstances
  AgentCheckSettings tags;   // names of tags, what is kept
  bool needs_agent = false;  // the window leaves out machines whose agent does not answer
  Owner owner{};             // whose backups are ours
};

/// `agent`: its entry of DescribeInstanceInformation; null: it has none. What the article needs of
/// the agent hikae-backup does not: without it a warning, a failure only where the plan asks for
/// it.
[[nodiscard]] Check check_agent(const Value& instance, const Value* agent,
                                const DoctorOrder& order);
[[nodiscard]] Check check_endpoints(const Value& instance, const Value* agent);
/// A ping proves that the profile may speak to Systems Manager. `policies`: the names of those
/// attached to the profile's role, absent where nobody could say.
[[nodiscard]] Check check_profile(const Value& instance, const Value* agent,
                                  const std::optional<std::vector<std::string>>& policies,
                                  const DoctorOrder& order);
/// The stop tag and the generation tag, each with its own check, and what hikae has left behind.
[[nodiscard]] std::vector<Check> check_tags(const Value& instance, const DoctorOrder& order);
/// Instances of the account that nearly bear the group's tag: other letters, blanks.
[[nodiscard]] std::vector<Check> check_near_misses(const Array& instances,
                                                   const DoctorOrder& order);

/// One tried call. DryRun answers with an error also where all is well.
[[nodiscard]] Check check_call(const NeededCall& call, const std::string& subject,
                               const Result<Value>& answer);
/// Of an encrypted volume: `key` is what KMS said of it; absent: it was not asked.
[[nodiscard]] Check check_key(const std::string& instance, const std::string& key_id,
                              const std::optional<Result<Value>>& key);
/// `quota`: ServiceQuotas' answer. `images`: how many there are, `more` how many tonight makes.
[[nodiscard]] Check check_image_quota(std::size_t images, std::size_t more,
                                      const Result<Value>& quota);
/// Backups of the instance by somebody else in the last two nights.
[[nodiscard]] std::vector<Check> check_other_backups(const std::vector<FoundImage>& images,
                                                     const std::string& instance, WallTime now);
/// `subscriptions`: of the topic, as ListSubscriptionsByTopic gives them.
[[nodiscard]] std::vector<Check> check_topic(const std::string& topic, const Array& subscriptions);

}  // namespace hikae::upkeep
