// AWS itself, or whatever speaks its API, behind the Cloud port: a call becomes a signed request,
// the answer a value. No retries: who retries is the engine's effect layer, which knows what may be
// sent again.
//
// One thread. On disk: nothing.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "aws/cloud.h"
#include "aws/endpoints.h"
#include "aws/sigv4.h"
#include "base/http.h"
#include "base/ports.h"

namespace hikae::aws {

/// The code of an `Io` error of the remote cloud: nothing of the call can have reached the other
/// side, so it may go out again whatever it is.
inline constexpr std::string_view kNotSent = "EndpointUnreachable";

/// Who gives the keys to sign with; refreshed in time by whoever implements it.
class CredentialSource {
 public:
  using Done = std::move_only_function<void(Result<Credentials>)>;
  virtual ~CredentialSource() = default;
  /// `done` is called once, at once or later. Error: `Denied`, saying where keys were looked for.
  virtual void credentials(Done done) = 0;
  /// What was given last was refused as expired or unknown: get new ones at the next call.
  virtual void forget() = 0;
};

/// Keys that are known from the start and never change.
class FixedCredentials final : public CredentialSource {
 public:
  explicit FixedCredentials(Credentials credentials) : credentials_(std::move(credentials)) {}
  void credentials(Done done) override { done(credentials_); }
  void forget() override {}

 private:
  Credentials credentials_;
};

struct RemoteOptions {
  std::string endpoint_url;  // for every service; empty: AWS's own addresses
  /// The address of one service ("ec2"), before `endpoint_url`; empty, or an empty answer: none.
  std::function<std::string(std::string_view service)> endpoint_of;
  Duration timeout = seconds(60);
  std::string user_agent = "hikae";
};

class Remote final : public Cloud {
 public:
  /// All outlive the remote cloud. `clock` is the real one.
  Remote(HttpExchange& exchange, CredentialSource& source, const WallClock& clock, Timers& timers,
         RemoteOptions options);

  /// The request's scope says the region; the account is whoever's the keys are. Internal services
  /// ("hikae-…") go as AWS's JSON does, to another hikae.
  /// Errors: AWS's own, verbatim; `Denied` without keys; `Io` (kNotSent), `Unavailable`, `Timeout`
  /// and `Limit` as base/http.h's exchange says them. An answer that was given before, told by its
  /// request id, is none: `Unavailable`.
  void call(Request request, Done done) override;

 private:
  struct Flight;
  [[nodiscard]] Result<Flight> prepare(const Request& request) const;
  [[nodiscard]] Result<Endpoint> endpoint_of(const Request& request) const;
  void send(Flight flight, const Credentials& credentials, Done done);
  [[nodiscard]] Result<Value> read(const Flight& flight, const HttpResponse& response);
  void learn_time(const HttpResponse& response);
  [[nodiscard]] std::string url_of(std::string_view service) const;
  [[nodiscard]] bool was_given_before(const HttpResponse& response);

  HttpExchange& exchange_;
  CredentialSource& source_;
  const WallClock& clock_;
  Timers& timers_;
  RemoteOptions options_;
  SigningKeys keys_;
  std::array<std::string, 64> seen_;  // ids of the last answers, in a ring
  std::size_t seen_next_ = 0;
  Duration skew_{};  // what AWS's clock is ahead of ours, once a refusal has told us
};

}  // namespace hikae::aws
