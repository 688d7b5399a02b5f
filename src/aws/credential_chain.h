// Credentials as every AWS tool finds them, refreshed in time:
//
//   1. a profile that was named (--profile)
//   2. the environment: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN
//   3. a web identity: AWS_WEB_IDENTITY_TOKEN_FILE with AWS_ROLE_ARN
//   4. the profile of AWS_PROFILE, or "default": keys, a role with a source profile, a web identity
//   5. the container: AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, …_FULL_URI
//   6. the machine itself: IMDSv2, with its token (unless AWS_EC2_METADATA_DISABLED)
//
// The first that has any is asked from then on; what expires is fetched again five minutes before.
// Where that fails, the old ones serve as long as they are good.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "aws/profile_file.h"
#include "aws/remote.h"
#include "base/http.h"
#include "base/ports.h"

namespace hikae::aws {

/// What the chain may look at.
struct CredentialPlaces {
  std::function<std::string(const char* name)> environment;  // empty: not set
  std::function<Result<std::string>(const std::string& path)> read_file;
  std::string profile;       // as --profile names it; empty: AWS_PROFILE, else "default"
  std::string region;        // where STS is asked for roles
  std::string endpoint_url;  // of STS; empty: AWS's own
};

/// Keys and until when they are good.
struct FetchedCredentials {
  Credentials credentials;
  std::optional<WallTime> expires;  // absent: for ever
};

/// One place to look. Nothing in the optional: this place has none, the next is asked; an error:
/// it should have some and cannot give them, nobody else is asked.
class CredentialProvider {
 public:
  using Done = std::move_only_function<void(Result<std::optional<FetchedCredentials>>)>;
  virtual ~CredentialProvider() = default;
  virtual void fetch(Done done) = 0;
  [[nodiscard]] virtual std::string_view name() const = 0;
};

/// The places above, in that order. All that is given outlives them.
[[nodiscard]] std::vector<std::unique_ptr<CredentialProvider>> usual_providers(
    const CredentialPlaces& places, HttpExchange& exchange, const WallClock& clock, Timers& timers);

class CredentialChain final : public CredentialSource {
 public:
  CredentialChain(std::vector<std::unique_ptr<CredentialProvider>> providers,
                  const WallClock& clock)
      : providers_(std::move(providers)), clock_(clock) {}

  void credentials(Done done) override;
  void forget() override;
  /// Which place gave them last ("environment"); empty: none yet.
  [[nodiscard]] std::string_view found_in() const { return found_in_; }

 private:
  [[nodiscard]] bool is_fresh(Duration left) const;
  void ask(std::size_t next);
  void answer(Result<Credentials> result);
  void give_up(Error error);

  std::vector<std::unique_ptr<CredentialProvider>> providers_;
  const WallClock& clock_;
  std::optional<FetchedCredentials> held_;
  std::string_view found_in_;
  std::vector<Done> waiting_;
};

/// The profiles of both files (AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE, else below ~/.aws). A
/// file that is not there has none.
[[nodiscard]] Result<Profiles> load_profiles(const CredentialPlaces& places);
/// The profile that is meant: named, AWS_PROFILE, "default".
[[nodiscard]] std::string profile_in_use(const CredentialPlaces& places);

}  // namespace hikae::aws
