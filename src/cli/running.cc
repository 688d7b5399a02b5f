#include "cli/running.h"

#include "aws/remote.h"
#include "net/client.h"

namespace hikae::cli {
namespace {

constexpr Duration kAskAgain{300};
constexpr Duration kAskAwsAgain = seconds(1);  // many ask AWS, and it answers only so many
constexpr const char* kAnyKey = "hikae";       // for who serves without authentication

aws::Credentials usable(aws::Credentials credentials) {
  if (credentials.access_key.empty()) credentials = {kAnyKey, kAnyKey, ""};
  return credentials;
}

aws::RemoteOptions remote_options(const Reach& reach) {
  aws::RemoteOptions options;
  options.endpoint_url = reach.url;
  return options;
}

}  // namespace

/// The way to a hikae.
struct RunningHikae::Line {
  Line(os::RealLoop& loop, const Reach& reach)
      : client(loop.io(), loop, {}),
        credentials(usable(reach.credentials)),
        cloud(client, credentials, loop, loop, remote_options(reach)) {}

  net::Client client;
  aws::FixedCredentials credentials;
  aws::Remote cloud;
};

struct RunningHikae::Parts {
  [[nodiscard]] aws::Cloud& cloud() const { return machines ? machines->cloud() : line->cloud; }

  os::RealLoop loop;
  std::unique_ptr<Line> line;  // one of these two
  std::unique_ptr<AwsMachines> machines;
  Scope scope;
  std::string data;
};

RunningHikae::RunningHikae(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
RunningHikae::~RunningHikae() = default;

Result<std::unique_ptr<RunningHikae>> RunningHikae::reach(const Reach& reach,
                                                          const std::string& data_folder) {
  auto parts = std::make_unique<Parts>();
  parts->line = std::make_unique<Line>(parts->loop, reach);
  parts->scope.region = reach.region;
  parts->data = data_folder;
  std::unique_ptr<RunningHikae> running(new RunningHikae(std::move(parts)));
  const auto who = TRY(in_context(running->call("sts", "GetCallerIdentity", Object{}),
                                  "the hikae that runs at " + reach.url));
  running->parts_->scope.account = text_at(who, "Account");
  return running;
}

Result<std::unique_ptr<RunningHikae>> RunningHikae::in_account(const AwsOptions& options) {
  auto parts = std::make_unique<Parts>();
  parts->machines = std::make_unique<AwsMachines>(parts->loop, options);
  parts->scope.region = options.region;
  parts->scope.account = TRY(in_context(parts->machines->account(), parts->machines->where()));
  return std::unique_ptr<RunningHikae>(new RunningHikae(std::move(parts)));
}

Result<Value> RunningHikae::call(std::string_view service, std::string_view operation,
                                 Value input) {
  auto answer = std::make_shared<std::optional<Result<Value>>>();
  parts_->cloud().call({parts_->scope, str(service), str(operation), std::move(input), {}},
                       [answer](Result<Value> result) { *answer = std::move(result); });
  parts_->loop.run_until([&] { return answer->has_value(); });
  if (answer->has_value()) return std::move(**answer);
  return fail(ErrorKind::Timeout, str(service) + ":" + str(operation) + " was interrupted");
}

bool RunningHikae::run_until(const std::function<bool()>& done, std::optional<WallTime> limit) {
  auto& loop = parts_->loop;
  for (;;) {
    if (done()) return true;
    if (loop.interrupted() || (limit && loop.now() >= *limit)) return false;
    bool is_time = false;
    loop.after(parts_->machines ? kAskAwsAgain : kAskAgain, [&] { is_time = true; });
    loop.run_until([&] { return is_time; });
    if (!is_time) return false;
  }
}

os::RealLoop& RunningHikae::loop() { return parts_->loop; }
aws::Cloud& RunningHikae::cloud() { return parts_->cloud(); }
const Scope& RunningHikae::scope() const { return parts_->scope; }
const std::string& RunningHikae::data() const { return parts_->data; }

Result<std::string> RunningHikae::address_of(std::string_view service) const {
  if (parts_->machines) return parts_->machines->address_of(service);
  return fail(ErrorKind::Invalid, "a running hikae has one address for all");
}

}  // namespace hikae::cli
