#include <fmt/format.h>

#include "aws/wire.h"
#include "aws/wire/answer_errors.h"
#include "aws/wire/header_value.h"
#include "aws/wire/services.h"
#include "aws/wire/xml_text.h"
#include "base/escape.h"

namespace hikae::aws {
namespace {

using wire::append_xml_element;
using wire::XmlElement;

constexpr std::string_view kErrorDeclaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/// What the model knows of an error.
struct Modelled {
  int status = 0;
  std::string_view shape;
  std::string_view message_name = "message";
  std::string_view space;  // the service's XML namespace
  std::string_view type_prefix;
};

Modelled modelled(const Operation& operation, std::string_view code) {
  const auto& table = table::Table::linked();
  const auto& record = wire::record_of(operation);
  const auto& service = wire::service_of(record);
  Modelled out;
  out.space = table.text(service.xml_namespace);
  if (const auto* row = wire::spoken_as_json_service(table.text(service.name)))
    out.type_prefix = row->type_prefix;
  for (const auto index : table.list(record.errors)) {
    const auto& failure = table.failure(index);
    const auto& shape = table.shape(failure.shape);
    if (table.text(failure.code) != code && table.text(shape.name) != code) continue;
    out.status = static_cast<int>(failure.http_status);
    out.shape = table.text(shape.name);
    if (table.find_member(shape, "Message")) out.message_name = "Message";
    return out;
  }
  return out;
}

std::string_view fault_word(int status) { return status >= 500 ? "Receiver" : "Sender"; }

std::string ec2_error(const Error& error, std::string_view request_id) {
  std::string out(kErrorDeclaration);
  out += "<Response><Errors><Error>";
  append_xml_element(out, "Code", error.code);
  append_xml_element(out, "Message", error.message);
  out += "</Error></Errors>";
  append_xml_element(out, "RequestID", request_id);
  out += "</Response>";
  return out;
}

std::string framed_error(const Error& error, std::string_view space, int status,
                         std::string_view request_id) {
  std::string out(kErrorDeclaration);
  XmlElement root(out, "ErrorResponse");
  if (!space.empty()) root.attribute("xmlns", space);
  root.content();
  out += "<Error>";
  append_xml_element(out, "Type", fault_word(status));
  append_xml_element(out, "Code", error.code);
  append_xml_element(out, "Message", error.message);
  out += "</Error>";
  append_xml_element(out, "RequestId", request_id);
  root.close();
  return out;
}

std::string s3_error(const Error& error, std::string_view request_id) {
  std::string out(kErrorDeclaration);
  out += "<Error>";
  append_xml_element(out, "Code", error.code);
  append_xml_element(out, "Message", error.message);
  append_xml_element(out, "RequestId", request_id);
  out += "</Error>";
  return out;
}

std::string json_error(std::string_view type, const Error& error, std::string_view message_name) {
  std::string out = "{\"__type\":";
  append_json_string(out, type);
  out += ',';
  append_json_string(out, message_name);
  out += ':';
  append_json_string(out, error.message);
  out += '}';
  return out;
}

void json_answer(HttpResponse& response, std::string_view content_type, const Error& error,
                 const Modelled& known, Dialect dialect) {
  const bool as_json = dialect == Dialect::QueryAsJson;
  const auto type =
      as_json && !known.shape.empty() ? str(known.type_prefix) + str(known.shape) : error.code;
  response.headers.emplace_back("Content-Type", str(content_type));
  if (dialect == Dialect::RestJson)
    response.headers.emplace_back("x-amzn-ErrorType", wire::made_to_fit_header(error.code));
  if (as_json)
    response.headers.emplace_back("x-amzn-query-error", wire::made_to_fit_header(error.code) + ";" +
                                                            str(fault_word(response.status)));
  response.body = json_error(type, error, known.message_name);
}

HttpResponse answer(Dialect dialect, const Error& error, const Modelled& known,
                    std::string_view request_id) {
  HttpResponse response;
  response.status = known.status ? known.status : wire::usual_status(dialect, error);
  const bool s3 = dialect == Dialect::S3;
  response.headers.emplace_back(s3 ? "x-amz-request-id" : "x-amzn-RequestId", str(request_id));
  switch (dialect) {
    case Dialect::Ec2: response.body = ec2_error(error, request_id); break;
    case Dialect::S3: response.body = s3_error(error, request_id); break;
    case Dialect::Query:
    case Dialect::RestXml:
      response.body = framed_error(error, known.space, response.status, request_id);
      break;
    case Dialect::RestJson: json_answer(response, "application/json", error, known, dialect); break;
    case Dialect::Json11:
      json_answer(response, "application/x-amz-json-1.1", error, known, dialect);
      break;
    case Dialect::Json10:
    case Dialect::QueryAsJson:
      json_answer(response, "application/x-amz-json-1.0", error, known, dialect);
      break;
  }
  if (!find_header(response.headers, "Content-Type"))
    response.headers.emplace_back("Content-Type",
                                  s3 ? "application/xml" : "text/xml;charset=UTF-8");
  return response;
}

}  // namespace

HttpResponse write_error(const Found& found, const Error& error, std::string_view request_id) {
  const auto told = wire::in_words_of(found.dialect, error);
  auto response = answer(found.dialect, told, modelled(found.operation, told.code), request_id);
  const auto& record = wire::record_of(found.operation);
  if (table::Table::linked().text(record.method) == "HEAD") response.body.clear();
  return response;
}

HttpResponse write_error(Dialect dialect, const Error& error, std::string_view request_id) {
  return answer(dialect, wire::in_words_of(dialect, error), {}, request_id);
}

}  // namespace hikae::aws
