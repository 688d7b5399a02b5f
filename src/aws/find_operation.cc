// From a request's form to the operation it means.
#include <fmt/format.h>

#include <algorithm>
#include <compare>
#include <optional>
#include <tuple>

#include "aws/wire.h"
#include "aws/wire/limits.h"
#include "aws/wire/percent.h"
#include "aws/wire/services.h"
#include "aws/wire/uri_template.h"
#include "base/escape.h"

namespace hikae::aws {
namespace {

using table::Location;
using table::Protocol;
using table::Service;
using wire::Pair;

/// What a request looks like before anything is known of it.
struct Look {
  const HttpRequest& request;
  std::string_view signing_service;
  std::vector<Pair> query;  // decoded
};

const table::Table& wire_table() { return table::Table::linked(); }

std::string_view header_of(const HttpRequest& request, std::string_view name) {
  const auto* value = find_header(request.headers, name);
  return value ? std::string_view(*value) : std::string_view();
}

bool holds_form(const HttpRequest& request) {
  const auto type = header_of(request, "Content-Type");
  return type.starts_with("application/x-www-form-urlencoded") ||
         (type.empty() && request.method == "POST");
}

const std::string* pair_value(const std::vector<Pair>& pairs, std::string_view name) {
  const auto it = std::ranges::find(pairs, name, &Pair::first);
  return it == pairs.end() ? nullptr : &it->second;
}

/// Action and Version, of the body or else of the URL, without reading the rest.
std::string form_value(const Look& look, std::string_view name) {
  if (const auto* value = pair_value(look.query, name)) return *value;
  std::string_view rest = look.request.body;
  if (!holds_form(look.request)) return {};
  while (!rest.empty()) {
    const auto pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
    if (pair.starts_with(name) && pair.size() > name.size() && pair[name.size()] == '=')
      return wire::decoded(pair.substr(name.size() + 1), wire::Plus::IsSpace);
  }
  return {};
}

const table::Operation* named(const Service& service, std::string_view name) {
  const auto* found = wire_table().find_operation(service, name);
  return found && wire_table().text(found->name) == name ? found : nullptr;
}

Found found_as(const table::Operation& record, Dialect dialect) {
  const auto index = static_cast<std::uint32_t>(&record - wire_table().operations().data());
  return {Model::get().operation(index), dialect};
}

bool is_form_service(const Service& service) {
  return service.protocol == Protocol::Ec2 || service.protocol == Protocol::Query;
}

Dialect json_dialect(const HttpRequest& request, Dialect own) {
  const auto type = header_of(request, "Content-Type");
  if (type.starts_with("application/x-amz-json-1.0")) return Dialect::Json10;
  if (type.starts_with("application/x-amz-json-1.1")) return Dialect::Json11;
  return own;
}

// X-Amz-Target: AmazonSSM.DescribeDocument

std::string_view target_prefix_of(std::string_view target) {
  const auto dot = target.rfind('.');
  return dot == std::string_view::npos ? std::string_view() : target.substr(0, dot);
}

std::optional<Found> by_target(const Look& look, std::string_view target) {
  const auto prefix = target_prefix_of(target);
  const auto name = target.substr(std::min(prefix.size() + 1, target.size()));
  const auto* row = wire::spoken_as_json(prefix);
  for (const auto* service : wire::services_signed_as(look.signing_service)) {
    const bool own =
        service->protocol == Protocol::Json && wire_table().text(service->target_prefix) == prefix;
    const bool as_json = row && wire_table().text(service->name) == row->service;
    const auto* record = own || as_json ? named(*service, name) : nullptr;
    if (!record) continue;
    return found_as(*record, as_json
                                 ? Dialect::QueryAsJson
                                 : json_dialect(look.request, wire::dialect_of_service(*service)));
  }
  return std::nullopt;
}

// Action=DescribeImages&Version=2016-11-15. Services may share a signing name (rds, docdb) or even
// a version with it: the version decides where it can, then the order.

std::optional<Found> by_action(const Look& look, std::string_view action) {
  const auto version = form_value(look, "Version");
  const table::Operation* best = nullptr;
  for (const auto* service : wire::services_signed_as(look.signing_service)) {
    const auto* record = is_form_service(*service) ? named(*service, action) : nullptr;
    if (!record) continue;
    if (wire_table().text(service->api_version) == version)
      return found_as(*record, wire::dialect_of_service(*service));
    if (!best) best = record;
  }
  if (!best) return std::nullopt;
  return found_as(*best, wire::dialect_of_service(wire::service_of(*best)));
}

// REST: the path and the method. Several operations may fit: PUT /bucket/key is PutObject, or
// CopyObject, which needs a header, or UploadPart, which needs two parameters. The one with most of
// what it says in words wins, then the one whose needs are met.

struct RestFit {
  std::size_t literals = 0, constants = 0;
  bool s3 = false;  // its paths look like anybody's; nobody else answers unsigned requests to them
  bool complete = false;
  std::size_t needs = 0, name_size = 0;
  auto operator<=>(const RestFit&) const = default;
};

bool is_given(const Look& look, const table::Member& member) {
  const auto& table = wire_table();
  const auto name = table.text(member.location_name ? member.location_name : member.name);
  if (member.location == Location::Query) return pair_value(look.query, name) != nullptr;
  return find_header(look.request.headers, name) != nullptr;
}

void weigh_needs(const Look& look, const table::Operation& record, RestFit& fit) {
  fit.complete = true;
  const auto* input = wire::input_of(record);
  if (!input) return;
  for (const auto& member : wire_table().members(*input)) {
    const bool outside = member.location == Location::Query || member.location == Location::Header;
    if (!outside || !(member.flags & table::kRequired)) continue;
    if (is_given(look, member))
      ++fit.needs;
    else
      fit.complete = false;
  }
}

/// How many constants ("list-type=2&x") the template has; nothing where one is not there.
std::optional<std::size_t> constants_given(const Look& look, std::string_view constants) {
  std::size_t count = 0;
  while (!constants.empty()) {
    const auto one = constants.substr(0, constants.find('&'));
    constants.remove_prefix(std::min(one.size() + 1, constants.size()));
    const auto name = one.substr(0, one.find('='));
    const auto value = one.substr(std::min(name.size() + 1, one.size()));
    const auto* given = pair_value(look.query, name);
    if (!given || (!value.empty() && *given != value)) return std::nullopt;
    ++count;
  }
  return count;
}

std::optional<RestFit> fit_of(const Look& look, const table::Operation& record,
                              std::string_view path) {
  const auto& table = wire_table();
  if (table.text(record.method) != look.request.method) return std::nullopt;
  const auto uri = table.text(record.uri);
  const auto constants = constants_given(look, wire::constant_query(uri));
  if (!constants) return std::nullopt;
  const auto match = wire::match_path(uri, path);
  if (!match) return std::nullopt;
  RestFit fit;
  fit.literals = static_cast<std::size_t>(match->literals);
  fit.constants = *constants;
  fit.s3 = wire::dialect_of_service(wire::service_of(record)) == Dialect::S3;
  fit.name_size = table.text(record.name).size();
  weigh_needs(look, record, fit);
  return fit;
}

std::optional<Found> by_path(const Look& look) {
  std::optional<RestFit> best;
  const table::Operation* chosen = nullptr;
  const auto s3_path = wire::s3_path(look.request);
  for (const auto* service : wire::services_signed_as(look.signing_service)) {
    if (service->protocol != Protocol::RestJson && service->protocol != Protocol::RestXml) continue;
    const bool s3 = wire::dialect_of_service(*service) == Dialect::S3;
    const auto path = s3 ? std::string_view(s3_path) : look.request.path();
    for (const auto& record : wire_table().operations_of(*service)) {
      const auto fit = fit_of(look, record, path);
      if (!fit || (best && *fit <= *best)) continue;
      best = fit;
      chosen = &record;
    }
  }
  if (!chosen) return std::nullopt;
  return found_as(*chosen, wire::dialect_of_service(wire::service_of(*chosen)));
}

Result<Look> look_at(const HttpRequest& request, std::string_view signing_service) {
  if (request.target.size() > wire::kTargetBytes)
    return fail(ErrorKind::Limit, "RequestUriTooLong",
                fmt::format("the path and query have {} bytes, more than the {} that are read",
                            request.target.size(), wire::kTargetBytes));
  Look look{request, signing_service, {}};
  wire::Reading reading(wire::Side::Request);
  wire::read_pairs(request.query(), look.query, reading);
  return look;
}

/// An action that nobody knows is not looked for among the paths.
bool asks_in_a_form(const Look& look, std::string_view action) {
  const auto dialect = dialect_of(look.request, look.signing_service);
  return !action.empty() && (dialect == Dialect::Ec2 || dialect == Dialect::Query);
}

std::unexpected<Error> no_operation(const Look& look) {
  const auto& request = look.request;
  const auto target = header_of(request, "X-Amz-Target");
  const auto action = form_value(look, "Action");
  switch (dialect_of(request, look.signing_service)) {
    case Dialect::Ec2:
    case Dialect::Query:
      if (action.empty())
        return fail(ErrorKind::Invalid, "MissingAction",
                    "The request must contain the parameter Action");
      return fail(ErrorKind::Unsupported, "InvalidAction",
                  fmt::format("The action {} is not valid for this web service.",
                              printable(action.substr(0, wire::kShownBytes))));
    case Dialect::S3:
    case Dialect::RestXml:
      return fail(
          ErrorKind::Unsupported, "MethodNotAllowed",
          fmt::format("no operation of this service answers {} {}", printable(request.method),
                      printable(request.path().substr(0, wire::kShownBytes))));
    default:
      return fail(
          ErrorKind::Unsupported, "UnknownOperationException",
          fmt::format(
              "no operation here answers {} {}", printable(request.method),
              printable((target.empty() ? request.path() : target).substr(0, wire::kShownBytes))));
  }
}

}  // namespace

Result<Found> find_operation(const HttpRequest& request, std::string_view signing_service) {
  const auto look = TRY(look_at(request, signing_service));
  if (const auto protocol = header_of(request, "smithy-protocol"); !protocol.empty())
    return fail(ErrorKind::Unsupported, "UnknownOperationException",
                fmt::format("the protocol {} is not spoken here; use a client that speaks the "
                            "service's older one",
                            printable(protocol.substr(0, wire::kShownBytes))));
  const auto target = header_of(request, "X-Amz-Target");
  std::optional<Found> found;
  if (!target.empty()) {
    found = by_target(look, target);
  } else {
    const auto action = form_value(look, "Action");
    if (!action.empty()) found = by_action(look, action);
    if (!found && !asks_in_a_form(look, action)) found = by_path(look);
  }
  if (found) return *found;
  return no_operation(look);
}

Dialect dialect_of(const HttpRequest& request, std::string_view signing_service) {
  const auto target = header_of(request, "X-Amz-Target");
  if (!target.empty())
    return wire::spoken_as_json(target_prefix_of(target)) ? Dialect::QueryAsJson
                                                          : json_dialect(request, Dialect::Json11);
  if (!signing_service.empty()) {
    const auto& services = wire::services_signed_as(signing_service);
    if (!services.empty()) return wire::dialect_of_service(*services.front());
  }
  const bool asks_action =
      header_of(request, "Content-Type").find("form-urlencoded") != std::string_view::npos ||
      request.query().starts_with("Action=") ||
      request.query().find("&Action=") != std::string_view::npos;
  if (asks_action) return Dialect::Query;
  return header_of(request, "Content-Type").starts_with("application/json") ? Dialect::RestJson
                                                                            : Dialect::S3;
}

}  // namespace hikae::aws
