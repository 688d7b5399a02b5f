#include "aws/wire/request_check.h"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "aws/wire/form_names.h"
#include "aws/wire/limits.h"
#include "aws/wire/scalar.h"
#include "aws/wire/services.h"
#include "base/escape.h"
#include "text/code_points.h"
#include "text/json.h"

namespace hikae::aws::wire {
namespace {

using table::Member;
using table::Shape;
using table::Type;

constexpr std::size_t kViolationsTold = 10;

/// One thing that is wrong. `name` is the member's in the parameter of ec2 and query.
struct Violation {
  std::string path;  // "targets.1.member.key"
  std::string name;
  std::string value;       // "null" where it is missing
  std::string constraint;  // "Member must not be null"
  bool missing = false;
};

class RequestCheck {
 public:
  explicit RequestCheck(FormNames names) : names_(names) {}
  void structure(const Value& value, const Shape& shape, const std::string& path, int depth);
  [[nodiscard]] const std::vector<Violation>& found() const { return found_; }

 private:
  void member(const Value& value, const Member& member, const std::string& path, int depth);
  void bounds(const Value& value, const Member& member, const std::string& path);
  void report(Violation violation);

  const table::Table& table_ = table::Table::linked();
  FormNames names_;
  std::vector<Violation> found_;
};

std::string lower_first(std::string_view name) {
  std::string out(name);
  if (!out.empty() && out[0] >= 'A' && out[0] <= 'Z') out[0] = static_cast<char>(out[0] + 32);
  return out;
}

std::string parameter_name(const Member& member, FormNames names) {
  std::string out;
  form_name(table::Table::linked(), member, names).append_to(out);
  return out;
}

std::string shown_value(const Value& value) {
  if (value.is_array() && value.get_array().empty()) return "[]";
  if (value.is_string()) return printable(text_of(value).substr(0, kShownBytes));
  return printable(std::string_view(text::to_json(value)).substr(0, kShownBytes));
}

void RequestCheck::report(Violation violation) {
  if (found_.size() < kViolationsTold) found_.push_back(std::move(violation));
}

void RequestCheck::structure(const Value& value, const Shape& shape, const std::string& path,
                             int depth) {
  if (depth > kDepth) return;
  const auto below = [&](const Member& member) {
    const auto name = lower_first(table_.text(member.name));
    return path.empty() ? name : path + "." + name;
  };
  for (const auto& needed : table_.members(shape)) {
    if (!(needed.flags & table::kRequired) || find(value, table_.text(needed.name))) continue;
    report(
        {below(needed), parameter_name(needed, names_), "null", "Member must not be null", true});
  }
  if (!value.is_object()) return;
  MemberCursor cursor(table_, shape);
  for (const auto& entry : value.get_object())
    if (const auto* known = cursor.by_name(entry.key()))
      member(entry.value(), *known, below(*known), depth);
}

void RequestCheck::member(const Value& value, const Member& member, const std::string& path,
                          int depth) {
  const auto& shape = table_.shape(member.shape);
  if ((shape.flags & table::kDocument) || (member.flags & table::kJsonValue)) return;
  bounds(value, member, path);
  if (shape.type == Type::Structure) return structure(value, shape, path, depth + 1);
  if (shape.type == Type::List && value.is_array()) {
    std::size_t index = 0;
    for (const auto& item : value.get_array())
      this->member(item, table_.members(shape)[0], fmt::format("{}.{}.member", path, ++index),
                   depth + 1);
  }
  if (shape.type == Type::Map && value.is_object())
    for (const auto& entry : value.get_object())
      this->member(entry.value(), table_.members(shape)[1],
                   fmt::format("{}.{}.member", path, printable(entry.key())), depth + 1);
}

void RequestCheck::bounds(const Value& value, const Member& member, const std::string& path) {
  const auto& shape = table_.shape(member.shape);
  if (!(shape.flags & table::kHasMin)) return;
  const auto least = table_.range(shape).min;
  const auto too_short = [&](std::size_t length) {
    if (static_cast<double>(length) < least)
      report({path, parameter_name(member, names_), shown_value(value),
              fmt::format("Member must have length greater than or equal to {}", least)});
  };
  if (value.is_array()) too_short(value.get_array().size());
  if (shape.type == Type::String && value.is_string())
    too_short(text::code_points(text_of(value)).size());
  if (value.is_number() && value.to_number<double>() < least)
    report({path, parameter_name(member, names_), shown_value(value),
            fmt::format("Member must have value greater than or equal to {}", least)});
}

// "1 validation error detected: Value null at 'name' failed to satisfy constraint: Member must not
// be null", as the services built on AWS's own framework say it.
std::string all_in_one(const std::vector<Violation>& found) {
  std::string out =
      fmt::format("{} validation error{} detected: ", found.size(), found.size() == 1 ? "" : "s");
  for (std::size_t i = 0; i < found.size(); ++i) {
    const auto value = found[i].missing ? str("null") : "'" + found[i].value + "'";
    out += fmt::format("{}Value {} at '{}' failed to satisfy constraint: {}", i ? "; " : "", value,
                       found[i].path, found[i].constraint);
  }
  return out;
}

std::unexpected<Error> as_parameter(const Violation& first) {
  if (first.missing)
    return fail(ErrorKind::Invalid, "MissingParameter",
                fmt::format("The request must contain the parameter {}", first.name));
  return fail(ErrorKind::Invalid, "InvalidParameterValue",
              fmt::format("Value ({}) for parameter {} is invalid. {}.", first.value, first.name,
                          first.constraint));
}

}  // namespace

Result<> check_request(const Found& found, const Value& input) {
  const auto* shape = input_of(record_of(found.operation));
  if (!shape) return {};
  const bool by_parameter = found.dialect == Dialect::Ec2 || found.operation.service() == "sqs";
  RequestCheck check(found.dialect == Dialect::Ec2 ? FormNames::Ec2 : FormNames::Query);
  check.structure(input, *shape, "", 0);
  if (check.found().empty()) return {};
  if (by_parameter) return as_parameter(check.found().front());
  const auto code = found.dialect == Dialect::Query ? "ValidationError"
                    : found.dialect == Dialect::S3 || found.dialect == Dialect::RestXml
                        ? "InvalidRequest"
                        : "ValidationException";
  return fail(ErrorKind::Invalid, code, all_in_one(check.found()));
}

bool takes_event_stream(const table::Operation& operation) {
  const auto& table = table::Table::linked();
  const auto* shape = input_of(operation);
  if (!shape) return false;
  for (const auto& member : table.members(*shape))
    if (table.shape(member.shape).flags & table::kEventStream) return true;
  return false;
}

}  // namespace hikae::aws::wire
