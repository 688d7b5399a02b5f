#include <algorithm>

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

class RestRequestReader {
 public:
  RestRequestReader(const table::Operation& operation, const Shape& shape,
                    const HttpRequest& request, Reading& reading)
      : operation_(operation), shape_(shape), request_(request), reading_(reading) {}

  Value read();

 private:
  void labels();
  void query();
  void query_member(const Member& member, Object& into);
  void query_map(const Member& member);
  void headers();
  void header_map(const Member& member);
  void body();
  void raw_body(const Member& payload);
  void json_body(const RestBody& body);
  void xml_body(const RestBody& body);
  Object& out() { return out_.get_object(); }
  [[nodiscard]] bool is_json() const {
    return service_of(operation_).protocol == Protocol::RestJson;
  }

  const table::Table& table_ = table::Table::linked();
  const table::Operation& operation_;
  const Shape& shape_;
  const HttpRequest& request_;
  Reading& reading_;
  Value out_ = Object{};
  std::vector<Pair> query_;
  std::vector<bool> used_;
};

Value RestRequestReader::read() {
  body();
  labels();
  query();
  headers();
  return std::move(out_);
}

void RestRequestReader::labels() {
  const auto s3 = dialect_of_service(service_of(operation_)) == Dialect::S3;
  const auto path = s3 ? s3_path(request_) : str(request_.path());
  const auto match = match_path(table_.text(operation_.uri), path);
  if (!match) return;
  for (const auto& member : table_.members(shape_)) {
    if (member.location != Location::Uri) continue;
    for (const auto& [name, text] : match->labels)
      if (name == wire_name(table_, member))
        out()[table_.text(member.name)] =
            scalar_from(text, table_.shape(member.shape), table_.text(member.name), reading_);
  }
}

// A map takes what no other member and no constant of the template has taken.
void RestRequestReader::query() {
  read_pairs(request_.query(), query_, reading_);
  used_.assign(query_.size(), false);
  std::vector<Pair> constants;
  read_pairs(constant_query(table_.text(operation_.uri)), constants, reading_);
  for (std::size_t i = 0; i < query_.size(); ++i)
    used_[i] = std::ranges::find(constants, query_[i].first, &Pair::first) != constants.end() ||
               query_[i].first.starts_with("X-Amz-") || query_[i].first == "x-id";
  const Member* map = nullptr;
  for (const auto& member : table_.members(shape_)) {
    if (member.location != Location::Query) continue;
    if (table_.shape(member.shape).type == Type::Map)
      map = &member;
    else
      query_member(member, out());
  }
  if (map) query_map(*map);
  for (std::size_t i = 0; i < query_.size(); ++i)
    if (!used_[i]) reading_.ignore(query_[i].first);
}

void RestRequestReader::query_member(const Member& member, Object& into) {
  const auto& shape = table_.shape(member.shape);
  const auto wire = wire_name(table_, member), name = table_.text(member.name);
  Array list;
  for (std::size_t i = 0; i < query_.size(); ++i) {
    if (query_[i].first != wire) continue;
    used_[i] = true;
    if (shape.type == Type::List)
      list.push_back(scalar_from(query_[i].second, table_.shape(table_.members(shape)[0].shape),
                                 name, reading_));
    else
      into[name] = scalar_from(query_[i].second, shape, name, reading_);
  }
  if (!list.empty()) into[name] = std::move(list);
}

void RestRequestReader::query_map(const Member& member) {
  const auto& element = table_.shape(table_.members(table_.shape(member.shape))[1].shape);
  Object map;
  for (std::size_t i = 0; i < query_.size(); ++i) {
    if (used_[i]) continue;
    used_[i] = true;
    auto& entry = map[query_[i].first];
    if (element.type != Type::List) {
      entry = scalar_from(query_[i].second, element, query_[i].first, reading_);
      continue;
    }
    if (entry.is_null()) entry.emplace_array();
    entry.get_array().emplace_back(query_[i].second);
  }
  if (!map.empty()) out()[table_.text(member.name)] = std::move(map);
}

void RestRequestReader::headers() {
  for (const auto& member : table_.members(shape_)) {
    if (member.location == Location::Headers) header_map(member);
    if (member.location != Location::Header) continue;
    if (const auto* text = find_header(request_.headers, wire_name(table_, member)))
      out()[table_.text(member.name)] = header_value(*text, member, reading_);
  }
}

void RestRequestReader::header_map(const Member& member) {
  const auto prefix = table_.text(member.location_name);
  const auto& element = table_.members(table_.shape(member.shape))[1];
  Object map;
  for (const auto& [name, text] : request_.headers)
    if (has_prefix(name, prefix))
      map[std::string_view(name).substr(prefix.size())] = header_value(text, element, reading_);
  if (!map.empty()) out()[table_.text(member.name)] = std::move(map);
}

void RestRequestReader::body() {
  const auto body = rest_body(shape_);
  if (body.is_raw) return raw_body(*body.payload);
  if (request_.body.empty() || !body.has_body_member) return;
  if (is_json())
    json_body(body);
  else
    xml_body(body);
}

void RestRequestReader::raw_body(const Member& payload) {
  if (!request_.body.empty()) out()[table_.text(payload.name)] = request_.body;
}

// Clients write "{}" also where they have nothing to say: then an optional payload is absent.
void RestRequestReader::json_body(const RestBody& body) {
  auto raw = parse_json_body(request_.body, reading_);
  if (!reading_.ok()) return;
  if (!body.payload) {
    out_ = read_json_body(std::move(raw), shape_, reading_);
    if (!out_.is_object()) out_ = Object{};
    return;
  }
  const bool is_empty = raw.is_object() && raw.get_object().empty();
  if (is_empty && !(body.payload->flags & table::kRequired)) return;
  out()[table_.text(body.payload->name)] =
      read_json_body(std::move(raw), table_.shape(body.payload->shape), reading_);
}

void RestRequestReader::xml_body(const RestBody& body) {
  pugi::xml_document document;
  const auto root = parse_xml(request_.body, document, reading_);
  if (!root) return;
  if (body.payload)
    out()[table_.text(body.payload->name)] =
        read_xml_members(root, table_.shape(body.payload->shape), reading_);
  else
    out_ = read_xml_members(root, shape_, reading_);
}

}  // namespace

Value read_rest_request(const table::Operation& operation, const HttpRequest& request,
                        Reading& reading) {
  const auto* shape = input_of(operation);
  if (!shape) return Object{};
  return RestRequestReader(operation, *shape, request, reading).read();
}

}  // namespace hikae::aws::wire
