#include "service_compiler.h"

#include <algorithm>
#include <stdexcept>

#include "json_access.h"

namespace modelc {
namespace {

std::string_view view(const boost::json::value& value) {
  const auto& text = value.as_string();
  return {text.data(), text.size()};
}

table::Type type_of(std::string_view text) {
  static constexpr std::pair<std::string_view, table::Type> kTypes[] = {
      {"structure", table::Type::Structure},
      {"list", table::Type::List},
      {"map", table::Type::Map},
      {"string", table::Type::String},
      {"boolean", table::Type::Boolean},
      {"integer", table::Type::Integer},
      {"long", table::Type::Long},
      {"float", table::Type::Float},
      {"double", table::Type::Double},
      {"blob", table::Type::Blob},
      {"timestamp", table::Type::Timestamp}};
  for (const auto& [name, type] : kTypes)
    if (name == text) return type;
  throw std::runtime_error("unknown type \"" + std::string(text) + "\"");
}

table::Protocol protocol_of(std::string_view text) {
  if (text == "ec2") return table::Protocol::Ec2;
  if (text == "query") return table::Protocol::Query;
  if (text == "json") return table::Protocol::Json;
  if (text == "rest-json") return table::Protocol::RestJson;
  if (text == "rest-xml") return table::Protocol::RestXml;
  throw std::runtime_error("unknown protocol \"" + std::string(text) + "\"");
}

table::TimestampFormat timestamp_of(std::string_view text) {
  if (text.empty()) return table::TimestampFormat::Default;
  if (text == "iso8601") return table::TimestampFormat::Iso8601;
  if (text == "unixTimestamp") return table::TimestampFormat::Unix;
  if (text == "rfc822") return table::TimestampFormat::Rfc822;
  throw std::runtime_error("unknown timestamp format \"" + std::string(text) + "\"");
}

table::Location location_of(std::string_view text) {
  if (text.empty()) return table::Location::Body;
  if (text == "uri") return table::Location::Uri;
  if (text == "querystring") return table::Location::Query;
  if (text == "header") return table::Location::Header;
  if (text == "headers") return table::Location::Headers;
  if (text == "statusCode") return table::Location::StatusCode;
  throw std::runtime_error("unknown location \"" + std::string(text) + "\"");
}

std::uint16_t flags_of(
    const Object& object,
    std::initializer_list<std::pair<std::string_view, std::uint16_t>> named_flags) {
  std::uint16_t flags = 0;
  for (const auto& [name, flag] : named_flags)
    if (flag_at(object, name)) flags |= flag;
  return flags;
}

// Some models of botocore write a range as text.
bool bound(const Object& shape, std::string_view key, double& value) {
  const auto* found = shape.if_contains(key);
  if (!found) return false;
  value = found->is_string() ? std::stod(std::string(view(*found))) : found->to_number<double>();
  return true;
}

bool is_required(const Object& shape, std::string_view member) {
  const auto* required = list_at(shape, "required");
  return required && std::any_of(required->begin(), required->end(),
                                 [&](const auto& name) { return view(name) == member; });
}

}  // namespace

ServiceCompiler::ServiceCompiler(TableWriter& out, const Object& model, const Object* paginators)
    : out_(out),
      model_(model),
      paginators_(paginators),
      first_shape_(static_cast<std::uint32_t>(out.shapes.size())) {}

void ServiceCompiler::compile(std::string_view name) {
  const auto& metadata = need_object(model_, "metadata");
  const auto signing = text_at(metadata, "signingName");
  const auto prefix = need_text(metadata, "endpointPrefix");
  const auto& operations = need_object(model_, "operations");
  table::Service service{};
  service.name = out_.text(name);
  service.protocol_text = out_.text(need_text(metadata, "protocol"));
  service.protocol = protocol_of(need_text(metadata, "protocol"));
  service.json_version = out_.text(text_at(metadata, "jsonVersion"));
  service.target_prefix = out_.text(text_at(metadata, "targetPrefix"));
  service.api_version = out_.text(need_text(metadata, "apiVersion"));
  service.endpoint_prefix = out_.text(prefix);
  service.signing_name = out_.text(signing.empty() ? prefix : signing);
  service.signature_version = out_.text(text_at(metadata, "signatureVersion"));
  service.service_id = out_.text(text_at(metadata, "serviceId"));
  service.xml_namespace = out_.text(text_at(metadata, "xmlNamespace"));
  service.global_endpoint = out_.text(text_at(metadata, "globalEndpoint"));
  service.first_operation = static_cast<std::uint32_t>(out_.operations.size());
  service.operation_count = static_cast<std::uint32_t>(operations.size());
  out_.services.push_back(service);

  std::vector<std::pair<std::string, const boost::json::key_value_pair*>> sorted;
  for (const auto& entry : operations)
    sorted.emplace_back(table::spelling_key(entry.key()), &entry);
  std::sort(sorted.begin(), sorted.end());
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    if (i > 0 && sorted[i].first == sorted[i - 1].first)
      throw std::runtime_error("two operations are spelt " + sorted[i].first);
    add_operation(sorted[i].second->key(), sorted[i].second->value().as_object());
  }
  fill_shapes();
}

void ServiceCompiler::add_operation(std::string_view name, const Object& operation) {
  const Object none;
  const auto& http = need_object(operation, "http");
  const auto* input = object_at(operation, "input");
  const auto* output = object_at(operation, "output");
  const auto* endpoint = object_at(operation, "endpoint");
  const auto* checksum = object_at(operation, "httpChecksum");
  const auto* space = input ? object_at(*input, "xmlNamespace") : nullptr;
  table::Operation record{};
  record.name = out_.text(name);
  record.method = out_.text(need_text(http, "method"));
  record.uri = out_.text(need_text(http, "requestUri"));
  if (const auto* code = http.if_contains("responseCode"))
    record.response_code = code->to_number<std::uint16_t>();
  record.service = static_cast<std::uint32_t>(out_.services.size() - 1);
  record.input = input ? shape_of(*input, "shape") : table::kNone;
  record.output = output ? shape_of(*output, "shape") : table::kNone;
  record.token_member = out_.text(token_member(operation));
  record.result_wrapper = out_.text(text_at(output ? *output : none, "resultWrapper"));
  record.input_location_name = out_.text(text_at(input ? *input : none, "locationName"));
  record.input_xml_namespace = out_.text(text_at(space ? *space : none, "uri"));
  record.host_prefix = out_.text(text_at(endpoint ? *endpoint : none, "hostPrefix"));
  record.checksum_member =
      out_.text(text_at(checksum ? *checksum : none, "requestAlgorithmMember"));
  record.errors = failures(operation);
  record.page = page(name);
  record.flags = flags_of(operation, {{"idempotent", table::kIdempotent},
                                      {"httpChecksumRequired", table::kChecksumRequired}});
  if (checksum && flag_at(*checksum, "requestChecksumRequired"))
    record.flags |= table::kChecksumRequired;
  if (text_at(operation, "authtype") == "none") record.flags |= table::kNoAuth;
  if (text_at(operation, "authtype") == "v4-unsigned-body") record.flags |= table::kUnsignedBody;
  if (streams(operation, "input")) record.flags |= table::kStreamsIn;
  if (streams(operation, "output")) record.flags |= table::kStreamsOut;
  out_.operations.push_back(record);
}

const Object& ServiceCompiler::shape(std::string_view name) const {
  return need_object(need_object(model_, "shapes"), name);
}

std::uint32_t ServiceCompiler::shape_of(const Object& owner, std::string_view key) {
  return shape_id(need_text(owner, key));
}

std::uint32_t ServiceCompiler::shape_id(std::string_view name) {
  const auto next = first_shape_ + static_cast<std::uint32_t>(names_.size());
  const auto [it, fresh] = ids_.emplace(name, next);
  if (fresh) names_.emplace_back(name);
  return it->second;
}

// Filling a shape reaches others, which go to the end of the line.
void ServiceCompiler::fill_shapes() {
  for (std::size_t i = 0; i < names_.size(); ++i) {
    const std::string name = names_[i];
    fill_shape(first_shape_ + static_cast<std::uint32_t>(i), name, shape(name));
  }
}

void ServiceCompiler::fill_shape(std::uint32_t id, std::string_view name, const Object& shape) {
  table::Shape record{};
  record.name = out_.text(name);
  record.type = type_of(need_text(shape, "type"));
  record.timestamp = timestamp_of(text_at(shape, "timestampFormat"));
  record.flags = flags_of(shape, {{"union", table::kUnion},
                                  {"document", table::kDocument},
                                  {"eventstream", table::kEventStream},
                                  {"event", table::kEvent},
                                  {"exception", table::kException},
                                  {"sensitive", table::kSensitive},
                                  {"flattened", table::kShapeFlattened},
                                  {"wrapper", table::kWrapper}});
  record.payload = 0xffff;
  record.range = table::kNone;
  table::Range range{};
  if (bound(shape, "min", range.min)) record.flags |= table::kHasMin;
  if (bound(shape, "max", range.max)) record.flags |= table::kHasMax;
  if (record.flags & (table::kHasMin | table::kHasMax)) record.range = out_.range(range);
  switch (record.type) {
    case table::Type::Structure: fill_structure(record, shape); break;
    case table::Type::List: fill_elements(record, shape, {"member"}); break;
    case table::Type::Map: fill_elements(record, shape, {"key", "value"}); break;
    default: {
      const auto values = texts(shape, "enum");
      record.first = values.first;
      record.count = values.count;
    }
  }
  if (id != out_.shapes.size()) throw std::runtime_error("shapes are out of order");
  out_.shapes.push_back(record);
}

void ServiceCompiler::fill_structure(table::Shape& record, const Object& shape) {
  const auto payload = text_at(shape, "payload");
  record.first = static_cast<std::uint32_t>(out_.members.size());
  for (const auto& entry : need_object(shape, "members")) {
    if (entry.key() == payload) record.payload = static_cast<std::uint16_t>(record.count);
    auto made = member(entry.key(), entry.value().as_object());
    if (is_required(shape, entry.key())) made.flags |= table::kRequired;
    out_.members.push_back(made);
    ++record.count;
  }
}

void ServiceCompiler::fill_elements(table::Shape& record, const Object& shape,
                                    std::initializer_list<std::string_view> keys) {
  record.first = static_cast<std::uint32_t>(out_.members.size());
  record.count = static_cast<std::uint32_t>(keys.size());
  for (const auto key : keys) out_.members.push_back(member(key, need_object(shape, key)));
}

table::Member ServiceCompiler::member(std::string_view name, const Object& reference) {
  const auto& target = shape(need_text(reference, "shape"));
  const auto merged = [&](std::string_view key) {
    const auto own = text_at(reference, key);
    return own.empty() ? text_at(target, key) : own;
  };
  table::Member record{};
  record.name = out_.text(name);
  record.location_name = out_.text(merged("locationName"));
  record.shape = shape_of(reference, "shape");
  record.location = location_of(merged("location"));
  for (const auto* traits : {&reference, &target})
    record.flags |= flags_of(*traits, {{"idempotencyToken", table::kIdempotencyToken},
                                       {"jsonvalue", table::kJsonValue},
                                       {"flattened", table::kFlattened},
                                       {"streaming", table::kStreaming},
                                       {"xmlAttribute", table::kXmlAttribute},
                                       {"eventpayload", table::kEventPayload},
                                       {"hostLabel", table::kHostLabel}});
  const Object none;
  const auto* space = object_at(reference, "xmlNamespace");
  if (!space) space = object_at(target, "xmlNamespace");
  if (!space) space = &none;
  record.traits =
      out_.traits({out_.text(text_at(reference, "queryName")), out_.text(text_at(*space, "uri")),
                   out_.text(text_at(*space, "prefix"))});
  return record;
}

table::List ServiceCompiler::failures(const Object& operation) {
  std::vector<std::uint32_t> indices;
  const auto* errors = list_at(operation, "errors");
  for (std::size_t i = 0; errors && i < errors->size(); ++i) {
    const auto name = need_text((*errors)[i].as_object(), "shape");
    const auto next = static_cast<std::uint32_t>(out_.failures.size());
    const auto [it, fresh] = failure_ids_.emplace(name, next);
    indices.push_back(it->second);
    if (!fresh) continue;
    table::Failure failure{out_.text(name), shape_id(name), 0};
    if (const auto* error = object_at(shape(name), "error")) {
      if (const auto code = text_at(*error, "code"); !code.empty()) failure.code = out_.text(code);
      if (const auto* status = error->if_contains("httpStatusCode"))
        failure.http_status = status->to_number<std::uint32_t>();
    }
    out_.failures.push_back(failure);
  }
  return out_.list(indices);
}

std::uint32_t ServiceCompiler::page(std::string_view operation) {
  const auto* all = paginators_ ? object_at(*paginators_, "pagination") : nullptr;
  const auto* found = all ? object_at(*all, operation) : nullptr;
  if (!found) return table::kNone;
  out_.pages.push_back({texts(*found, "input_token"), texts(*found, "output_token"),
                        texts(*found, "result_key"), texts(*found, "non_aggregate_keys"),
                        out_.text(text_at(*found, "limit_key")),
                        out_.text(text_at(*found, "more_results"))});
  return static_cast<std::uint32_t>(out_.pages.size() - 1);
}

table::List ServiceCompiler::texts(const Object& owner, std::string_view key) {
  std::vector<std::uint32_t> items;
  if (const auto one = text_at(owner, key); !one.empty()) items.push_back(out_.text(one));
  if (const auto* list = list_at(owner, key))
    for (const auto& item : *list) items.push_back(out_.text(view(item)));
  return out_.list(items);
}

bool ServiceCompiler::streams(const Object& operation, std::string_view direction) const {
  const auto* reference = object_at(operation, direction);
  if (!reference) return false;
  const auto& top = shape(need_text(*reference, "shape"));
  const auto* members = object_at(top, "members");
  if (!members) return false;
  return std::any_of(members->begin(), members->end(), [&](const auto& entry) {
    const auto& member = entry.value().as_object();
    const auto& target = shape(need_text(member, "shape"));
    return flag_at(member, "streaming") || flag_at(target, "streaming") ||
           flag_at(target, "eventstream");
  });
}

std::string_view ServiceCompiler::token_member(const Object& operation) const {
  const auto* reference = object_at(operation, "input");
  if (!reference) return {};
  const auto* members = object_at(shape(need_text(*reference, "shape")), "members");
  for (auto it = members ? members->begin() : nullptr; members && it != members->end(); ++it)
    if (flag_at(it->value().as_object(), "idempotencyToken")) return it->key();
  return {};
}

}  // namespace modelc
