#include "aws/remote.h"

#include <fmt/format.h>

#include <algorithm>

#include "aws/errors.h"
#include "aws/model.h"
#include "aws/wire.h"
#include "aws/wire/time_form.h"
#include "base/escape.h"
#include "text/json.h"

namespace hikae::aws {
namespace {

bool is_inside(std::string_view service) { return service.starts_with("hikae-"); }

/// Another hikae's own services: AWS's JSON, signed for the service "hikae".
HttpRequest inside_request(const Request& request) {
  HttpRequest http;
  http.method = "POST";
  http.target = "/";
  http.headers = {{"Content-Type", "application/x-amz-json-1.1"},
                  {"X-Amz-Target", request.service + "." + request.operation}};
  http.body = text::to_json(request.input.is_null() ? Value(Object{}) : request.input);
  return http;
}

Result<Value> read_inside_response(const HttpResponse& response) {
  auto body = text::parse_json(response.body);
  if (!body || !body->is_object())
    return fail(
        ErrorKind::Unavailable,
        fmt::format("HTTP {} and no JSON: no hikae stands at that endpoint", response.status));
  if (response.status < 300) return body;
  const auto code = text_at(*body, "__type");
  const auto message = text_at(*body, "message");
  return aws_error(str(code), str(message), response.status);
}

/// The codes by which AWS says that a key is no longer any good.
bool says_stale_key(std::string_view code) {
  return code == "ExpiredToken" || code == "ExpiredTokenException" || code == "RequestExpired" ||
         code == "InvalidClientTokenId" || code == "UnrecognizedClientException" ||
         code == "AuthFailure" || code == "InvalidToken";
}

/// A function answers when it has ended; the engine's own time-out for it comes first.
Duration timeout_of(const std::optional<Operation>& operation, Duration usual) {
  constexpr Duration kFunction = seconds(310);
  const bool is_function =
      operation && operation->service() == "lambda" && operation->name() == "Invoke";
  return is_function ? std::max(usual, kFunction) : usual;
}

bool says_wrong_time(const Error& error) {
  return error.code == "RequestTimeTooSkewed" || error.code == "RequestInTheFuture" ||
         error.code == "RequestExpired" ||
         error.message.find("Signature expired") != std::string::npos ||
         error.message.find("Signature not yet current") != std::string::npos;
}

}  // namespace

struct Remote::Flight {
  std::optional<Operation> operation;  // absent: a service of hikae's own
  Endpoint endpoint;
  HttpRequest http;
};

Remote::Remote(HttpExchange& exchange, CredentialSource& source, const WallClock& clock,
               Timers& timers, RemoteOptions options)
    : exchange_(exchange),
      source_(source),
      clock_(clock),
      timers_(timers),
      options_(std::move(options)) {}

void Remote::call(Request request, Done done) {
  auto flight = prepare(request);
  if (!flight) {
    timers_.soon([done = std::move(done), error = std::move(flight.error())]() mutable {
      done(std::unexpected(std::move(error)));
    });
    return;
  }
  source_.credentials([this, flight = std::move(*flight),
                       done = std::move(done)](Result<Credentials> credentials) mutable {
    if (credentials) return send(std::move(flight), *credentials, std::move(done));
    timers_.soon([done = std::move(done), error = std::move(credentials.error())]() mutable {
      done(std::unexpected(std::move(error)));
    });
  });
}

Result<Remote::Flight> Remote::prepare(const Request& request) const {
  Flight flight;
  flight.endpoint = TRY(endpoint_of(request));
  if (is_inside(request.service)) {
    flight.http = inside_request(request);
  } else {
    flight.operation = TRY(Model::get().find(request.service, request.operation));
    flight.http = TRY(write_request(*flight.operation, request.input));
    if (url_of(request.service).empty()) {
      const auto prefix = TRY(host_prefix(*flight.operation, request.input));
      flight.endpoint.origin.host.insert(0, prefix);
    }
  }
  flight.http.target.insert(0, flight.endpoint.base_path);
  set_header(flight.http.headers, "Host", host_header(flight.endpoint.origin));
  set_header(flight.http.headers, "User-Agent", options_.user_agent);
  return flight;
}

Result<Endpoint> Remote::endpoint_of(const Request& request) const {
  if (is_inside(request.service)) {
    // Its address is another hikae's: there is no such service at AWS.
    auto endpoint = TRY(own_endpoint("ssm", request.scope.region, options_.endpoint_url));
    endpoint.signing.service = "hikae";
    return endpoint;
  }
  const auto url = url_of(request.service);
  if (url.empty()) return aws_endpoint(request.service, request.scope.region);
  return own_endpoint(request.service, request.scope.region, url);
}

std::string Remote::url_of(std::string_view service) const {
  if (options_.endpoint_of)
    if (auto own = options_.endpoint_of(service); !own.empty()) return own;
  return options_.endpoint_url;
}

void Remote::send(Flight flight, const Credentials& credentials, Done done) {
  sign(keys_, flight.http, credentials, flight.endpoint.signing, clock_.now() + skew_);
  auto http = std::move(flight.http);
  const auto origin = flight.endpoint.origin;
  exchange_.send(origin, std::move(http), timeout_of(flight.operation, options_.timeout),
                 [this, flight = std::move(flight),
                  done = std::move(done)](Result<HttpResponse> response) mutable {
                   if (response) return done(read(flight, *response));
                   if (response.error().kind == ErrorKind::Io) response.error().code = kNotSent;
                   done(std::unexpected(std::move(response.error())));
                 });
}

/// A line that gives an answer twice would give the second copy to the next request.
bool Remote::was_given_before(const HttpResponse& response) {
  const std::string* id = nullptr;
  for (const auto* name : {"x-amzn-RequestId", "x-amz-request-id"})
    if (!id) id = find_header(response.headers, name);
  if (!id || id->empty()) return false;
  if (std::ranges::find(seen_, *id) != seen_.end()) return true;
  seen_[seen_next_++ % seen_.size()] = *id;
  return false;
}

Result<Value> Remote::read(const Flight& flight, const HttpResponse& response) {
  if (was_given_before(response))
    return fail(ErrorKind::Unavailable,
                "the answer of an earlier request came once more; whether this one was acted on is "
                "not known");
  auto answer = flight.operation ? read_response(*flight.operation, response)
                                 : read_inside_response(response);
  if (answer) return answer;
  if (says_stale_key(answer.error().code)) source_.forget();
  if (says_wrong_time(answer.error())) learn_time(response);
  return answer;
}

/// The next signature goes by the clock of who refused this one.
void Remote::learn_time(const HttpResponse& response) {
  const auto* date = find_header(response.headers, "Date");
  if (!date) return;
  const auto text = wire::read_time(*date);
  if (!text) return;
  if (const auto theirs = parse_iso(*text)) skew_ = *theirs - clock_.now();
}

}  // namespace hikae::aws
