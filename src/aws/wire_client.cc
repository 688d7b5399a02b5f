#include <fmt/format.h>

#include "aws/wire.h"
#include "aws/wire/answer_errors.h"
#include "aws/wire/blob_check.h"
#include "aws/wire/form_body.h"
#include "aws/wire/json_body.h"
#include "aws/wire/rest.h"
#include "aws/wire/scalar.h"
#include "aws/wire/services.h"
#include "aws/wire/uri_template.h"
#include "aws/wire/xml_body.h"
#include "aws/wire/xml_text.h"

namespace hikae::aws {
namespace {

using table::Table;
using wire::Reading;
using wire::Side;

Dialect own_dialect(const table::Operation& record) {
  return wire::dialect_of_service(wire::service_of(record));
}

HttpRequest form_request(const table::Operation& record, const Value& input, Dialect dialect) {
  const auto& table = Table::linked();
  const auto uri = table.text(record.uri);
  HttpRequest request{str(table.text(record.method)), str(uri.substr(0, uri.find('?'))), {}, {}};
  request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
  request.body = fmt::format("Action={}&Version={}", table.text(record.name),
                             table.text(wire::service_of(record).api_version));
  if (const auto* shape = wire::input_of(record))
    wire::append_form(request.body, input, *shape,
                      dialect == Dialect::Ec2 ? wire::FormNames::Ec2 : wire::FormNames::Query);
  return request;
}

HttpRequest json_request(const table::Operation& record, const Value& input) {
  const auto& table = Table::linked();
  const auto& service = wire::service_of(record);
  HttpRequest request{str(table.text(record.method)), str(table.text(record.uri)), {}, {}};
  request.headers.emplace_back(
      "X-Amz-Target",
      fmt::format("{}.{}", table.text(service.target_prefix), table.text(record.name)));
  request.headers.emplace_back(
      "Content-Type", fmt::format("application/x-amz-json-{}", table.text(service.json_version)));
  const auto* shape = wire::input_of(record);
  if (shape && input.is_object())
    wire::append_json_body(request.body, input, *shape, Side::Request);
  else
    request.body = "{}";
  return request;
}

bool has_event_stream(const table::Shape* shape) {
  if (!shape) return false;
  const auto& table = Table::linked();
  for (const auto& member : table.members(*shape))
    if (table.shape(member.shape).flags & table::kEventStream) return true;
  return false;
}

Result<> refuse_event_streams(const Operation& operation, const table::Operation& record) {
  if (!has_event_stream(wire::input_of(record)) && !has_event_stream(wire::output_of(record)))
    return {};
  return fail(ErrorKind::Unsupported,
              fmt::format("{}:{} sends or answers a stream of events, which hikae does not speak",
                          operation.service(), operation.name()));
}

// <CreateImageResponse><requestId/>members</…>, or
// <XResponse><XResult>members</XResult>…</XResponse>. Some services that only resemble AWS leave
// the frame out.
Value read_xml_answer(const table::Operation& record, const HttpResponse& response,
                      Reading& reading) {
  const auto* shape = wire::output_of(record);
  if (!shape) return Object{};
  pugi::xml_document document;
  auto root = wire::parse_xml(response.body, document, reading);
  if (!root) return Object{};
  const auto wrapper = Table::linked().text(record.result_wrapper);
  if (!wrapper.empty())
    if (const auto inner = wire::child_named(root, wrapper)) root = inner;
  return wire::read_xml_members(root, *shape, reading);
}

Value read_json_answer(const table::Operation& record, const HttpResponse& response,
                       Reading& reading) {
  const auto* shape = wire::output_of(record);
  if (!shape) return Object{};
  auto body = wire::parse_json_body(response.body, reading);
  if (reading.ok() && !body.is_object())
    reading.fault(wire::Fault::Malformed, "the body is JSON, but no object");
  if (!reading.ok()) return Object{};
  return wire::read_json_body(std::move(body), *shape, reading);
}

Value read_success(const table::Operation& record, const HttpResponse& response, Reading& reading) {
  switch (wire::service_of(record).protocol) {
    case table::Protocol::Ec2:
    case table::Protocol::Query: return read_xml_answer(record, response, reading);
    case table::Protocol::Json: return read_json_answer(record, response, reading);
    case table::Protocol::RestJson:
    case table::Protocol::RestXml: return wire::read_rest_response(record, response, reading);
  }
  return Object{};
}

bool is_host_label(std::string_view text) {
  if (text.empty() || text.size() > 63) return false;
  return text.find_first_not_of(
             "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-") ==
         std::string_view::npos;
}

}  // namespace

Result<HttpRequest> write_request(const Operation& operation, const Value& input) {
  const auto& record = wire::record_of(operation);
  TRY_DO(refuse_event_streams(operation, record));
  TRY_DO(Model::get().check_input(operation, input));
  TRY_DO(wire::check_blobs(record, input));
  const auto dialect = own_dialect(record);
  switch (dialect) {
    case Dialect::Ec2:
    case Dialect::Query: return form_request(record, input, dialect);
    case Dialect::Json10:
    case Dialect::Json11:
    case Dialect::QueryAsJson: return json_request(record, input);
    case Dialect::RestJson:
    case Dialect::RestXml:
    case Dialect::S3: return wire::write_rest_request(record, input);
  }
  return fail(ErrorKind::Unsupported, "the service's protocol is not known");
}

Result<std::string> host_prefix(const Operation& operation, const Value& input) {
  const auto& table = Table::linked();
  const auto& record = wire::record_of(operation);
  const auto* shape = wire::input_of(record);
  std::string wrong;
  auto prefix = wire::fill_uri(
      table.text(record.host_prefix), [&](std::string_view label, bool, std::string& out) {
        const auto* member = shape ? table.find_member(*shape, label) : nullptr;
        const auto text = member ? text_at(input, table.text(member->name)) : std::string_view();
        if (!is_host_label(text)) wrong = label;
        out += text;
      });
  if (wrong.empty()) return prefix;
  return fail(
      ErrorKind::Invalid, "ParamValidation",
      fmt::format("Parameter validation failed: {} becomes part of the host's name: letters, "
                  "digits and hyphens, 1 to 63 of them",
                  wrong));
}

Result<Value> read_response(const Operation& operation, const HttpResponse& response) {
  const auto& record = wire::record_of(operation);
  TRY_DO(refuse_event_streams(operation, record));
  if (auto error = wire::error_in(own_dialect(record), response))
    return std::unexpected(*std::move(error));
  Reading reading(Side::Response);
  auto output = read_success(record, response, reading);
  if (reading.ok()) return output;
  return std::unexpected(wire::unreadable(response, reading.message()));
}

}  // namespace hikae::aws
