// The places where credentials are found, one class each (aws/credential_chain.h has their order).
#include <fmt/format.h>

#include "aws/credential_chain.h"
#include "aws/model.h"
#include "aws/wire.h"
#include "base/escape.h"
#include "text/json.h"

namespace hikae::aws {
namespace {

constexpr Duration kMetadataTimeout = seconds(2);
constexpr Duration kStsTimeout = seconds(20);
constexpr std::string_view kWebIdentity = "web identity";
constexpr int kRoleChain = 5;  // profiles whose source is a profile

using Fetched = std::optional<FetchedCredentials>;

std::unexpected<Error> no_good(std::string_view where, std::string_view why) {
  return fail(ErrorKind::Denied, "CredentialsError", fmt::format("{}: {}", where, why));
}

/// As the container's and the machine's metadata word it.
Result<Fetched> read_metadata_keys(const HttpResponse& response, std::string_view where) {
  if (response.status != 200)
    return no_good(where, fmt::format("HTTP {} in place of credentials", response.status));
  const auto body = TRY(in_context(text::parse_json(response.body), where));
  FetchedCredentials fetched;
  fetched.credentials.access_key = text_at(body, "AccessKeyId");
  fetched.credentials.secret = text_at(body, "SecretAccessKey");
  fetched.credentials.session_token = text_at(body, "Token");
  if (fetched.credentials.access_key.empty() || fetched.credentials.secret.empty())
    return no_good(where, "an answer without keys");
  if (const auto expires = parse_iso(text_at(body, "Expiration"))) fetched.expires = *expires;
  return Fetched(std::move(fetched));
}

/// {Credentials: {AccessKeyId, …}} of STS.
Result<Fetched> read_sts_keys(const Result<Value>& answer, std::string_view where) {
  if (!answer) return no_good(where, answer.error().text());
  const auto* keys = find(*answer, "Credentials");
  if (!keys) return no_good(where, "STS answered without credentials");
  FetchedCredentials fetched;
  fetched.credentials = {str(text_at(*keys, "AccessKeyId")), str(text_at(*keys, "SecretAccessKey")),
                         str(text_at(*keys, "SessionToken"))};
  if (const auto expires = parse_iso(text_at(*keys, "Expiration"))) fetched.expires = *expires;
  return Fetched(std::move(fetched));
}

struct Means {
  CredentialPlaces places;
  HttpExchange& exchange;
  const WallClock& clock;
  Timers& timers;

  [[nodiscard]] std::string environment(const char* name) const { return places.environment(name); }
};

std::string session_name(const WallClock& clock) {
  return fmt::format("hikae-{}", unix_ms(clock.now()) / 1000);
}

class FromEnvironment final : public CredentialProvider {
 public:
  explicit FromEnvironment(const Means& means) : means_(means) {}
  std::string_view name() const override { return "environment"; }
  void fetch(Done done) override {
    Credentials keys{means_.environment("AWS_ACCESS_KEY_ID"),
                     means_.environment("AWS_SECRET_ACCESS_KEY"),
                     means_.environment("AWS_SESSION_TOKEN")};
    if (keys.access_key.empty()) return done(Fetched{});
    if (keys.secret.empty())
      return done(no_good("environment", "AWS_ACCESS_KEY_ID is set, AWS_SECRET_ACCESS_KEY is not"));
    done(Fetched(FetchedCredentials{std::move(keys), std::nullopt}));
  }

 private:
  const Means& means_;
};

/// Asks STS with a token instead of a signature.
void assume_by_web_identity(const Means& means, const std::string& token_file,
                            const std::string& role, const std::string& session,
                            CredentialProvider::Done done) {
  const auto token = means.places.read_file(token_file);
  if (!token) return done(no_good(kWebIdentity, token.error().text()));
  auto trimmed = *token;
  while (!trimmed.empty() && (trimmed.back() == '\n' || trimmed.back() == '\r')) trimmed.pop_back();
  const auto operation = Model::get().find("sts", "AssumeRoleWithWebIdentity");
  const auto endpoint = means.places.endpoint_url.empty()
                            ? aws_endpoint("sts", means.places.region)
                            : own_endpoint("sts", means.places.region, means.places.endpoint_url);
  if (!endpoint) return done(no_good(kWebIdentity, endpoint.error().text()));
  auto request = write_request(
      *operation, Object{{"RoleArn", role},
                         {"RoleSessionName", session.empty() ? session_name(means.clock) : session},
                         {"WebIdentityToken", std::move(trimmed)}});
  if (!request) return done(no_good(kWebIdentity, request.error().text()));
  request->target.insert(0, endpoint->base_path);
  set_header(request->headers, "Host", host_header(endpoint->origin));
  means.exchange.send(
      endpoint->origin, *std::move(request), kStsTimeout,
      [operation = *operation, done = std::move(done)](Result<HttpResponse> response) mutable {
        if (!response) return done(no_good(kWebIdentity, response.error().text()));
        done(read_sts_keys(read_response(operation, *response), kWebIdentity));
      });
}

class FromWebIdentity final : public CredentialProvider {
 public:
  explicit FromWebIdentity(const Means& means) : means_(means) {}
  std::string_view name() const override { return "web identity"; }
  void fetch(Done done) override {
    const auto file = means_.environment("AWS_WEB_IDENTITY_TOKEN_FILE");
    const auto role = means_.environment("AWS_ROLE_ARN");
    if (file.empty() || role.empty()) return done(Fetched{});
    assume_by_web_identity(means_, file, role, means_.environment("AWS_ROLE_SESSION_NAME"),
                           std::move(done));
  }

 private:
  const Means& means_;
};

enum class WhichProfile { Named, InUse };

class FromProfile final : public CredentialProvider {
 public:
  FromProfile(const Means& means, WhichProfile which) : means_(means), which_(which) {}
  std::string_view name() const override { return "profile"; }

  void fetch(Done done) override {
    if (which_ == WhichProfile::Named && means_.places.profile.empty()) return done(Fetched{});
    auto profiles = load_profiles(means_.places);
    if (!profiles) return done(std::unexpected(std::move(profiles.error())));
    const auto wanted = profile_in_use(means_.places);
    const bool is_asked_for =
        !means_.places.profile.empty() || !means_.environment("AWS_PROFILE").empty();
    if (!profiles->contains(wanted)) {
      if (!is_asked_for) return done(Fetched{});
      return done(no_good("profile " + printable(wanted),
                          "there is none of that name in ~/.aws/config or ~/.aws/credentials"));
    }
    resolve(*profiles, wanted, 0, std::move(done));
  }

 private:
  void resolve(const Profiles& profiles, const std::string& wanted, int depth, Done done) {
    const auto where = "profile " + printable(wanted);
    const auto it = profiles.find(wanted);
    if (it == profiles.end()) return done(no_good(where, "there is none of that name"));
    const auto& profile = it->second;
    const auto value = [&](std::string_view name) {
      const auto at = profile.find(name);
      return at == profile.end() ? std::string() : at->second;
    };
    if (depth > kRoleChain) return done(no_good(where, "source_profile goes round in a circle"));
    const auto role = value("role_arn");
    if (!role.empty() && !value("web_identity_token_file").empty())
      return assume_by_web_identity(means_, value("web_identity_token_file"), role,
                                    value("role_session_name"), std::move(done));
    if (!role.empty() && !(value("source_profile") == wanted && depth > 0))
      return by_role(profiles, profile, where, depth, std::move(done));
    if (!value("aws_access_key_id").empty())
      return done(Fetched(FetchedCredentials{
          {value("aws_access_key_id"), value("aws_secret_access_key"), value("aws_session_token")},
          std::nullopt}));
    for (const auto* unknown : {"credential_process", "sso_session", "sso_start_url"})
      if (!value(unknown).empty())
        return done(no_good(where, fmt::format("hikae does not support {}: give it keys of its own "
                                               "(a role of the machine is best), or export them "
                                               "with aws configure export-credentials",
                                               unknown)));
    done(Fetched{});
  }

  void by_role(const Profiles& profiles, const Profile& profile, const std::string& where,
               int depth, Done done) {
    Object input{{"RoleArn", profile.find("role_arn")->second}};
    const auto copy = [&](const char* setting, const char* member) {
      if (const auto at = profile.find(setting); at != profile.end()) input[member] = at->second;
    };
    input["RoleSessionName"] = session_name(means_.clock);
    copy("role_session_name", "RoleSessionName");
    copy("external_id", "ExternalId");
    auto assume = [this, where, input = std::move(input),
                   done = std::move(done)](Result<Fetched> source) mutable {
      if (!source) return done(std::unexpected(std::move(source.error())));
      if (!*source) return done(no_good(where, "its source has no credentials"));
      ask_sts((*source)->credentials, std::move(input), where, std::move(done));
    };
    if (const auto from = profile.find("source_profile"); from != profile.end())
      return resolve(profiles, from->second, depth + 1, std::move(assume));
    const auto from = profile.find("credential_source");
    if (from != profile.end() && from->second == "Environment") {
      source_ = std::make_unique<FromEnvironment>(means_);
      return source_->fetch(std::move(assume));
    }
    done(no_good(where, "a role wants source_profile or credential_source = Environment"));
  }

  void ask_sts(const Credentials& credentials, Value input, const std::string& where, Done done) {
    source_keys_ = std::make_unique<FixedCredentials>(credentials);
    RemoteOptions options;
    options.endpoint_url = means_.places.endpoint_url;
    options.timeout = kStsTimeout;
    sts_ = std::make_unique<Remote>(means_.exchange, *source_keys_, means_.clock, means_.timers,
                                    options);
    sts_->call({{"", means_.places.region}, "sts", "AssumeRole", std::move(input), {}},
               [where, done = std::move(done)](Result<Value> answer) mutable {
                 done(read_sts_keys(answer, where));
               });
  }

  const Means& means_;
  WhichProfile which_;
  std::unique_ptr<CredentialProvider> source_;
  std::unique_ptr<FixedCredentials> source_keys_;
  std::unique_ptr<Remote> sts_;
};

class FromContainer final : public CredentialProvider {
 public:
  explicit FromContainer(const Means& means) : means_(means) {}
  std::string_view name() const override { return "container"; }

  void fetch(Done done) override {
    auto url = means_.environment("AWS_CONTAINER_CREDENTIALS_FULL_URI");
    if (const auto relative = means_.environment("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
        !relative.empty())
      url = "http://169.254.170.2" + relative;
    if (url.empty()) return done(Fetched{});
    const auto endpoint = own_endpoint("sts", "us-east-1", url);
    if (!endpoint) return done(no_good(name(), endpoint.error().text()));
    if (endpoint->origin.scheme == "http" && !is_near(endpoint->origin.host))
      return done(no_good(name(), "credentials over http come from this machine alone"));
    HttpRequest request;
    request.method = "GET";
    request.target = endpoint->base_path.empty() ? "/" : endpoint->base_path;
    set_header(request.headers, "Host", host_header(endpoint->origin));
    auto token = token_of_container();
    if (!token) return done(no_good(name(), token.error().text()));
    if (!token->empty()) set_header(request.headers, "Authorization", *std::move(token));
    means_.exchange.send(endpoint->origin, std::move(request), kMetadataTimeout,
                         [done = std::move(done)](Result<HttpResponse> response) mutable {
                           if (!response)
                             return done(no_good("container", response.error().text()));
                           done(read_metadata_keys(*response, "container"));
                         });
  }

 private:
  static bool is_near(std::string_view host) {
    return host.starts_with("127.") || host == "localhost" || host == "::1" ||
           host == "169.254.170.2" || host == "169.254.170.23" || host == "fd00:ec2::23";
  }

  Result<std::string> token_of_container() const {
    auto token = means_.environment("AWS_CONTAINER_AUTHORIZATION_TOKEN");
    if (const auto file = means_.environment("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
        !file.empty())
      token = TRY(means_.places.read_file(file));
    while (!token.empty() && (token.back() == '\n' || token.back() == '\r')) token.pop_back();
    return token;
  }

  const Means& means_;
};

/// IMDSv2: a token first, then the role's name, then its keys. A machine without IMDS has none.
class FromMachine final : public CredentialProvider {
 public:
  explicit FromMachine(const Means& means) : means_(means) {}
  std::string_view name() const override { return "machine"; }

  void fetch(Done done) override {
    if (means_.environment("AWS_EC2_METADATA_DISABLED") == "true") return done(Fetched{});
    origin_ = {"http", "169.254.169.254", 80};
    if (const auto own = means_.environment("AWS_EC2_METADATA_SERVICE_ENDPOINT"); !own.empty()) {
      const auto endpoint = own_endpoint("sts", "us-east-1", own);
      if (!endpoint) return done(no_good(name(), endpoint.error().text()));
      origin_ = endpoint->origin;
    }
    ask("PUT", "/latest/api/token", {{"X-aws-ec2-metadata-token-ttl-seconds", "21600"}},
        [this, done = std::move(done)](Result<HttpResponse> token) mutable {
          if (!token || token->status != 200) return done(Fetched{});
          ask_role(token->body, std::move(done));
        });
  }

 private:
  static constexpr std::string_view kRoles = "/latest/meta-data/iam/security-credentials/";

  void ask_role(const std::string& token, Done done) {
    ask("GET", str(kRoles), {{"X-aws-ec2-metadata-token", token}},
        [this, token, done = std::move(done)](Result<HttpResponse> role) mutable {
          if (!role || role->status != 200) return done(Fetched{});
          const auto name = role->body.substr(0, role->body.find('\n'));
          if (name.empty()) return done(Fetched{});
          ask_keys(token, name, std::move(done));
        });
  }

  void ask_keys(const std::string& token, const std::string& role, Done done) {
    ask("GET", str(kRoles) + role, {{"X-aws-ec2-metadata-token", token}},
        [done = std::move(done)](Result<HttpResponse> keys) mutable {
          if (!keys) return done(no_good("machine", keys.error().text()));
          done(read_metadata_keys(*keys, "machine"));
        });
  }

  void ask(std::string method, std::string target, HttpHeaders headers, HttpExchange::Done done) {
    HttpRequest request;
    request.method = std::move(method);
    request.target = std::move(target);
    request.headers = std::move(headers);
    set_header(request.headers, "Host", host_header(origin_));
    means_.exchange.send(origin_, std::move(request), kMetadataTimeout, std::move(done));
  }

  const Means& means_;
  HttpOrigin origin_;
};

/// Keeps what the providers share alive as long as the last of them.
template <class Provider>
class Holding final : public CredentialProvider {
 public:
  template <class... Rest>
  explicit Holding(std::shared_ptr<const Means> means, Rest... rest)
      : means_(std::move(means)), provider_(*means_, rest...) {}
  std::string_view name() const override { return provider_.name(); }
  void fetch(Done done) override { provider_.fetch(std::move(done)); }

 private:
  std::shared_ptr<const Means> means_;
  Provider provider_;
};

/// A file below ~/.aws, or where the environment says; empty where there is none.
Result<std::string> file_of_profiles(const CredentialPlaces& places, const char* variable,
                                     const char* usual, std::string& path) {
  path = places.environment(variable);
  if (path.empty()) path = places.environment("HOME") + "/.aws/" + usual;
  auto text = places.read_file(path);
  if (!text && text.error().kind == ErrorKind::NotFound) return std::string();
  return text;
}

}  // namespace

std::string profile_in_use(const CredentialPlaces& places) {
  if (!places.profile.empty()) return places.profile;
  auto profile = places.environment("AWS_PROFILE");
  return profile.empty() ? "default" : profile;
}

Result<Profiles> load_profiles(const CredentialPlaces& places) {
  Profiles profiles;
  std::string path;
  const auto config = TRY(file_of_profiles(places, "AWS_CONFIG_FILE", "config", path));
  TRY_DO(read_profiles(config, ProfileFile::Config, path, profiles));
  const auto keys =
      TRY(file_of_profiles(places, "AWS_SHARED_CREDENTIALS_FILE", "credentials", path));
  TRY_DO(read_profiles(keys, ProfileFile::Credentials, path, profiles));
  return profiles;
}

std::vector<std::unique_ptr<CredentialProvider>> usual_providers(const CredentialPlaces& places,
                                                                 HttpExchange& exchange,
                                                                 const WallClock& clock,
                                                                 Timers& timers) {
  const auto means = std::make_shared<const Means>(Means{places, exchange, clock, timers});
  std::vector<std::unique_ptr<CredentialProvider>> all;
  all.push_back(std::make_unique<Holding<FromProfile>>(means, WhichProfile::Named));
  all.push_back(std::make_unique<Holding<FromEnvironment>>(means));
  all.push_back(std::make_unique<Holding<FromWebIdentity>>(means));
  all.push_back(std::make_unique<Holding<FromProfile>>(means, WhichProfile::InUse));
  all.push_back(std::make_unique<Holding<FromContainer>>(means));
  all.push_back(std::make_unique<Holding<FromMachine>>(means));
  return all;
}

}  // namespace hikae::aws
