#include <fmt/format.h>

#include "aws/aws_chunked.h"
#include "aws/wire/header_value.h"
#include "aws/wire/json_body.h"
#include "aws/wire/percent.h"
#include "aws/wire/rest.h"
#include "aws/wire/scalar.h"
#include "aws/wire/services.h"
#include "aws/wire/uri_template.h"
#include "aws/wire/xml_body.h"
#include "aws/wire/xml_text.h"

namespace hikae::aws::wire {
namespace {

using table::Location;
using table::Member;
using table::Protocol;
using table::Shape;
using table::Type;

class RestRequestWriter {
 public:
  RestRequestWriter(const table::Operation& operation, const Value& input)
      : operation_(operation), input_(input), shape_(input_of(operation)) {}

  Result<HttpRequest> write();

 private:
  Result<> members();
  Result<> header(std::string name, std::string text);
  Result<> header_map(const Value& value, const Member& member);
  void query(const Value& value, const Member& member);
  void query_pair(std::string_view name, std::string_view text);
  Result<std::string> path();
  void body();
  void json_body(const RestBody& body);
  void xml_body(const RestBody& body);
  void content_type();
  void checksum();
  [[nodiscard]] const Value* given(const Member& member) const;
  [[nodiscard]] std::string scalar(const Value& value, const Member& member) const;
  [[nodiscard]] bool is_json() const {
    return service_of(operation_).protocol == Protocol::RestJson;
  }

  const table::Table& table_ = table::Table::linked();
  const table::Operation& operation_;
  const Value& input_;
  const Shape* shape_;
  HttpRequest request_;
  std::string query_;
};

std::unexpected<Error> does_not_fit(std::string_view what, std::string_view why) {
  return fail(ErrorKind::Invalid, "ParamValidation",
              fmt::format("Parameter validation failed: {} {}", what, why));
}

Result<HttpRequest> RestRequestWriter::write() {
  request_.method = table_.text(operation_.method);
  if (shape_) {
    TRY_DO(members());
    body();
    checksum();
  }
  request_.target = TRY(path());
  if (query_.empty()) return std::move(request_);
  request_.target += request_.target.find('?') == std::string::npos ? '?' : '&';
  request_.target += query_;
  return std::move(request_);
}

const Value* RestRequestWriter::given(const Member& member) const {
  const auto* value = find(input_, table_.text(member.name));
  return value && !value->is_null() ? value : nullptr;
}

// In the value's order, as other clients do.
Result<> RestRequestWriter::members() {
  if (!input_.is_object()) return {};
  for (const auto& entry : input_.get_object()) {
    const auto* member = table_.find_member(*shape_, entry.key());
    if (!member || entry.value().is_null()) continue;
    const auto& value = entry.value();
    switch (member->location) {
      case Location::Query: query(value, *member); break;
      case Location::Headers: TRY_DO(header_map(value, *member)); break;
      case Location::Header:
        if (value.is_array() && value.get_array().empty()) break;
        TRY_DO(header(str(wire_name(table_, *member)), header_text(value, *member, Side::Request)));
        break;
      default: break;
    }
  }
  return {};
}

Result<> RestRequestWriter::header(std::string name, std::string text) {
  if (name.empty() || !fits_header(name) || name.find_first_of(" :") != std::string::npos)
    return does_not_fit(name, "is no name of a header");
  if (!fits_header(text)) return does_not_fit(name, "holds a character that no header can hold");
  request_.headers.emplace_back(std::move(name), std::move(text));
  return {};
}

Result<> RestRequestWriter::header_map(const Value& value, const Member& member) {
  if (!value.is_object()) return {};
  const auto prefix = str(table_.text(member.location_name));
  const auto& element = table_.members(table_.shape(member.shape))[1];
  for (const auto& entry : value.get_object())
    TRY_DO(header(prefix + str(entry.key()), header_text(entry.value(), element, Side::Request)));
  return {};
}

std::string RestRequestWriter::scalar(const Value& value, const Member& member) const {
  const auto& shape = table_.shape(member.shape);
  std::string text;
  append_scalar(text, value, shape.type, time_form(shape.timestamp, TimeForm::Iso, TimeForm::Iso));
  return text;
}

void RestRequestWriter::query(const Value& value, const Member& member) {
  const auto& shape = table_.shape(member.shape);
  if (shape.type == Type::List && value.is_array()) {
    for (const auto& item : value.get_array())
      query_pair(wire_name(table_, member), scalar(item, table_.members(shape)[0]));
  } else if (shape.type == Type::Map && value.is_object()) {
    const auto& element = table_.members(shape)[1];
    for (const auto& entry : value.get_object()) {
      if (entry.value().is_array())
        for (const auto& item : entry.value().get_array())
          query_pair(entry.key(), scalar(item, table_.members(table_.shape(element.shape))[0]));
      else
        query_pair(entry.key(), scalar(entry.value(), element));
    }
  } else {
    query_pair(wire_name(table_, member), scalar(value, member));
  }
}

void RestRequestWriter::query_pair(std::string_view name, std::string_view text) {
  if (!query_.empty()) query_ += '&';
  append_encoded(query_, name, Encode::Component);
  query_ += '=';
  append_encoded(query_, text, Encode::Component);
}

Result<std::string> RestRequestWriter::path() {
  std::string missing;
  auto target = fill_uri(
      table_.text(operation_.uri), [&](std::string_view label, bool greedy, std::string& out) {
        for (const auto& member : shape_ ? table_.members(*shape_) : std::span<const Member>()) {
          if (member.location != Location::Uri || wire_name(table_, member) != label) continue;
          const auto* value = given(member);
          const auto text = value ? scalar(*value, member) : std::string();
          if (text.empty()) missing = table_.text(member.name);
          return append_encoded(out, text, greedy ? Encode::Path : Encode::Component);
        }
      });
  if (missing.empty()) return target;
  return does_not_fit(missing, "stands in the path and must not be empty");
}

void RestRequestWriter::body() {
  const auto body = rest_body(*shape_);
  const auto* payload = body.payload ? given(*body.payload) : nullptr;
  if (body.is_raw) {
    if (payload) request_.body = scalar(*payload, *body.payload);
    return;
  }
  if (is_json())
    json_body(body);
  else
    xml_body(body);
  content_type();
}

void RestRequestWriter::json_body(const RestBody& body) {
  if (body.payload) {
    const auto* payload = given(*body.payload);
    if (payload)
      append_json_body(request_.body, *payload, table_.shape(body.payload->shape), Side::Request);
    else
      request_.body = "{}";
  } else if (body.has_body_member) {
    append_json_body(request_.body, input_, *shape_, Side::Request);
  }
}

void RestRequestWriter::xml_body(const RestBody& body) {
  if (body.payload) {
    if (const auto* payload = given(*body.payload))
      append_xml_member(request_.body, *payload, *body.payload, wire_name(table_, *body.payload),
                        Side::Request);
    return;
  }
  std::string members;
  append_xml_members(members, input_, *shape_, Side::Request);
  if (members.empty()) return;
  const auto root = operation_.input_location_name ? operation_.input_location_name : shape_->name;
  XmlElement element(request_.body, table_.text(root));
  if (operation_.input_xml_namespace)
    element.attribute("xmlns", table_.text(operation_.input_xml_namespace));
  element.content();
  request_.body += members;
  element.close();
}

void RestRequestWriter::content_type() {
  if (request_.body.empty() || find_header(request_.headers, "Content-Type")) return;
  request_.headers.emplace_back("Content-Type", is_json() ? "application/json" : "application/xml");
}

// S3 refuses a few operations without one; any of its kinds will do.
void RestRequestWriter::checksum() {
  if (!(operation_.flags & table::kChecksumRequired) || !operation_.checksum_member) return;
  for (const auto& [name, text] : request_.headers)
    if (has_prefix(name, "x-amz-checksum-") || has_prefix(name, "Content-MD5")) return;
  request_.headers.emplace_back("x-amz-checksum-sha256", checksum_of("sha256", request_.body));
}

}  // namespace

Result<HttpRequest> write_rest_request(const table::Operation& operation, const Value& input) {
  return RestRequestWriter(operation, input).write();
}

}  // namespace hikae::aws::wire
