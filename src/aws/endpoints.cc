#include "aws/endpoints.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "aws/table.h"
#include "base/escape.h"
#include "base/value.h"

namespace hikae::aws {
namespace {

struct Partition {
  std::string_view name;
  std::string_view region_prefix;  // empty: the partition of all others
  std::string_view suffix;
  std::string_view global_region;  // which region global services sign for
};

constexpr std::array kPartitions{
    Partition{"aws-cn", "cn-", "amazonaws.com.cn", "cn-north-1"},
    Partition{"aws-us-gov", "us-gov-", "amazonaws.com", "us-gov-west-1"},
    Partition{"aws-iso-b", "us-isob-", "sc2s.sgov.gov", "us-isob-east-1"},
    Partition{"aws-iso-e", "eu-isoe-", "cloud.adc-e.uk", "eu-isoe-west-1"},
    Partition{"aws-iso-f", "us-isof-", "csp.hci.ic.gov", "us-isof-south-1"},
    Partition{"aws-iso", "us-iso-", "c2s.ic.gov", "us-iso-east-1"},
    Partition{"aws-eusc", "eusc-", "amazonaws.eu", "eusc-de-east-1"},
    Partition{"aws", "", "amazonaws.com", "us-east-1"},
};

const Partition& partition_for(std::string_view region) {
  return *std::find_if(kPartitions.begin(), kPartitions.end(), [&](const Partition& partition) {
    return region.starts_with(partition.region_prefix);
  });
}

/// Outside of the commercial partition a global service has its region, or the partition's, in the
/// host's name.
std::string global_host(const table::Service& service, const Partition& partition) {
  const auto& models = table::Table::linked();
  if (partition.name == "aws") return str(models.text(service.global_endpoint));
  const auto prefix = models.text(service.endpoint_prefix);
  const auto middle =
      partition.name == "aws-us-gov" ? std::string_view("us-gov") : partition.global_region;
  return fmt::format("{}.{}.{}", prefix, middle, partition.suffix);
}

bool is_region(std::string_view text) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  };
  return !text.empty() && text.size() <= 40 && std::all_of(text.begin(), text.end(), fits) &&
         text.front() != '-' && text.back() != '-';
}

Result<const table::Service*> known_service(std::string_view service) {
  if (const auto* found = table::Table::linked().find_service(service)) return found;
  return fail(ErrorKind::Invalid,
              fmt::format("AWS has no service \"{}\"; write it as boto3 does (\"ec2\", \"ssm\")",
                          printable(service)));
}

Result<> check_region(std::string_view region) {
  if (is_region(region)) return {};
  return fail(ErrorKind::Invalid,
              fmt::format("\"{}\" is no region; write it like ap-northeast-1 (--region, AWS_REGION "
                          "or the profile's region)",
                          printable(region)));
}

/// The services that were global from the beginning and speak in each region today.
bool is_regional_by_now(std::string_view service) { return service == "sts" || service == "s3"; }

bool is_global(const table::Service& service, std::string_view name) {
  return service.global_endpoint != 0 && !is_regional_by_now(name);
}

SigningPlace signing_place(const table::Service& service, std::string_view name,
                           std::string_view region) {
  const auto& models = table::Table::linked();
  auto signing = models.text(service.signing_name);
  if (signing.empty()) signing = models.text(service.endpoint_prefix);
  const auto where = is_global(service, name) ? partition_for(region).global_region : region;
  return {str(where), str(signing)};
}

Result<int> port_in(std::string_view text, std::string_view url) {
  int port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error == std::errc() && end == text.data() + text.size() && port > 0 && port < 65536)
    return port;
  return fail(ErrorKind::Invalid,
              fmt::format("{}: \"{}\" is no port", printable(url), printable(text)));
}

bool is_host(std::string_view host) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == ':' || c == '_';
  };
  return !host.empty() && std::all_of(host.begin(), host.end(), fits);
}

std::unexpected<Error> bad_url(std::string_view url) {
  return fail(ErrorKind::Invalid,
              fmt::format("\"{}\" is no endpoint; write it like https://host:port or "
                          "http://127.0.0.1:4780",
                          printable(url)));
}

struct Split {
  HttpOrigin origin;
  std::string path;
};

Result<Split> split_url(std::string_view url) {
  Split split;
  auto rest = url;
  for (const std::string_view scheme : {"https", "http"}) {
    if (!rest.starts_with(std::string(scheme) + "://")) continue;
    split.origin.scheme = scheme;
    rest.remove_prefix(scheme.size() + 3);
    break;
  }
  if (split.origin.scheme.empty() || rest.find_first_of("@?#") != std::string_view::npos)
    return bad_url(url);
  const auto slash = std::min(rest.find('/'), rest.size());
  split.path = rest.substr(slash);
  while (split.path.ends_with('/')) split.path.pop_back();
  auto authority = rest.substr(0, slash);
  split.origin.port = split.origin.scheme == "https" ? 443 : 80;
  if (authority.starts_with('[')) {
    const auto close = authority.find(']');
    if (close == std::string_view::npos) return bad_url(url);
    split.origin.host = authority.substr(1, close - 1);
    authority.remove_prefix(close + 1);
    if (!authority.empty() && !authority.starts_with(':')) return bad_url(url);
    if (!authority.empty()) split.origin.port = TRY(port_in(authority.substr(1), url));
  } else {
    const auto colon = authority.find(':');
    split.origin.host = authority.substr(0, colon);
    if (colon != std::string_view::npos)
      split.origin.port = TRY(port_in(authority.substr(colon + 1), url));
  }
  if (!is_host(split.origin.host)) return bad_url(url);
  return split;
}

}  // namespace

std::string_view partition_of(std::string_view region) { return partition_for(region).name; }

Result<Endpoint> aws_endpoint(std::string_view service, std::string_view region) {
  TRY_DO(check_region(region));
  const auto* found = TRY(known_service(service));
  const auto& models = table::Table::linked();
  const auto& partition = partition_for(region);
  Endpoint endpoint;
  endpoint.signing = signing_place(*found, service, region);
  endpoint.origin.scheme = "https";
  endpoint.origin.port = 443;
  endpoint.origin.host =
      is_global(*found, service)
          ? global_host(*found, partition)
          : fmt::format("{}.{}.{}", models.text(found->endpoint_prefix), region, partition.suffix);
  return endpoint;
}

Result<Endpoint> own_endpoint(std::string_view service, std::string_view region,
                              std::string_view url) {
  TRY_DO(check_region(region));
  const auto* found = TRY(known_service(service));
  auto split = TRY(split_url(url));
  return Endpoint{std::move(split.origin), std::move(split.path),
                  signing_place(*found, service, region)};
}

std::string host_header(const HttpOrigin& origin) {
  const auto host =
      origin.host.find(':') == std::string::npos ? origin.host : "[" + origin.host + "]";
  const int usual = origin.scheme == "https" ? 443 : 80;
  return origin.port == usual ? host : fmt::format("{}:{}", host, origin.port);
}

}  // namespace hikae::aws
