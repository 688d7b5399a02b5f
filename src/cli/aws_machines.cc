#include "cli/aws_machines.h"

#include <cstdlib>

#include "aws/credential_chain.h"
#include "aws/endpoints.h"
#include "aws/profile_file.h"
#include "aws/remote.h"
#include "aws/table.h"
#include "base/limits.h"
#include "net/client.h"
#include "os/data_folder.h"

namespace hikae::cli {
namespace {

constexpr const char* kAgent = "hikae/0.1";

std::string variable(const char* name) {
  const auto* value = std::getenv(name);
  return value ? value : "";
}

/// curl's habit: the lower-case name first; HTTP_PROXY in capitals is any CGI request's to set.
std::string proxy_variable(const char* lower, const char* upper) {
  auto value = variable(lower);
  return value.empty() && upper ? variable(upper) : value;
}

net::ClientOptions client_options() {
  net::ClientOptions options;
  options.ca_file = variable("AWS_CA_BUNDLE");
  options.https_proxy = proxy_variable("https_proxy", "HTTPS_PROXY");
  options.http_proxy = proxy_variable("http_proxy", nullptr);
  options.no_proxy = proxy_variable("no_proxy", "NO_PROXY");
  return options;
}

/// As the profile of the config file says; a file that cannot be read says nothing.
std::string endpoint_of_profile(const AwsOptions& options) {
  auto file = variable("AWS_CONFIG_FILE");
  if (file.empty()) file = variable("HOME") + "/.aws/config";
  auto name = options.profile.empty() ? variable("AWS_PROFILE") : options.profile;
  if (name.empty()) name = "default";
  const auto text = os::read_file(file, limits::kConfigBytes);
  aws::Profiles profiles;
  if (!text || !aws::read_profiles(*text, aws::ProfileFile::Config, file, profiles)) return {};
  const auto& found = profiles[name];
  const auto url = found.find("endpoint_url");
  return url == found.end() ? "" : url->second;
}

std::string endpoint_in_use(const AwsOptions& options) {
  if (!options.endpoint_url.empty()) return options.endpoint_url;
  if (variable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") == "true") return {};
  const auto of_all = variable("AWS_ENDPOINT_URL");
  return of_all.empty() ? endpoint_of_profile(options) : of_all;
}

/// AWS_ENDPOINT_URL_EC2 and its like, as AWS's tools name them.
std::string endpoint_of_service(std::string_view service) {
  if (variable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") == "true") return {};
  const auto* known = aws::table::Table::linked().find_service(service);
  if (!known) return {};
  std::string name = "AWS_ENDPOINT_URL_";
  for (const char c : aws::table::Table::linked().text(known->service_id))
    name += c == ' ' || c == '-' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  return variable(name.c_str());
}

aws::CredentialPlaces places_of(const AwsOptions& options) {
  aws::CredentialPlaces places;
  places.environment = variable;
  places.read_file = [](const std::string& path) {
    return os::read_file(path, limits::kConfigBytes);
  };
  places.profile = options.profile;
  places.region = options.region;
  // The one service that is asked for keys.
  const auto of_sts = options.endpoint_url.empty() ? endpoint_of_service("sts") : "";
  places.endpoint_url = of_sts.empty() ? endpoint_in_use(options) : of_sts;
  return places;
}

aws::RemoteOptions aws_remote_options(const AwsOptions& options) {
  aws::RemoteOptions remote;
  remote.endpoint_url = endpoint_in_use(options);
  remote.user_agent = kAgent;
  // Who says an address for all on the command line or in hikae.yaml means all.
  if (options.endpoint_url.empty()) remote.endpoint_of = endpoint_of_service;
  return remote;
}

}  // namespace

struct AwsMachines::Parts {
  Parts(os::RealLoop& l, const AwsOptions& o)
      : loop(l),
        options(o),
        client(l.io(), l, client_options()),
        credentials(aws::usual_providers(places_of(o), client, l, l), l),
        cloud(client, credentials, l, l, aws_remote_options(o)) {}

  os::RealLoop& loop;
  AwsOptions options;
  net::Client client;
  aws::CredentialChain credentials;
  aws::Remote cloud;
};

AwsMachines::AwsMachines(os::RealLoop& loop, const AwsOptions& options)
    : parts_(std::make_unique<Parts>(loop, options)) {}
AwsMachines::~AwsMachines() = default;

aws::Cloud& AwsMachines::cloud() { return parts_->cloud; }

Result<std::string> AwsMachines::account() {
  auto answer = std::make_shared<std::optional<Result<Value>>>();
  parts_->cloud.call({{"", parts_->options.region}, "sts", "GetCallerIdentity", Object{}, {}},
                     [answer](Result<Value> result) { *answer = std::move(result); });
  parts_->loop.run_until([&] { return answer->has_value(); });
  if (!answer->has_value()) return fail(ErrorKind::Timeout, "interrupted before AWS answered");
  const auto identity = TRY(std::move(**answer));
  return str(text_at(identity, "Account"));
}

std::string AwsMachines::keys_from() const { return std::string(parts_->credentials.found_in()); }

Result<std::string> AwsMachines::address_of(std::string_view service) const {
  const auto& options = parts_->options;
  auto url = options.endpoint_url.empty() ? endpoint_of_service(service) : std::string();
  if (url.empty()) url = endpoint_in_use(options);
  const auto found = TRY(url.empty() ? aws::aws_endpoint(service, options.region)
                                     : aws::own_endpoint(service, options.region, url));
  return found.origin.scheme + "://" + aws::host_header(found.origin) + found.base_path;
}

std::string AwsMachines::where() const {
  const auto url = endpoint_in_use(parts_->options);
  return url.empty() ? "AWS" : url;
}

}  // namespace hikae::cli
