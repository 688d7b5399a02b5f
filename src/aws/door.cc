#include "aws/door.h"

#include <fmt/format.h>
#include <openssl/crypto.h>

#include "aws/aws_chunked.h"
#include "aws/door_rights.h"
#include "aws/wire/time_form.h"
#include "base/entropy.h"
#include "base/escape.h"
#include "base/limits.h"
#include "text/json.h"

namespace hikae::aws {
namespace {

constexpr std::string_view kInside = "hikae-";  // services of no model: the process's own

AuthWording wording_of(Dialect dialect) {
  switch (dialect) {
    case Dialect::Ec2: return AuthWording::Ec2;
    case Dialect::Query: return AuthWording::Query;
    case Dialect::S3: return AuthWording::S3;
    case Dialect::RestXml: return AuthWording::Query;
    case Dialect::Json10:
    case Dialect::Json11:
    case Dialect::QueryAsJson:
    case Dialect::RestJson: return AuthWording::Json;
  }
  return AuthWording::Query;
}

/// A UUID of version 4: the form in which AWS names requests.
std::string new_request_id(Entropy& entropy) {
  auto hex = random_hex(entropy, 32);
  hex[12] = '4';
  hex[16] = "89ab"[static_cast<unsigned char>(hex[16]) % 4];
  return fmt::format("{}-{}-{}-{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(12, 4),
                     hex.substr(16, 4), hex.substr(20));
}

bool same_secret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

Error expired_token(AuthWording wording) {
  Error error;
  error.kind = ErrorKind::Denied;
  error.code = wording == AuthWording::Json ? "ExpiredTokenException" : "ExpiredToken";
  error.message = "The security token included in the request is expired";
  return error;
}

Error wrong_token(AuthWording wording) {
  Error error;
  error.kind = ErrorKind::Denied;
  error.code =
      wording == AuthWording::Json ? "UnrecognizedClientException" : "InvalidClientTokenId";
  error.message = "The security token included in the request is invalid.";
  return error;
}

/// The signing service of a claim that may not parse: for choosing a dialect, nothing else.
std::string claimed_service(const HttpRequest& request) {
  const auto claim = parse_authorization(request, AuthWording::Query);
  return claim ? claim->service : "";
}

HttpResponse of_a_page() {
  return {403,
          {{"Content-Type", "application/json"}},
          R"({"Message": "pages in a browser may not ask here while no signature is asked for"})"};
}

}  // namespace

/// Who asks, and where.
struct Door::Guest {
  Scope scope;
  std::string service;  // as signed for; empty: nobody signed
  std::string caller;
  KeyRole role = KeyRole::Admin;
};

Door::Door(Cloud& cloud, const KeyRing& keys, const WallClock& clock, Entropy& entropy, Log& log,
           DoorOptions options)
    : cloud_(cloud),
      keys_(keys),
      clock_(clock),
      entropy_(entropy),
      log_(log),
      options_(std::move(options)) {}

Door::~Door() = default;

// No client of AWS says an origin; a browser does for every page that sends what changes something.
// A signature would tell them apart, and here none is asked for.
bool Door::is_of_a_page(const HttpRequest& request) const {
  const bool is_open = options_.authentication == Authentication::Off || options_.reset;
  return is_open && find_header(request.headers, "Origin");
}

void Door::answer(HttpRequest request, Reply undated) {
  Reply reply = [this, undated = std::move(undated)](HttpResponse response) mutable {
    response.headers.emplace_back("Date", date());
    undated(std::move(response));
  };
  if (is_of_a_page(request)) return reply(of_a_page());
  if (request.path().starts_with("/_hikae/")) return reply(own_path(request));
  auto id = new_request_id(entropy_);
  const auto service = claimed_service(request);
  const auto dialect = dialect_of(request, service);
  const auto guest = admit(request, dialect);
  if (!guest) return reply(write_error(dialect, guest.error(), id));
  const auto* target = find_header(request.headers, "X-Amz-Target");
  if (target && target->starts_with(kInside))
    return ask_inside(*target, *guest, request, std::move(id), std::move(reply));
  const auto found = find_operation(request, guest->service);
  if (!found) {
    log_once(found.error().message, {});
    return reply(write_error(dialect, found.error(), id));
  }
  ask(*found, *guest, std::move(request), std::move(id), std::move(reply));
}

Result<Door::Guest> Door::admit(const HttpRequest& request, Dialect dialect) {
  if (options_.authentication == Authentication::Off) return stranger(request, dialect);
  return prove(request, dialect);
}

Door::Guest Door::stranger(const HttpRequest& request, Dialect dialect) const {
  Guest guest;
  guest.scope = {options_.account, options_.region};
  const auto claim = parse_authorization(request, wording_of(dialect));
  if (!claim) return guest;
  guest.service = claim->service;
  if (!claim->region.empty()) guest.scope.region = claim->region;
  // A role's key stays its role's, also where nobody is asked for a signature.
  if (const auto key = keys_.find_key(claim->access_key)) {
    guest.caller = key->caller;
    guest.scope.account = key->account;
  }
  return guest;
}

Result<Door::Guest> Door::prove(const HttpRequest& request, Dialect dialect) {
  const auto wording = wording_of(dialect);
  const auto claim = TRY(parse_authorization(request, wording));
  const auto key = keys_.find_key(claim.access_key);
  if (!key) return std::unexpected(unknown_key(wording));
  if (!same_secret(key->session_token, claim.session_token))
    return std::unexpected(wrong_token(wording));
  const auto now = clock_.now();
  if (key->expires && now >= *key->expires) return std::unexpected(expired_token(wording));
  TRY_DO(verify_signature(signing_keys_, request, claim, key->secret, now, {wording, "", ""}));
  return Guest{{key->account, claim.region}, claim.service, key->caller, key->role};
}

void Door::ask(const Found& found, const Guest& guest, HttpRequest request, std::string id,
               Reply reply) {
  const auto refuse = [&](const Error& error) { reply(write_error(found, error, id)); };
  if (const auto may = check_rights(guest.role, found.operation); !may) return refuse(may.error());
  if (const auto whole = decode_aws_chunked(request); !whole) return refuse(whole.error());
  if (const auto intact = check_checksums(request); !intact) return refuse(intact.error());
  auto read = read_request(found, request);
  if (!read) return refuse(read.error());
  for (const auto& name : read->ignored)
    log_once(fmt::format("{}:{} was sent {}, which is not known here and has no effect",
                         found.operation.service(), found.operation.name(), printable(name)),
             {});
  cloud_.call({guest.scope, str(found.operation.service()), str(found.operation.name()),
               std::move(read->input), guest.caller},
              [this, found, id = std::move(id), reply = std::move(reply)](auto answer) mutable {
                if (answer) return reply(write_response(found, *answer, id));
                if (answer.error().kind == ErrorKind::Unsupported)
                  log_once(answer.error().message, {});
                reply(write_error(found, answer.error(), id));
              });
}

void Door::ask_inside(std::string_view target, const Guest& guest, const HttpRequest& request,
                      std::string id, Reply reply) {
  const auto refuse = [&](const Error& error) { reply(write_error(Dialect::Json11, error, id)); };
  const auto dot = target.find('.');
  if (dot == std::string_view::npos)
    return refuse(fail(ErrorKind::Invalid, "UnknownOperationException",
                       "X-Amz-Target names no operation; write hikae-SERVICE.OPERATION")
                      .error());
  const auto service = target.substr(0, dot);
  const auto operation = target.substr(dot + 1);
  if (const auto may = check_rights_inside(guest.role, service, operation); !may)
    return refuse(may.error());
  auto input = text::parse_json(request.body);
  if (!input) return refuse(input.error());
  cloud_.call({guest.scope, str(service), str(operation), std::move(*input), guest.caller},
              [id = std::move(id), reply = std::move(reply)](auto answer) mutable {
                if (!answer) return reply(write_error(Dialect::Json11, answer.error(), id));
                HttpResponse response;
                response.headers = {{"Content-Type", "application/x-amz-json-1.1"},
                                    {"x-amzn-RequestId", id}};
                response.body = text::to_json(*answer);
                reply(std::move(response));
              });
}

HttpResponse Door::own_path(const HttpRequest& request) const {
  const auto plain = [](int status, std::string text) {
    return HttpResponse{status, {{"Content-Type", "application/json"}}, std::move(text)};
  };
  if (request.path() == "/_hikae/health" && request.method == "GET")
    return plain(200, R"({"Status": "up"})");
  if (request.path() == "/_hikae/reset" && request.method == "POST" && options_.reset) {
    const auto done = options_.reset();
    if (done) return plain(200, R"({"Status": "reset"})");
    return plain(500, text::to_json(Object{{"Message", done.error().message}}));
  }
  return plain(404, R"({"Message": "hikae has no such path"})");
}

/// The same text for a second: it is written once.
const std::string& Door::date() {
  const auto second = unix_ms(clock_.now()) / 1000;
  if (second != dated_ || date_.empty()) {
    dated_ = second;
    date_.clear();
    wire::append_time(date_, iso(wall_ms(second * 1000)), wire::TimeForm::Rfc822);
  }
  return date_;
}

void Door::log_once(const std::string& what, Object fields) {
  if (logged_.size() >= limits::kLoggedOnce || !logged_.insert(what).second) return;
  log_.info("door", what, std::move(fields));
}

}  // namespace hikae::aws
