// hikae's own stack in an account of AWS, whose SSM, EventBridge, SNS and Lambda run it: made,
// compared, changed and removed.
#pragma once

#include "cli/commands.h"

namespace hikae::cli {

/// The zips of hikae's functions and a hikae.yaml, for an account of AWS.
struct DeploymentOptions {
  Common common;          // its `stack`: other than hikae.yaml says
  std::string file;       // hikae.yaml; empty: $HIKAE_CONFIG, else ./hikae.yaml
  std::string functions;  // folder of the zips; empty: beside the program
};
struct SynthOptions {
  DeploymentOptions what;
  std::string out = "hikae.out";
};
Exit synth(const SynthOptions& options);
/// Exit::Differs where `deploy` would change something.
Exit diff(const DeploymentOptions& options);

enum class ChangeSetUse { Execute, Keep };
struct DeployOptions {
  DeploymentOptions what;
  ChangeSetUse use = ChangeSetUse::Execute;
};
Exit deploy(const DeployOptions& options);

enum class Asking { First, No };
struct DestroyOptions {
  DeploymentOptions what;
  Asking asking = Asking::First;
};
Exit destroy(const DestroyOptions& options);

/// An account of AWS, as the command line, the environment and `config` say. Errors: `Invalid`
/// without a region; those of Session::in_account.
[[nodiscard]] Result<std::unique_ptr<Session>> open_account(const Common& common,
                                                            const std::string& stack,
                                                            const plan::Config* config = nullptr,
                                                            const std::string& config_file = {});

}  // namespace hikae::cli
