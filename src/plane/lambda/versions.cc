// Published versions: a function's code and configuration as they were; and its concurrency.
#include <algorithm>
#include <charconv>

#include "plane/lambda/lambda.h"
#include "plane/lambda/rows.h"
#include "text/json.h"

namespace hikae::plane {
namespace lambda {
namespace {

constexpr std::size_t kVersionsOfFunction = 1000;
constexpr std::int64_t kConcurrencyLeft = 900;  // of 1,000, 100 stay for all other functions

std::string version_row(std::string_view name, std::int64_t version) {
  const auto digits = std::to_string(version);
  return str(name) + ":" + std::string(10 - std::min<std::size_t>(10, digits.size()), '0') + digits;
}

std::vector<const Value*> versions_of_function(const Ask& ask, std::string_view name) {
  std::vector<const Value*> found;
  const auto prefix = str(name) + ":";
  const auto& rows = ask.rows(kVersionRows);
  for (auto at = rows.lower_bound(prefix); at != rows.end() && at->first.starts_with(prefix); ++at)
    found.push_back(&at->second);
  return found;
}

/// What makes two versions differ.
std::string substance_of(const Value& configuration) {
  auto members = configuration.get_object();
  for (const auto* member : {"Version", "FunctionArn", "LastModified", "RevisionId", "Description"})
    members.erase(member);
  return text::to_canonical_json(members);
}

Result<> check_publication(const Ask& ask, const Value& configuration) {
  const auto hash = text_at(ask.input, "CodeSha256");
  const auto present = text_at(configuration, "CodeSha256");
  if (!hash.empty() && hash != present)
    return wrong_value("CodeSHA256 (" + str(hash) +
                       ") is different from current CodeSHA256 in "
                       "$LATEST (" +
                       str(present) +
                       "). Please try again with the CodeSHA256 in "
                       "$LATEST.");
  const auto revision = text_at(ask.input, "RevisionId");
  if (revision.empty() || revision == text_at(configuration, "RevisionId")) return {};
  return aws::aws_error("PreconditionFailedException",
                        "The RevisionId is not the function's latest one", 412);
}

Result<Value> publish_version(const Ask& ask) {
  const auto& configuration = *find(*TRY(function_of(ask)), "Configuration");
  TRY_DO(check_publication(ask, configuration));
  return publish(ask, text_at(configuration, "FunctionName"));
}

Result<Value> list_versions(const Ask& ask) {
  const auto& latest = *find(*TRY(function_of(ask)), "Configuration");
  auto all = versions_of_function(ask, text_at(latest, "FunctionName"));
  all.insert(all.begin(), &latest);
  const auto page = TRY(page_of(ask.input, all.size(), kPageItems, kPageWords));
  Array shown;
  for (std::size_t i = 0; i < page.count; ++i) {
    auto one = all[page.first + i]->get_object();
    if (page.first + i == 0) one["FunctionArn"] = str(text_at(latest, "FunctionArn")) + ":$LATEST";
    shown.push_back(std::move(one));
  }
  Object answer{{"Versions", std::move(shown)}};
  if (!page.next.empty()) answer["NextMarker"] = page.next;
  return answer;
}

// Concurrency: kept and shown; hikae's own functions are not held back by it.

Result<Value> put_concurrency(const Ask& ask) {
  auto row = *TRY(function_of(ask));
  const auto wanted = int_at(ask.input, "ReservedConcurrentExecutions").value_or(-1);
  if (wanted < 0) return wrong_value("ReservedConcurrentExecutions must be 0 or more");
  if (wanted > kConcurrencyLeft)
    return wrong_value(
        "Specified ReservedConcurrentExecutions for function decreases account's "
        "UnreservedConcurrentExecution below its minimum value of [100].");
  row.as_object()["Concurrency"] = wanted;
  const auto name = name_of_function(text_at(ask.input, "FunctionName"));
  ask.put(kFunctionRows, name, std::move(row));
  return Object{{"ReservedConcurrentExecutions", wanted}};
}

Result<Value> get_concurrency(const Ask& ask) {
  const auto kept = int_at(*TRY(function_of(ask)), "Concurrency");
  return kept ? Object{{"ReservedConcurrentExecutions", *kept}} : Object();
}

Result<Value> delete_concurrency(const Ask& ask) {
  auto row = *TRY(function_of(ask));
  row.as_object().erase("Concurrency");
  ask.put(kFunctionRows, name_of_function(text_at(ask.input, "FunctionName")), std::move(row));
  return Object();
}

// Tags.

Result<Value> tagged_function(const Ask& ask) {
  const auto arn = text_at(ask.input, "Resource");
  const auto name = name_of_function(arn);
  if (!arn.starts_with("arn:") || name.empty())
    return wrong_value("'" + str(arn) + "' is no ARN of a function");
  if (const auto* row = ask.row(kFunctionRows, name)) return *row;
  return no_function(ask.scope, name);
}

/// TagResource gives Tags as a map, UntagResource gives TagKeys.
Result<Value> change_tags(const Ask& ask) {
  auto row = TRY(tagged_function(ask));
  Object tags = object_at(row, "Tags");
  for (const auto& [key, value] : object_at(ask.input, "Tags")) tags[key] = value;
  drop_tags(tags, list_at(ask.input, "TagKeys"));
  if (tags.size() > 50) return wrong_value("A function has at most 50 tags");
  row.as_object()["Tags"] = std::move(tags);
  ask.put(kFunctionRows, name_of_function(text_at(ask.input, "Resource")), std::move(row));
  return Object();
}

Result<Value> list_function_tags(const Ask& ask) {
  return Object{{"Tags", object_at(TRY(tagged_function(ask)), "Tags")}};
}

}  // namespace

std::string qualifier_of(const Value& input) {
  const auto given = text_at(input, "Qualifier");
  if (!given.empty()) return str(given);
  auto text = text_at(input, "FunctionName");
  if (const auto marker = text.find("function:"); marker != std::string_view::npos)
    text.remove_prefix(marker + 9);
  const auto colon = text.find(':');
  return colon == std::string_view::npos ? "" : str(text.substr(colon + 1));
}

Result<Value> publish(const Ask& ask, std::string_view function) {
  const auto name = str(function);  // the row that it may stand in is replaced below
  auto row = *ask.row(kFunctionRows, name);
  auto configuration = find(row, "Configuration")->get_object();
  const auto before = versions_of_function(ask, name);
  if (!before.empty() && substance_of(*before.back()) == substance_of(Value(configuration)))
    return *before.back();
  if (before.size() >= kVersionsOfFunction)
    return aws::aws_error("CodeStorageExceededException",
                          "A function has at most 1,000 versions: delete one that is not needed.");
  const auto number = int_at(row, "LastVersion").value_or(0) + 1;
  configuration["Version"] = std::to_string(number);
  configuration["FunctionArn"] =
      str(text_at(configuration, "FunctionArn")) + ":" + std::to_string(number);
  if (const auto text = text_at(ask.input, "Description"); !text.empty())
    configuration["Description"] = text;
  row.as_object()["LastVersion"] = number;
  ask.put(kFunctionRows, name, std::move(row));
  ask.put(kVersionRows, version_row(name, number), Value(configuration));
  return configuration;
}

Result<Value> configuration_asked_for(const Ask& ask) {
  const auto& latest = *find(*TRY(function_of(ask)), "Configuration");
  const auto qualifier = qualifier_of(ask.input);
  if (qualifier.empty() || qualifier == "$LATEST") return latest;
  const auto name = text_at(latest, "FunctionName");
  for (const auto* version : versions_of_function(ask, name))
    if (text_at(*version, "Version") == qualifier) return *version;
  return no_function(ask.scope, str(name) + ":" + qualifier);
}

Result<Value> delete_version(const Ask& ask, std::string_view name, std::string_view qualifier) {
  if (qualifier == "$LATEST")
    return wrong_value("$LATEST version cannot be deleted without deleting the function.");
  std::int64_t number = 0;
  const auto [at, error] =
      std::from_chars(qualifier.data(), qualifier.data() + qualifier.size(), number);
  const auto id = version_row(name, number);
  if (error == std::errc{} && at == qualifier.data() + qualifier.size() &&
      ask.row(kVersionRows, id))
    ask.erase(kVersionRows, id);
  return Object();
}

void erase_versions(const Ask& ask, std::string_view name) {
  std::vector<std::string> ids;
  for (const auto* version : versions_of_function(ask, name))
    ids.push_back(version_row(name, std::atoll(str(text_at(*version, "Version")).c_str())));
  for (const auto& id : ids) ask.erase(kVersionRows, id);
}

std::vector<Value> all_versions(const Ask& ask) {
  std::vector<Value> all;
  for (const auto& [name, row] : ask.rows(kFunctionRows)) {
    all.push_back(*find(row, "Configuration"));
    for (const auto* version : versions_of_function(ask, name)) all.push_back(*version);
  }
  return all;
}

}  // namespace lambda

void Lambda::add_versions() {
  on("PublishVersion", lambda::publish_version);
  on("ListVersionsByFunction", lambda::list_versions);
  on("PutFunctionConcurrency", lambda::put_concurrency);
  on("GetFunctionConcurrency", lambda::get_concurrency);
  on("DeleteFunctionConcurrency", lambda::delete_concurrency);
  on("TagResource", lambda::change_tags);
  on("UntagResource", lambda::change_tags);
  on("ListTags", lambda::list_function_tags);
}

}  // namespace hikae::plane
