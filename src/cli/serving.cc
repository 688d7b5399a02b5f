#include "cli/serving.h"

#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <filesystem>

#include "aws/remote.h"
#include "base/escape.h"
#include "base/limits.h"
#include "cli/current_house.h"
#include "net/server.h"
#include "text/json.h"

namespace hikae::cli {
namespace {

constexpr const char* kEndpointFile = "endpoint";
constexpr const char* kKeyName = "hikae";
constexpr const char* kProfile = "hikae";
constexpr Duration kGrace = seconds(2);
/// Of requests whose signature cannot be known yet: four of the largest, of all clients together.
constexpr std::size_t kBodiesAtOnce = 4 * limits::kServedBodyBytes;

struct Address {
  std::string host;
  int port = 0;
};

std::unexpected<Error> bad_listen(std::string_view text) {
  return fail(ErrorKind::Invalid,
              fmt::format("--listen '{}': write ADDRESS:PORT, as 127.0.0.1:4780 or [::1]:4780",
                          printable(text)));
}

Result<Address> read_listen(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return bad_listen(text);
  Address address;
  auto host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  address.host = host.empty() ? "127.0.0.1" : str(host);
  if (address.host == "localhost") address.host = "127.0.0.1";
  const auto port = text.substr(colon + 1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), address.port);
  const bool is_port = error == std::errc() && end == port.data() + port.size();
  if (!is_port || address.port < 0 || address.port > 65535) return bad_listen(text);
  return address;
}

bool is_loopback(std::string_view host) { return host.starts_with("127.") || host == "::1"; }

Result<> check_exposure(const Address& address, const ServingOptions& options) {
  if (is_loopback(address.host)) return {};
  if (options.reset)
    return fail(ErrorKind::Denied,
                fmt::format("--test-hooks lets everybody who reaches {} forget all state; listen "
                            "on 127.0.0.1",
                            address.host));
  if (options.authentication == aws::Authentication::On) return {};
  return fail(ErrorKind::Denied,
              fmt::format("--auth off lets everybody who reaches {} stop servers and delete "
                          "images; listen on 127.0.0.1, or leave authentication on",
                          address.host));
}

/// A wildcard is no address that a client could use.
std::string host_for_clients(const std::string& host) {
  if (host == "0.0.0.0") return "127.0.0.1";
  if (host == "::") return "[::1]";
  return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

/// Asks the house and waits; the loop runs meanwhile.
Result<Value> ask_desk(const Serving::Around& around, const char* operation, Object input) {
  auto answer = std::make_shared<std::optional<Result<Value>>>();
  around.house.cloud().call({around.house.scope(), "hikae-desk", operation, std::move(input), {}},
                            [answer](Result<Value> result) { *answer = std::move(result); });
  around.loop.run_until([&] { return answer->has_value(); });
  if (answer->has_value()) return std::move(**answer);
  return fail(ErrorKind::Timeout, "interrupted before the server was up");
}

/// The installation's own key: made at the first start, the same ever after.
Result<std::string> own_key(const Serving::Around& around) {
  const auto keys = TRY(ask_desk(around, "ListKeys", {}));
  for (const auto& key : list_at(keys, "Keys"))
    if (text_at(key, "Name") == kKeyName && text_at(key, "Level") == "admin")
      return str(text_at(key, "AccessKeyId"));
  const auto made =
      TRY(ask_desk(around, "CreateKey", Object{{"Name", kKeyName}, {"Level", "admin"}}));
  return str(text_at(made, "AccessKeyId"));
}

Result<> write_profile(const Serving::Around& around, Endpoint& endpoint) {
  const auto id = TRY(own_key(around));
  const auto known = around.house.keys().find_key(id);
  if (!known)
    return fail(ErrorKind::Io, "the key " + id +
                                   " cannot be opened: secret.key is not the one it was sealed "
                                   "with; delete it with hikae key delete and start again");
  std::error_code problem;
  // Whoever reads it later may stand in another folder than we do.
  const auto folder = std::filesystem::absolute(around.folder.file("aws"), problem);
  if (!problem) std::filesystem::create_directories(folder, problem);
  if (problem)
    return fail(ErrorKind::Io, "cannot create " + folder.string() + ": " + problem.message());
  endpoint.credentials_file = (folder / "credentials").string();
  endpoint.config_file = (folder / "config").string();
  TRY_DO(os::write_file(endpoint.credentials_file,
                        fmt::format("[{}]\naws_access_key_id = {}\naws_secret_access_key = {}\n",
                                    kProfile, id, known->secret)));
  return os::write_file(endpoint.config_file,
                        fmt::format("[profile {}]\nregion = {}\nendpoint_url = {}\n", kProfile,
                                    endpoint.region, endpoint.url));
}

aws::DoorOptions door_options(const Serving::Around& around, const ServingOptions& options) {
  aws::DoorOptions door;
  door.authentication = options.authentication;
  door.account = around.house.scope().account;
  door.reset = options.reset;
  return door;
}

net::ServerOptions server_options(const Address& address, const ServingOptions& options) {
  net::ServerOptions server;
  server.address = address.host;
  server.port = address.port;
  server.certificate_file = options.certificate_file;
  server.key_file = options.key_file;
  server.limits.body_bytes = limits::kServedBodyBytes;
  server.bodies_bytes = kBodiesAtOnce;
  server.busy = {503,
                 {{"Content-Type", "application/xml"}, {"Retry-After", "1"}},
                 "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>SlowDown</Code>"
                 "<Message>Please reduce your request rate.</Message></Error>"};
  return server;
}

}  // namespace

struct Serving::Parts {
  Parts(const Around& a, const ServingOptions& options, const Address& address)
      : around(a),
        current(a.house),
        door(current, current, a.loop, a.entropy, a.log, door_options(a, options)),
        server(a.loop.io(), a.loop, server_options(address, options),
               [this](HttpRequest request, const net::PeerInfo&, net::Server::Reply reply) {
                 door.answer(std::move(request), std::move(reply));
               }) {}

  Around around;
  CurrentHouse current;
  aws::Door door;
  net::Server server;
  Endpoint endpoint;
};

Serving::Serving(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Result<std::unique_ptr<Serving>> Serving::open(const Around& around,
                                               const ServingOptions& options) {
  const auto address = TRY(read_listen(options.listen));
  TRY_DO(check_exposure(address, options));
  auto parts = std::make_unique<Parts>(around, options, address);
  TRY_DO(parts->server.listen());
  auto& endpoint = parts->endpoint;
  endpoint.region = around.house.scope().region;
  endpoint.url = fmt::format("{}://{}:{}", options.certificate_file.empty() ? "http" : "https",
                             host_for_clients(address.host), parts->server.port());
  around.house.serve_at(endpoint.url);
  if (options.authentication == aws::Authentication::On) TRY_DO(write_profile(around, endpoint));
  TRY_DO(os::write_file(around.folder.file(kEndpointFile),
                        text::to_json(Object{{"Url", endpoint.url},
                                             {"Region", endpoint.region},
                                             {"Credentials", endpoint.credentials_file}})));
  return std::unique_ptr<Serving>(new Serving(std::move(parts)));
}

Serving::~Serving() {
  std::error_code ignored;  // a stale file names a port where nobody answers
  std::filesystem::remove(parts_->around.folder.file(kEndpointFile), ignored);
}

void Serving::leave() { parts_->current.leave(); }

void Serving::use(house::House& house) {
  parts_->current.use(house);
  house.serve_at(parts_->endpoint.url);
}

const Endpoint& Serving::endpoint() const { return parts_->endpoint; }

void Serving::stop() {
  bool is_done = false;
  parts_->server.stop(kGrace, [&] { is_done = true; });
  parts_->around.loop.run_on_until([&] { return is_done; });
}

namespace {

std::string value_in_profile(std::string_view text, std::string_view name) {
  const auto at = text.find(str(name) + " = ");
  if (at == std::string_view::npos) return {};
  const auto from = at + name.size() + 3;
  return str(text.substr(from, text.find('\n', from) - from));
}

}  // namespace

Result<Reach> reach_of(const std::string& data_folder) {
  const auto file = data_folder + "/" + kEndpointFile;
  if (!std::filesystem::exists(file)) return Reach{};
  const auto said = TRY(text::parse_json(TRY(os::read_file(file, limits::kConfigBytes))));
  Reach reach;
  reach.url = text_at(said, "Url");
  reach.region = text_at(said, "Region");
  const auto credentials = text_at(said, "Credentials");
  if (credentials.empty()) return reach;
  const auto text = TRY(os::read_file(str(credentials), limits::kConfigBytes));
  reach.credentials.access_key = value_in_profile(text, "aws_access_key_id");
  reach.credentials.secret = value_in_profile(text, "aws_secret_access_key");
  return reach;
}

}  // namespace hikae::cli
