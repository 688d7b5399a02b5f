#include <fmt/format.h>

#include <algorithm>

#include "aws/wire.h"
#include "aws/wire/answer_errors.h"
#include "aws/wire/form_body.h"
#include "aws/wire/json_body.h"
#include "aws/wire/limits.h"
#include "aws/wire/request_check.h"
#include "aws/wire/rest.h"
#include "aws/wire/services.h"
#include "aws/wire/uri_template.h"
#include "aws/wire/xml_body.h"
#include "aws/wire/xml_text.h"

namespace hikae::aws {
namespace {

using table::Table;
using wire::Fault;
using wire::Pair;
using wire::Reading;
using wire::Side;

constexpr std::string_view kXmlDeclaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

// What every query request may have beside its operation's members.
bool is_common_parameter(const Pair& pair) {
  const auto& name = pair.first;
  return name == "Action" || name == "Version" || name.starts_with("X-Amz-") ||
         name == "ContextualErrors";
}

Value read_form_request(const table::Operation& record, const HttpRequest& request, Dialect dialect,
                        Reading& reading) {
  if (request.body.size() > wire::kFormBytes) {
    reading.fault(Fault::TooMuch,
                  fmt::format("the body has {} bytes, more than the {} that are read",
                              request.body.size(), wire::kFormBytes));
    return Object{};
  }
  std::vector<Pair> pairs, constants;
  wire::read_pairs(wire::constant_query(Table::linked().text(record.uri)), constants, reading);
  wire::read_pairs(request.query(), pairs, reading);
  std::erase_if(pairs, [&](const Pair& pair) {
    return std::ranges::find(constants, pair) != constants.end();
  });
  wire::read_pairs(request.body, pairs, reading);
  std::erase_if(pairs, is_common_parameter);
  const auto* shape = wire::input_of(record);
  if (!shape || !reading.ok()) return Object{};
  return wire::read_form(pairs, *shape,
                         dialect == Dialect::Ec2 ? wire::FormNames::Ec2 : wire::FormNames::Query,
                         reading);
}

Value read_json_request(const table::Operation& record, const HttpRequest& request, Dialect dialect,
                        Reading& reading) {
  auto body = wire::parse_json_body(request.body, reading);
  if (!reading.ok()) return Object{};
  if (!body.is_object()) {
    reading.fault(Fault::Malformed, "Start of structure or map found where not expected");
    return Object{};
  }
  const auto* shape = wire::input_of(record);
  if (!shape) return Object{};
  return wire::read_json_body(
      std::move(body), *shape, reading,
      dialect == Dialect::QueryAsJson ? wire::JsonNames::OfTheModel : wire::JsonNames::OnTheWire);
}

Value read_by_dialect(const Found& found, const table::Operation& record,
                      const HttpRequest& request, Reading& reading) {
  switch (found.dialect) {
    case Dialect::Ec2:
    case Dialect::Query: return read_form_request(record, request, found.dialect, reading);
    case Dialect::Json10:
    case Dialect::Json11:
    case Dialect::QueryAsJson: return read_json_request(record, request, found.dialect, reading);
    case Dialect::RestJson:
    case Dialect::RestXml:
    case Dialect::S3: return wire::read_rest_request(record, request, reading);
  }
  return Object{};
}

std::string_view code_of_fault(Dialect dialect, Fault fault) {
  if (fault == Fault::TooMuch) return "RequestEntityTooLarge";
  switch (dialect) {
    case Dialect::Ec2: return "InvalidParameterValue";
    case Dialect::Query: return fault == Fault::Malformed ? "MalformedInput" : "ValidationError";
    case Dialect::S3:
    case Dialect::RestXml: return fault == Fault::Malformed ? "MalformedXML" : "InvalidArgument";
    default: return "SerializationException";
  }
}

std::unexpected<Error> error_of_fault(Dialect dialect, const Reading& reading) {
  const auto fault = *reading.first();
  return fail(fault == Fault::TooMuch ? ErrorKind::Limit : ErrorKind::Invalid,
              str(code_of_fault(dialect, fault)), reading.message());
}

void ec2_answer(HttpResponse& response, const table::Operation& record, const Value& output,
                std::string_view request_id) {
  const auto& table = Table::linked();
  const auto name = str(table.text(record.name)) + "Response";
  response.body = kXmlDeclaration;
  wire::XmlElement root(response.body, name);
  root.attribute("xmlns", fmt::format("http://ec2.amazonaws.com/doc/{}/",
                                      table.text(wire::service_of(record).api_version)));
  root.content();
  wire::append_xml_element(response.body, "requestId", request_id);
  if (const auto* shape = wire::output_of(record))
    wire::append_xml_members(response.body, output, *shape, Side::Response);
  else
    response.body += "<return>true</return>";
  root.close();
}

void query_answer(HttpResponse& response, const table::Operation& record, const Value& output,
                  std::string_view request_id) {
  const auto& table = Table::linked();
  const auto name = str(table.text(record.name)) + "Response";
  response.body = kXmlDeclaration;
  wire::XmlElement root(response.body, name);
  if (const auto space = wire::service_of(record).xml_namespace)
    root.attribute("xmlns", table.text(space));
  root.content();
  if (const auto* shape = wire::output_of(record)) {
    const auto wrapper = table.text(record.result_wrapper);
    wire::XmlElement result(response.body, wrapper.empty() ? table.text(shape->name) : wrapper);
    result.content();
    wire::append_xml_members(response.body, output, *shape, Side::Response);
    result.close();
  }
  response.body += "<ResponseMetadata>";
  wire::append_xml_element(response.body, "RequestId", request_id);
  response.body += "</ResponseMetadata>";
  root.close();
}

void json_output(HttpResponse& response, const table::Operation& record, const Value& output,
                 Dialect dialect) {
  response.headers.emplace_back("Content-Type", dialect == Dialect::Json11
                                                    ? "application/x-amz-json-1.1"
                                                    : "application/x-amz-json-1.0");
  const auto* shape = wire::output_of(record);
  if (!shape) return;
  if (!output.is_object())
    response.body = "{}";
  else
    wire::append_json_body(
        response.body, output, *shape, Side::Response,
        dialect == Dialect::QueryAsJson ? wire::JsonNames::OfTheModel : wire::JsonNames::OnTheWire);
}

}  // namespace

Result<ReadInput> read_request(const Found& found, const HttpRequest& request) {
  const auto& record = wire::record_of(found.operation);
  if (found.operation.streams() && wire::takes_event_stream(record))
    return fail(ErrorKind::Unsupported,
                str(wire::usual_code(found.dialect, ErrorKind::Unsupported)),
                "this operation takes a stream of events, which hikae does not speak");
  Reading reading(Side::Request);
  auto input = read_by_dialect(found, record, request, reading);
  if (!reading.ok()) return error_of_fault(found.dialect, reading);
  TRY_DO(wire::check_request(found, input));
  return ReadInput{std::move(input), reading.take_ignored()};
}

HttpResponse write_response(const Found& found, const Value& output, std::string_view request_id) {
  const auto& record = wire::record_of(found.operation);
  HttpResponse response;
  switch (found.dialect) {
    case Dialect::Ec2: ec2_answer(response, record, output, request_id); break;
    case Dialect::Query: query_answer(response, record, output, request_id); break;
    case Dialect::Json10:
    case Dialect::Json11:
    case Dialect::QueryAsJson: json_output(response, record, output, found.dialect); break;
    case Dialect::RestJson:
    case Dialect::RestXml:
    case Dialect::S3: response = wire::write_rest_response(record, output); break;
  }
  if (found.dialect == Dialect::Ec2 || found.dialect == Dialect::Query)
    response.headers.emplace_back("Content-Type", "text/xml;charset=UTF-8");
  response.headers.emplace_back(
      found.dialect == Dialect::S3 ? "x-amz-request-id" : "x-amzn-RequestId", str(request_id));
  return response;
}

}  // namespace hikae::aws
