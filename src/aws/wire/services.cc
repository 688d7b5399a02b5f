#include "aws/wire/services.h"

#include <algorithm>
#include <map>

namespace hikae::aws::wire {
namespace {

using Services = std::vector<const table::Service*>;

constexpr SpokenAsJson kSpokenAsJson[] = {
    {"sqs", "AmazonSQS", "com.amazonaws.sqs#"},
    {"cloudwatch", "GraniteServiceVersion20100801", "com.amazonaws.cloudwatch#"},
};

std::map<std::string_view, Services> services_by_signing_name() {
  const auto& all = table::Table::linked();
  std::map<std::string_view, Services> out;
  for (const auto& service : all.services()) {
    const auto own = all.text(service.name);
    out[""].push_back(&service);
    for (const auto name :
         {own, all.text(service.signing_name), all.text(service.endpoint_prefix)}) {
      auto& list = out[name];
      if (std::ranges::find(list, &service) != list.end()) continue;
      list.insert(own == name ? list.begin() : list.end(), &service);
    }
  }
  return out;
}

}  // namespace

const std::vector<const table::Service*>& services_signed_as(std::string_view name) {
  static const auto all = services_by_signing_name();
  static const Services none;
  const auto it = all.find(name);
  return it == all.end() ? none : it->second;
}

const SpokenAsJson* spoken_as_json(std::string_view target_prefix) {
  for (const auto& row : kSpokenAsJson)
    if (row.target_prefix == target_prefix) return &row;
  return nullptr;
}

const SpokenAsJson* spoken_as_json_service(std::string_view service) {
  for (const auto& row : kSpokenAsJson)
    if (row.service == service) return &row;
  return nullptr;
}

Dialect dialect_of_service(const table::Service& service) {
  const auto& all = table::Table::linked();
  switch (service.protocol) {
    case table::Protocol::Ec2: return Dialect::Ec2;
    case table::Protocol::Query: return Dialect::Query;
    case table::Protocol::Json:
      return all.text(service.json_version) == "1.0" ? Dialect::Json10 : Dialect::Json11;
    case table::Protocol::RestJson: return Dialect::RestJson;
    case table::Protocol::RestXml:
      return all.text(service.name) == "s3" ? Dialect::S3 : Dialect::RestXml;
  }
  return Dialect::Json11;
}

const table::Operation& record_of(const Operation& operation) {
  return table::Table::linked().operations()[operation.index()];
}

const table::Service& service_of(const table::Operation& record) {
  return table::Table::linked().services()[record.service];
}

const table::Shape* input_of(const table::Operation& record) {
  return record.input == table::kNone ? nullptr : &table::Table::linked().shape(record.input);
}

const table::Shape* output_of(const table::Operation& record) {
  return record.output == table::kNone ? nullptr : &table::Table::linked().shape(record.output);
}

}  // namespace hikae::aws::wire
