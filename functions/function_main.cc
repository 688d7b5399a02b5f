// A static program on a machine it knows nothing of: glibc of another version, or none. Names are
// what is delicate. A static glibc resolves by /etc/hosts and DNS itself, but for any other service
// of nsswitch.conf (Amazon Linux lists "myhostname") it would load the machine's own library into a
// program of another glibc. So the services are fixed here, before the first name.
#include "functions/function_main.h"

#include <nss.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>

#include "cli/aws_machines.h"
#include "functions/runtime.h"
#include "net/client.h"
#include "os/real_loop.h"
#include "upkeep/function_settings.h"

namespace hikae::functions {
namespace {

/// A connection that may have slept through a freeze is not worth its handshake.
constexpr Duration kWarm = seconds(10);

std::string variable(const char* name) {
  const auto* value = std::getenv(name);
  return value ? value : "";
}

std::string region_of_environment() {
  auto region = variable("AWS_REGION");
  return region.empty() ? variable("AWS_DEFAULT_REGION") : region;
}

/// Keys and Lambda's own variables are no configuration.
Value configuration_of_environment() {
  Object config;
  for (auto** entry = environ; *entry; ++entry) {
    const std::string_view text = *entry;
    const auto equals = text.find('=');
    if (equals == std::string_view::npos || text.starts_with("AWS_") || text.starts_with('_'))
      continue;
    upkeep::add_setting(config, text.substr(0, equals), text.substr(equals + 1));
  }
  return config;
}

void write_line(std::string_view line) {
  auto text = std::string(line) + "\n";
  // Who cannot be told by the log is told by nothing.
  [[maybe_unused]] const auto written = write(STDERR_FILENO, text.data(), text.size());
}

/// "arn:aws:lambda:REGION:ACCOUNT:function:NAME"
Result<std::string> account_in(std::string_view function_arn) {
  auto rest = function_arn;
  for (int i = 0; i < 4; ++i) {
    const auto colon = rest.find(':');
    if (colon == std::string_view::npos)
      return fail(ErrorKind::Invalid, "Lambda did not say whose function this is");
    rest.remove_prefix(colon + 1);
  }
  return std::string(rest.substr(0, rest.find(':')));
}

class FunctionHouse {
 public:
  FunctionHouse(Work work, std::string region)
      : work_(work), region_(std::move(region)), config_(configuration_of_environment()) {}

  int run(const HttpOrigin& api) {
    net::Client line(loop_.io(), loop_, net::ClientOptions{});
    Runtime runtime(line, loop_, loop_, log_, api);
    if (region_.empty())
      runtime.refuse({ErrorKind::Invalid, "", "AWS_REGION is not set: nobody knows where to work"});
    else
      runtime.serve([this](const Invocation& invocation, aws::Done done) {
        begin(invocation, std::move(done));
      });
    const bool goes_on = loop_.run_until([&] { return runtime.ended().has_value(); });
    if (!goes_on) return 0;
    log_.error("functions", "ends: " + runtime.ended()->text());
    return 1;
  }

 private:
  void begin(const Invocation& invocation, aws::Done done) {
    auto account = account_in(invocation.function_arn);
    if (!account)
      return loop_.soon([done = std::move(done), error = std::move(account.error())]() mutable {
        done(std::unexpected(std::move(error)));
      });
    if (!machines_ || loop_.now() - used_ > kWarm)
      machines_ = std::make_unique<cli::AwsMachines>(loop_, cli::AwsOptions{"", "", region_});
    const upkeep::Context context{machines_->cloud(), loop_, loop_, {*account, region_}, ""};
    work_(context, invocation.event, config_,
          [this, done = std::move(done)](Result<Value> answer) mutable {
            used_ = loop_.now();
            done(std::move(answer));
          });
  }

  Work work_;
  std::string region_;
  Value config_;
  os::RealLoop loop_;
  Log log_{loop_, write_line};
  std::unique_ptr<cli::AwsMachines> machines_;
  WallTime used_{};
};

}  // namespace

int run_function(Work work) {
  __nss_configure_lookup("hosts", "files dns");
  const auto api = read_runtime_api(variable("AWS_LAMBDA_RUNTIME_API"));
  if (!api) {
    write_line(api.error().text());
    return 64;
  }
  return FunctionHouse(work, region_of_environment()).run(*api);
}

}  // namespace hikae::functions
