// What `hikae deploy` brings into an account: the template of a hikae.yaml as AWS runs it, and the
// zips of hikae's functions. Read and checked whole before anybody is asked.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/value.h"
#include "cli/deploying.h"
#include "plan/config.h"

namespace hikae::cli {

/// A function's zip. Its key holds its hash: another content is another key.
struct FunctionZip {
  std::string parameter;  // of the template: "RetentionCodeKey"
  std::string file;       // "hikae-retention.zip"
  std::string key;        // "hikae-retention-0123456789abcdef.zip"
  std::string bytes;
};

struct Deployment {
  std::string config_file;
  plan::Config config;
  std::string stack;
  Value template_value;
  std::string body;  // the template as it is uploaded
  std::string body_key;
  std::vector<FunctionZip> zips;
  std::vector<std::string> notes;  // what AWS cannot do of it
};

/// Errors: those of reading hikae.yaml; `NotFound` without one, or without a zip, saying where they
/// were looked for; `Limit` where Lambda would not take a zip.
[[nodiscard]] Result<Deployment> prepare_deployment(const DeploymentOptions& options);

/// The stack that is meant: --stack, else hikae.yaml's; and that hikae.yaml, where there is one.
struct NamedStack {
  std::string name;
  std::string config_file;
  std::optional<plan::Config> config;
};
[[nodiscard]] Result<NamedStack> named_stack(const DeploymentOptions& options);

/// The bucket of a stack's zips and template, of that account and region alone.
[[nodiscard]] std::string bucket_of(const Scope& scope, std::string_view stack);
/// [{ParameterKey, ParameterValue}] of the template.
[[nodiscard]] Array parameters_of(const Deployment& deployment, std::string_view bucket);

}  // namespace hikae::cli
