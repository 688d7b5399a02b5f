#include "aws/model.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string>

#include "aws/nearest.h"
#include "aws/table.h"
#include "base/escape.h"

namespace hikae::aws {
namespace {

using table::Table;

const table::Operation& record_of(std::uint32_t index) {
  return Table::linked().operations()[index];
}

std::string lower_case(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return out;
}

template <class Records>
std::unexpected<Error> not_known(std::string_view what, std::string_view wanted,
                                 const Records& records) {
  Nearest nearest(wanted);
  for (const auto& record : records) nearest.offer(Table::linked().text(record.name));
  return fail(ErrorKind::Unsupported, "UnknownOperationException",
              fmt::format("{} \"{}\"{}", what, printable(wanted), nearest.hint()));
}

}  // namespace

std::string_view Operation::service() const {
  const auto& all = Table::linked();
  return all.text(all.services()[record_of(index_).service].name);
}

std::string_view Operation::name() const { return Table::linked().text(record_of(index_).name); }

std::string_view Operation::token_member() const {
  return Table::linked().text(record_of(index_).token_member);
}

bool Operation::streams() const {
  return (record_of(index_).flags & (table::kStreamsIn | table::kStreamsOut)) != 0;
}

const Model& Model::get() {
  static const Model model;
  return model;
}

Result<Operation> Model::find(std::string_view service, std::string_view operation) const {
  const auto& all = Table::linked();
  const auto* found_service = all.find_service(lower_case(service));
  if (!found_service) return not_known("there is no AWS service", service, all.services());
  const auto* found = all.find_operation(*found_service, operation);
  if (!found)
    return not_known(fmt::format("the service {} has no operation", all.text(found_service->name)),
                     operation, all.operations_of(*found_service));
  return this->operation(static_cast<std::uint32_t>(found - all.operations().data()));
}

Operation Model::operation(std::uint32_t index) const {
  Operation out;
  out.index_ = index;
  return out;
}

bool Model::knows_service(std::string_view service) const {
  return Table::linked().find_service(lower_case(service)) != nullptr;
}

std::size_t Model::service_count() const { return Table::linked().services().size(); }
std::size_t Model::operation_count() const { return Table::linked().operations().size(); }

}  // namespace hikae::aws
