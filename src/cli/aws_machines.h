// AWS's machines, as `cloud: aws` has them: credentials, connections and the remote cloud in one.
#pragma once

#include <memory>
#include <string>

#include "aws/cloud.h"
#include "base/result.h"
#include "os/real_loop.h"

namespace hikae::cli {

struct AwsOptions {
  std::string profile;  // empty: as AWS's tools choose it
  /// Empty: AWS_ENDPOINT_URL_EC2 and its like, AWS_ENDPOINT_URL, the profile's, AWS's own.
  std::string endpoint_url;
  std::string region;
};

/// One thread, the loop's; the loop outlives it.
class AwsMachines {
 public:
  AwsMachines(os::RealLoop& loop, const AwsOptions& options);
  ~AwsMachines();
  AwsMachines(const AwsMachines&) = delete;
  AwsMachines& operator=(const AwsMachines&) = delete;

  [[nodiscard]] aws::Cloud& cloud();
  /// Whose keys these are: asks STS and runs the loop meanwhile. Errors as the cloud gives them;
  /// `Timeout` where a signal came first.
  [[nodiscard]] Result<std::string> account();
  /// Where the keys were found ("environment"); empty before the first call.
  [[nodiscard]] std::string keys_from() const;
  /// Where a service is reached: "https://s3.ap-northeast-1.amazonaws.com". Error: `Invalid` region
  /// or address.
  [[nodiscard]] Result<std::string> address_of(std::string_view service) const;
  /// "https://…" of one's own, or "AWS".
  [[nodiscard]] std::string where() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace hikae::cli
