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
using table::Type;

class RestResponseReader {
 public:
  RestResponseReader(const table::Operation& operation, const Shape& shape,
                     const HttpResponse& response, Reading& reading)
      : operation_(operation), shape_(shape), response_(response), reading_(reading) {}

  Value read();

 private:
  void body();
  void json_body(const RestBody& body);
  void xml_body(const RestBody& body);
  void outside(const Member& member);
  void header_map(const Member& member);
  Object& out() { return out_.get_object(); }

  const table::Table& table_ = table::Table::linked();
  const table::Operation& operation_;
  const Shape& shape_;
  const HttpResponse& response_;
  Reading& reading_;
  Value out_ = Object{};
};

Value RestResponseReader::read() {
  if (table_.text(operation_.method) != "HEAD") body();
  for (const auto& member : table_.members(shape_)) outside(member);
  return std::move(out_);
}

void RestResponseReader::outside(const Member& member) {
  const auto name = table_.text(member.name);
  switch (member.location) {
    case Location::StatusCode: out()[name] = response_.status; break;
    case Location::Headers: header_map(member); break;
    case Location::Header:
      if (const auto* text = find_header(response_.headers, wire_name(table_, member)))
        out()[name] = header_value(*text, member, reading_);
      break;
    default: break;
  }
}

void RestResponseReader::header_map(const Member& member) {
  const auto prefix = table_.text(member.location_name);
  const auto& element = table_.members(table_.shape(member.shape))[1];
  Object map;
  for (const auto& [name, text] : response_.headers)
    if (has_prefix(name, prefix))
      map[std::string_view(name).substr(prefix.size())] = header_value(text, element, reading_);
  out()[table_.text(member.name)] = std::move(map);
}

void RestResponseReader::body() {
  const auto body = rest_body(shape_);
  if (body.is_raw) {
    out()[table_.text(body.payload->name)] = response_.body;
    return;
  }
  if (response_.body.empty() || !body.has_body_member) return;
  if (service_of(operation_).protocol == Protocol::RestJson)
    json_body(body);
  else
    xml_body(body);
}

void RestResponseReader::json_body(const RestBody& body) {
  auto raw = parse_json_body(response_.body, reading_);
  if (!reading_.ok()) return;
  if (body.payload)
    out()[table_.text(body.payload->name)] =
        read_json_body(std::move(raw), table_.shape(body.payload->shape), reading_);
  else if (raw.is_object())
    out_ = read_json_body(std::move(raw), shape_, reading_);
  else
    reading_.fault(Fault::Malformed, "the body is JSON, but no object");
}

void RestResponseReader::xml_body(const RestBody& body) {
  pugi::xml_document document;
  const auto root = parse_xml(response_.body, document, reading_);
  if (!root) return;
  if (is_bare_root(operation_)) {
    if (auto text = xml_text(root); !text.empty()) out()["LocationConstraint"] = text;
  } else if (body.payload) {
    out()[table_.text(body.payload->name)] =
        read_xml_members(root, table_.shape(body.payload->shape), reading_);
  } else {
    out_ = read_xml_members(root, shape_, reading_);
  }
}

}  // namespace

Value read_rest_response(const table::Operation& operation, const HttpResponse& response,
                         Reading& reading) {
  const auto* shape = output_of(operation);
  if (!shape) return Object{};
  return RestResponseReader(operation, *shape, response, reading).read();
}

}  // namespace hikae::aws::wire
