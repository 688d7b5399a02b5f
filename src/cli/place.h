// Which installation a command is about: the data folder, the account and the region. What the
// command line says wins over the environment, that over hikae.yaml, that over the defaults
// (docs/configuration.md, "Where it is kept").
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "plan/config.h"

namespace hikae::cli {

struct Common;

struct Place {
  std::string data;
  // Absent: as the folder says, where hikae.yaml was applied to it.
  std::optional<std::string> account;
  std::optional<std::string> region;
  std::string region_said_by;  // "--region", "AWS_REGION", …; empty: hikae.yaml or nobody
};

/// `config`: the hikae.yaml that the command is about; without one only `data` is read, from
/// --config, $HIKAE_CONFIG or ./hikae.yaml. Errors: `Invalid` for a malformed account or region;
/// whatever keeps a named file from being read.
[[nodiscard]] Result<Place> place_of(const Common& common, const plan::Config* config = nullptr,
                                     const std::string& config_file = {});

/// The region that the hikae.yaml of --config, $HIKAE_CONFIG or the working folder names; empty
/// where there is none.
[[nodiscard]] Result<std::string> region_of_config(const Common& common);
/// That file; empty where there is none.
[[nodiscard]] std::string config_file_of(const Common& common);

}  // namespace hikae::cli
