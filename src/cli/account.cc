// Which account of AWS a command is about.
#include "cli/aws_machines.h"
#include "cli/deploying.h"

namespace hikae::cli {

Result<std::unique_ptr<Session>> open_account(const Common& common, const std::string& stack,
                                              const plan::Config* config,
                                              const std::string& config_file) {
  const auto place = TRY(place_of(common, config, config_file));
  AwsOptions to{common.profile, common.endpoint_url, place.region.value_or("")};
  if (to.region.empty()) to.region = TRY(region_of_config(common));
  if (to.region.empty())
    return fail(ErrorKind::Invalid, "which region the stack " + stack +
                                        " is in is not said: give --region, or set AWS_REGION, or "
                                        "name one in hikae.yaml");
  if (config && config->cloud.kind == plan::CloudKind::Aws) {
    if (to.profile.empty()) to.profile = config->cloud.profile;
    if (to.endpoint_url.empty()) to.endpoint_url = config->cloud.endpoint_url;
  }
  return Session::in_account(to, stack);
}

}  // namespace hikae::cli
