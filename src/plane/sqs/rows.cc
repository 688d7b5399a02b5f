#include "plane/sqs/rows.h"

#include <set>

namespace hikae::plane::sqs {
namespace {

std::unexpected<Error> no_queue() {
  return fail(ErrorKind::NotFound, "AWS.SimpleQueueService.NonExistentQueue",
              "The specified queue does not exist for this wsdl version.");
}

/// What stands behind the last slash, which goes too.
std::string_view take_segment(std::string_view& path) {
  const auto slash = path.rfind('/');
  const auto segment = slash == std::string_view::npos ? path : path.substr(slash + 1);
  path = path.substr(0, slash == std::string_view::npos ? 0 : slash);
  return segment;
}

std::unexpected<Error> batch_error(const char* code, std::string message) {
  return aws::aws_error(std::string("AWS.SimpleQueueService.") + code, std::move(message));
}

}  // namespace

std::string url_of(std::string_view base, const Scope& scope, std::string_view name) {
  return str(base) + "/" + scope.account + "/" + str(name);
}

Result<const Value*> queue_of(const Ask& ask) {
  auto url = text_at(ask.input, "QueueUrl");
  if (url.empty()) return missing_parameter("QueueUrl");
  const auto name = take_segment(url);
  const auto account = take_segment(url);
  if (!is_name(name, "-_.", 80) || account.empty())
    return aws::aws_error("InvalidAddress", "The address " + str(text_at(ask.input, "QueueUrl")) +
                                                " is not valid for this endpoint.");
  if (account != ask.scope.account) return no_queue();
  return queue_named(ask, name);
}

Result<const Value*> queue_named(const Ask& ask, std::string_view name) {
  if (const auto* queue = ask.row(kQueueRows, name)) return queue;
  return no_queue();
}

std::string_view name_of_arn(const Scope& scope, std::string_view arn) {
  const auto parts = parts_of_arn(arn);
  const bool is_here = parts.service == "sqs" && parts.region == scope.region &&
                       parts.account == scope.account && is_name(parts.resource, "-_.", 80);
  return is_here ? parts.resource : std::string_view();
}

std::unexpected<Error> wrong_parameter(std::string_view parameter, std::string_view value,
                                       std::string_view why) {
  return aws::aws_error("InvalidParameterValue", "Value " + str(value.substr(0, 200)) +
                                                     " for parameter " + str(parameter) +
                                                     " is invalid. Reason: " + str(why));
}

std::unexpected<Error> missing_parameter(std::string_view parameter) {
  return aws::aws_error("MissingParameter",
                        "The request must contain the parameter " + str(parameter) + ".");
}

Result<std::int64_t> bounded(const Value& input, std::string_view parameter, std::int64_t least,
                             std::int64_t most, std::int64_t otherwise) {
  const auto value = int_at(input, parameter);
  if (!value) return otherwise;
  if (*value >= least && *value <= most) return *value;
  return wrong_parameter(
      parameter, std::to_string(*value),
      "Must be >= " + std::to_string(least) + " and <= " + std::to_string(most) + ", if provided.");
}

Result<> check_entries(const Array& entries) {
  if (entries.empty())
    return batch_error("EmptyBatchRequest", "There should be at least one entry in the request.");
  if (entries.size() > kBatchEntries)
    return batch_error("TooManyEntriesInBatchRequest",
                       "Maximum number of entries per request are 10. You have sent " +
                           std::to_string(entries.size()) + ".");
  std::set<std::string, std::less<>> ids;
  for (const auto& entry : entries) {
    const auto id = text_at(entry, "Id");
    if (!is_name(id, "-_", 80))
      return batch_error("InvalidBatchEntryId",
                         "A batch entry id can only contain alphanumeric characters, hyphens and "
                         "underscores. It can be at most 80 letters long.");
    if (!ids.insert(str(id)).second)
      return batch_error("BatchEntryIdsNotDistinct", "Id " + str(id) + " repeated.");
  }
  return {};
}

void BatchAnswer::add(const Value& entry, Result<Value> answer) {
  const auto id = text_at(entry, "Id");
  if (answer) {
    auto shown = answer->is_object() ? answer->get_object() : Object();
    shown["Id"] = id;
    successful_.push_back(std::move(shown));
    return;
  }
  failed_.push_back(Object{{"Id", id},
                           {"SenderFault", answer.error().kind != ErrorKind::Throttled},
                           {"Code", answer.error().code},
                           {"Message", answer.error().message}});
}

Value BatchAnswer::take() {
  Object answer;
  if (!successful_.empty()) answer["Successful"] = std::move(successful_);
  if (!failed_.empty()) answer["Failed"] = std::move(failed_);
  return answer;
}

}  // namespace hikae::plane::sqs
