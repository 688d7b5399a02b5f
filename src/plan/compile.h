// A configuration compiled to a CloudFormation template: the only way in which a schedule, a rule
// or a document of hikae comes into being, on hikae itself and on AWS alike.
//
// What is in it: a topic for every distinct list of addresses, with subscriptions and policy; one
// document hikae-backup for each topic (so that the failure rule, which sees only a document's
// name, tells the right people) and hikae-start; the functions hikae-retention and
// hikae-agent-check with their roles, policies and permissions; and for every plan a window, its
// target and its task, and a second, targetless window for the agent check.
//
// Two may apply it. hikae reports by itself what went wrong, and names are fixed, so that people
// can write them. Where AWS applies it, nothing has a physical name of its own (two stacks live in
// one account), the failure rule calls a third function, hikae-report, and for every plan of one
// tag a further targetless window calls it in the morning, which tells who has no fresh image: SNS
// would send a raw event, and a night that never began sends none.
//
// Parameters: CodeBucket, RetentionCodeKey, AgentCheckCodeKey and, on AWS, ReportCodeKey (where the
// functions' zips are); on hikae kInstallationParameter. On AWS the installation is the stack's
// own id: its last part.
#pragma once

#include "base/result.h"
#include "base/value.h"
#include "plan/config.h"

namespace hikae::plan {

/// The template's parameter with the id of the hikae that makes the backups (upkeep/ours.h). Who
/// applies the template gives it; empty where nobody does.
inline constexpr std::string_view kInstallationParameter = "Installation";

/// Who applies the template.
enum class Applier { Hikae, Aws };

/// Deterministic: the same configuration gives the same bytes. Error: `Limit` where the template
/// would be larger than CloudFormation takes.
[[nodiscard]] Result<Value> compile_template(const Config& config,
                                             Applier applier = Applier::Hikae);

/// What of the configuration AWS's own windows cannot do, one sentence each, for a person.
[[nodiscard]] std::vector<std::string> beyond_aws(const Config& config);

/// The names that other parts look for.
[[nodiscard]] std::string backup_document_name(const Config& config, const Plan& plan);
[[nodiscard]] std::string start_document_name(const Config& config);
[[nodiscard]] std::string retention_function_name(const Config& config);
[[nodiscard]] std::string agent_check_function_name(const Config& config);
[[nodiscard]] std::string window_name(const Config& config, const Plan& plan);
[[nodiscard]] std::string agent_check_window_name(const Config& config, const Plan& plan);
/// Of the template that AWS applies.
[[nodiscard]] std::string report_window_name(const Config& config, const Plan& plan);
/// The parameters of hikae-backup that a plan sets, each a list of one text.
[[nodiscard]] Object document_parameters(const Config& config, const Plan& plan);

}  // namespace hikae::plan
