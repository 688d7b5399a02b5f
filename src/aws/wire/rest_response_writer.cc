#include "aws/wire/header_value.h"
#include "aws/wire/json_body.h"
#include "aws/wire/rest.h"
#include "aws/wire/scalar.h"
#include "aws/wire/services.h"
#include "aws/wire/xml_body.h"
#include "aws/wire/xml_text.h"

namespace hikae::aws::wire {
namespace {

using table::Location;
using table::Member;
using table::Protocol;
using table::Shape;

constexpr std::string_view kDeclaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

class RestResponseWriter {
 public:
  RestResponseWriter(const table::Operation& operation, const Shape& shape, const Value& output)
      : operation_(operation), shape_(shape), output_(output) {}

  HttpResponse write();

 private:
  void outside(const Member& member, const Value& value);
  void header_map(const Member& member, const Value& value);
  void body();
  void raw_body(const Member& payload);
  void json_body(const RestBody& body);
  void xml_body(const RestBody& body);
  void xml_root(std::string_view name, const Value& structure, const Shape& shape);
  [[nodiscard]] const Value* given(const Member& member) const;
  [[nodiscard]] std::string_view name_space() const;

  const table::Table& table_ = table::Table::linked();
  const table::Operation& operation_;
  const Shape& shape_;
  const Value& output_;
  HttpResponse response_;
};

HttpResponse RestResponseWriter::write() {
  response_.status = operation_.response_code ? operation_.response_code : 200;
  for (const auto& member : table_.members(shape_))
    if (const auto* value = given(member); value && member.location != Location::Body)
      outside(member, *value);
  const bool is_s3 = dialect_of_service(service_of(operation_)) == Dialect::S3;
  if (is_s3 && find_header(response_.headers, "Content-Range")) response_.status = 206;
  body();
  return std::move(response_);
}

const Value* RestResponseWriter::given(const Member& member) const {
  const auto* value = find(output_, table_.text(member.name));
  return value && !value->is_null() ? value : nullptr;
}

void RestResponseWriter::outside(const Member& member, const Value& value) {
  if (member.location == Location::StatusCode) {
    const auto status = int_of(value);
    if (status && *status >= 200 && *status <= 599) response_.status = static_cast<int>(*status);
  } else if (member.location == Location::Headers) {
    header_map(member, value);
  } else if (member.location == Location::Header) {
    response_.headers.emplace_back(str(wire_name(table_, member)),
                                   made_to_fit_header(header_text(value, member, Side::Response)));
  }
}

void RestResponseWriter::header_map(const Member& member, const Value& value) {
  if (!value.is_object()) return;
  const auto prefix = str(table_.text(member.location_name));
  const auto& element = table_.members(table_.shape(member.shape))[1];
  for (const auto& entry : value.get_object())
    if (fits_header(entry.key()))
      response_.headers.emplace_back(
          prefix + str(entry.key()),
          made_to_fit_header(header_text(entry.value(), element, Side::Response)));
}

void RestResponseWriter::body() {
  if (table_.text(operation_.method) == "HEAD") return;
  const auto body = rest_body(shape_);
  if (body.is_raw) return raw_body(*body.payload);
  if (service_of(operation_).protocol == Protocol::RestJson)
    json_body(body);
  else
    xml_body(body);
}

void RestResponseWriter::raw_body(const Member& payload) {
  const auto* value = given(payload);
  if (!value) return;
  append_scalar(response_.body, *value, table_.shape(payload.shape).type, TimeForm::IsoMs);
  if (!find_header(response_.headers, "Content-Type"))
    response_.headers.emplace_back("Content-Type", "application/octet-stream");
}

void RestResponseWriter::json_body(const RestBody& body) {
  if (!find_header(response_.headers, "Content-Type"))
    response_.headers.emplace_back("Content-Type", "application/json");
  const auto* payload = body.payload ? given(*body.payload) : nullptr;
  if (payload)
    append_json_body(response_.body, *payload, table_.shape(body.payload->shape), Side::Response);
  else if (body.payload || !output_.is_object())
    response_.body = "{}";
  else
    append_json_body(response_.body, output_, shape_, Side::Response);
  if (response_.status != 204) return;
  if (response_.body == "{}")
    response_.body.clear();
  else
    response_.status = 200;  // 204 has no body, and there is something to say
}

// S3's model has none, its answers do.
std::string_view RestResponseWriter::name_space() const {
  const auto& service = service_of(operation_);
  if (dialect_of_service(service) == Dialect::S3) return "http://s3.amazonaws.com/doc/2006-03-01/";
  return table_.text(service.xml_namespace);
}

void RestResponseWriter::xml_root(std::string_view name, const Value& structure,
                                  const Shape& shape) {
  response_.headers.emplace_back("Content-Type", "application/xml");
  response_.body = kDeclaration;
  XmlElement root(response_.body, name);
  if (const auto space = name_space(); !space.empty()) root.attribute("xmlns", space);
  root.content();
  append_xml_members(response_.body, structure, shape, Side::Response);
  root.close();
}

void RestResponseWriter::xml_body(const RestBody& body) {
  if (is_bare_root(operation_)) {
    response_.headers.emplace_back("Content-Type", "application/xml");
    response_.body = kDeclaration;
    XmlElement root(response_.body, "LocationConstraint");
    root.attribute("xmlns", name_space());
    root.content();
    append_xml_text(response_.body, text_at(output_, "LocationConstraint"));
    root.close();
  } else if (body.payload) {
    if (const auto* payload = given(*body.payload))
      xml_root(wire_name(table_, *body.payload), *payload, table_.shape(body.payload->shape));
  } else if (body.has_body_member && response_.status != 204) {
    xml_root(table_.text(shape_.name), output_, shape_);
  }
}

}  // namespace

HttpResponse write_rest_response(const table::Operation& operation, const Value& output) {
  if (const auto* shape = output_of(operation))
    return RestResponseWriter(operation, *shape, output).write();
  HttpResponse response;
  response.status = operation.response_code ? operation.response_code : 200;
  if (service_of(operation).protocol == Protocol::RestJson && response.status != 204)
    response.headers.emplace_back("Content-Type", "application/json");
  return response;
}

}  // namespace hikae::aws::wire
