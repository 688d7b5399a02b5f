// Where a service of AWS is found, in every partition, and what its signatures name. Pure.
//
// Most services live at PREFIX.REGION.SUFFIX; a few are global: one address a partition, signed for
// one region. Whoever gives an endpoint of their own (--endpoint-url, AWS_ENDPOINT_URL) gets that
// one, signed as if it were AWS's.
#pragma once

#include <string>
#include <string_view>

#include "aws/sigv4.h"
#include "base/http.h"
#include "base/result.h"

namespace hikae::aws {

struct Endpoint {
  HttpOrigin origin;
  std::string base_path;  // of an endpoint of one's own: "/aws"; mostly empty
  SigningPlace signing;
};

/// `service` as the model names it ("ec2"), `region` any ("ap-northeast-1", "cn-north-1",
/// "us-gov-west-1", "us-iso-east-1"). Errors: `Invalid` where the region is no region's name, or
/// the model has no such service.
[[nodiscard]] Result<Endpoint> aws_endpoint(std::string_view service, std::string_view region);

/// The same place behind `url`. Errors: `Invalid` where it is no http(s) address of a host, or
/// holds a user, a query or a fragment.
[[nodiscard]] Result<Endpoint> own_endpoint(std::string_view service, std::string_view region,
                                            std::string_view url);

/// "aws", "aws-cn", "aws-us-gov", …: as ARNs of that region begin.
[[nodiscard]] std::string_view partition_of(std::string_view region);

/// "host" or "host:port" where the port is not the scheme's own: what the Host header says.
[[nodiscard]] std::string host_header(const HttpOrigin& origin);

}  // namespace hikae::aws
