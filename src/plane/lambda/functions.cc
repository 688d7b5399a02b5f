#include <algorithm>

#include "aws/base64.h"
#include "base/hash.h"
#include "plane/lambda/lambda.h"
#include "plane/lambda/rows.h"

namespace hikae::plane {
namespace lambda {
namespace {

/// What stands in a configuration as it was given.
const std::initializer_list<std::string_view> kSettings{
    "Runtime",    "Role",          "Handler",          "Description",      "Timeout",
    "MemorySize", "PackageType",   "Environment",      "DeadLetterConfig", "KMSKeyArn",
    "VpcConfig",  "Architectures", "EphemeralStorage", "TracingConfig"};

Result<> check_range(const Value& input, std::string_view member, std::int64_t least,
                     std::int64_t most) {
  const auto value = int_at(input, member);
  if (!value || (*value >= least && *value <= most)) return {};
  return wrong_value(str(member) + " " + std::to_string(*value) + " is not between " +
                     std::to_string(least) + " and " + std::to_string(most));
}

Result<> check_variables(const Value& input) {
  std::size_t bytes = 0;
  const auto* variables = find_path(input, {"Environment", "Variables"});
  if (!variables || !variables->is_object()) return {};
  for (const auto& [name, value] : variables->get_object()) {
    if (!is_name(name, "_", 256))
      return wrong_value("The variable name '" + str(name) + "' is not valid");
    bytes += name.size() + text_of(value).size();
  }
  if (bytes <= kVariableBytes) return {};
  return wrong_value("The environment variables have over 4,096 bytes");
}

Result<> check_settings(const Value& input) {
  const auto role = parts_of_arn(text_at(input, "Role", "arn:aws:iam::0:role/x"));
  if (role.service != "iam" || !role.resource.starts_with("role/"))
    return wrong_value("Role '" + str(text_at(input, "Role")) + "' is no ARN of a role");
  TRY_DO(check_range(input, "Timeout", 1, 900));
  TRY_DO(check_range(input, "MemorySize", 128, 10'240));
  return check_variables(input);
}

/// Where a function's code is, and what is known of it.
struct Code {
  std::string zip_file;  // as given; empty: it is elsewhere
  std::string location;
  std::string sha256;
  std::size_t bytes = 0;
};

std::string base64_of_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes += static_cast<char>(std::stoi(str(hex.substr(i, 2)), nullptr, 16));
  return aws::to_base64(bytes);
}

Result<Code> inline_code(std::string_view zip_file) {
  if (zip_file.size() > kZipFileBytes)
    return wrong_value("ZipFile has over 6 MiB; put the code into a bucket and name S3Bucket");
  const auto bytes = aws::from_base64(zip_file).value_or(str(zip_file));
  return Code{str(zip_file), "", base64_of_hex(sha256_hex(bytes)), bytes.size()};
}

Result<Code> code_of(const Value& given) {
  if (const auto zip_file = text_at(given, "ZipFile"); !zip_file.empty())
    return inline_code(zip_file);
  std::string location;
  const auto bucket = text_at(given, "S3Bucket"), key = text_at(given, "S3Key");
  if (!bucket.empty() && !key.empty())
    location = "s3://" + str(bucket) + "/" + str(key);
  else
    location = text_at(given, "ImageUri");
  if (location.empty())
    return wrong_value(
        "Please provide a source for the function code: ZipFile, S3Bucket and "
        "S3Key, or ImageUri");
  return Code{"", location, base64_of_hex(sha256_hex(location)), 0};
}

/// The API's form of LastModified: no other timestamp of AWS is written like this one.
std::string last_modified(WallTime now) {
  auto text = iso_ms(now);
  text.pop_back();
  return text + "+0000";
}

void touch(const Ask& ask, Object& configuration) {
  configuration["LastModified"] = last_modified(ask.turn.now());
  configuration["RevisionId"] = new_uuid(ask.turn.entropy());
}

void set_code(const Ask& ask, Value& row, std::string_view name, const Code& code) {
  auto& configuration = row.as_object()["Configuration"].as_object();
  configuration["CodeSize"] = code.bytes;
  configuration["CodeSha256"] = code.sha256;
  row.as_object()["Location"] = code.location;
  if (!code.zip_file.empty())
    ask.put(kCodeRows, name, Object{{"ZipFile", code.zip_file}});
  else if (ask.row(kCodeRows, name))
    ask.erase(kCodeRows, name);
}

Object first_configuration(const Ask& ask, std::string_view name) {
  Object configuration{{"FunctionName", name},
                       {"FunctionArn", function_arn(ask.scope, name)},
                       {"Description", ""},
                       {"Timeout", 3},
                       {"MemorySize", 128},
                       {"Version", "$LATEST"},
                       {"PackageType", "Zip"},
                       {"Architectures", Array{"x86_64"}},
                       {"EphemeralStorage", Object{{"Size", 512}}},
                       {"TracingConfig", Object{{"Mode", "PassThrough"}}},
                       {"State", "Active"},
                       {"LastUpdateStatus", "Successful"}};
  for (const auto& [member, value] : members_of_object(ask.input, kSettings))
    configuration[member] = value;
  touch(ask, configuration);
  return configuration;
}

Result<> check_new(const Ask& ask, std::string_view name) {
  if (name.empty())
    return wrong_value("FunctionName '" + str(text_at(ask.input, "FunctionName")) +
                       "' must be 1 to 64 letters, digits, - and _");
  const bool is_image = text_at(ask.input, "PackageType", "Zip") == "Image";
  for (const auto member : {"Handler", "Runtime"})
    if (!is_image && text_at(ask.input, member).empty())
      return wrong_value(str(member) + " is required for a function whose code is a zip file");
  TRY_DO(check_settings(ask.input));
  if (!ask.row(kFunctionRows, name)) return {};
  return aws::aws_error("ResourceConflictException", "Function already exist: " + str(name), 409);
}

/// Answers what is now $LATEST, or the version that was asked for with it.
Result<Value> put_function(const Ask& ask, std::string_view name, Value row) {
  auto answer = *find(row, "Configuration");
  ask.put(kFunctionRows, name, std::move(row));
  return is_true_at(ask.input, "Publish") ? publish(ask, name) : answer;
}

Result<Value> create_function(const Ask& ask) {
  const auto name = name_of_function(text_at(ask.input, "FunctionName"));
  TRY_DO(check_new(ask, name));
  const auto code = TRY(code_of(object_at(ask.input, "Code")));
  Value row = Object{{"Configuration", first_configuration(ask, name)},
                     {"Tags", object_at(ask.input, "Tags")},
                     {"Policy", Object()}};
  set_code(ask, row, name, code);
  return put_function(ask, name, std::move(row));
}

Result<> check_revision(const Ask& ask, const Value& row) {
  const auto wanted = text_at(ask.input, "RevisionId");
  if (wanted.empty() || wanted == text_at(*find(row, "Configuration"), "RevisionId")) return {};
  return aws::aws_error("PreconditionFailedException",
                        "The RevisionId is not the function's latest one", 412);
}

Result<Value> update_code(const Ask& ask) {
  auto row = *TRY(function_of(ask));
  TRY_DO(check_revision(ask, row));
  const auto code = TRY(code_of(ask.input));
  const auto name = name_of_function(text_at(ask.input, "FunctionName"));
  if (is_true_at(ask.input, "DryRun")) return *find(row, "Configuration");
  touch(ask, row.as_object()["Configuration"].as_object());
  set_code(ask, row, name, code);
  if (const auto* given = find(ask.input, "Architectures"))
    row.as_object()["Configuration"].as_object()["Architectures"] = *given;
  return put_function(ask, name, std::move(row));
}

Result<Value> update_configuration(const Ask& ask) {
  auto row = *TRY(function_of(ask));
  TRY_DO(check_revision(ask, row));
  TRY_DO(check_settings(ask.input));
  auto& configuration = row.as_object()["Configuration"].as_object();
  for (const auto& [member, value] : members_of_object(ask.input, kSettings))
    configuration[member] = value;
  touch(ask, configuration);
  Value answer = configuration;
  ask.put(kFunctionRows, name_of_function(text_at(ask.input, "FunctionName")), std::move(row));
  return answer;
}

Result<Value> get_function(const Ask& ask) {
  const auto* row = TRY(function_of(ask));
  const auto configuration = TRY(configuration_asked_for(ask));
  const auto name = text_at(configuration, "FunctionName");
  const auto* code = ask.row(kCodeRows, name);
  Object shown{{"RepositoryType", code ? "hikae" : "S3"}, {"Location", text_at(*row, "Location")}};
  Object answer{{"Configuration", configuration}, {"Code", std::move(shown)}};
  const auto& tags = object_at(*row, "Tags");
  if (!tags.empty()) answer["Tags"] = tags;
  if (const auto kept = int_at(*row, "Concurrency"))
    answer["Concurrency"] = Object{{"ReservedConcurrentExecutions", *kept}};
  return answer;
}

Result<Value> get_configuration(const Ask& ask) { return configuration_asked_for(ask); }

Result<Value> list_functions(const Ask& ask) {
  std::vector<Value> all;
  if (text_at(ask.input, "FunctionVersion") == "ALL")
    all = all_versions(ask);
  else
    for (const auto& [name, row] : ask.rows(kFunctionRows))
      all.push_back(*find(row, "Configuration"));
  const auto page = TRY(page_of(ask.input, all.size(), kPageItems, kPageWords));
  Array functions;
  for (std::size_t i = 0; i < page.count; ++i) functions.push_back(std::move(all[page.first + i]));
  Object answer{{"Functions", std::move(functions)}};
  if (!page.next.empty()) answer["NextMarker"] = page.next;
  return answer;
}

Result<Value> delete_function(const Ask& ask) {
  TRY(function_of(ask));
  const auto name = name_of_function(text_at(ask.input, "FunctionName"));
  if (const auto qualifier = qualifier_of(ask.input); !qualifier.empty())
    return delete_version(ask, name, qualifier);
  erase_versions(ask, name);
  ask.erase(kFunctionRows, name);
  if (ask.row(kCodeRows, name)) ask.erase(kCodeRows, name);
  return Object();
}

}  // namespace
}  // namespace lambda

void Lambda::add_functions() {
  on("CreateFunction", lambda::create_function);
  on("UpdateFunctionCode", lambda::update_code);
  on("UpdateFunctionConfiguration", lambda::update_configuration);
  on("GetFunction", lambda::get_function);
  on("GetFunctionConfiguration", lambda::get_configuration);
  on("ListFunctions", lambda::list_functions);
  on("DeleteFunction", lambda::delete_function);
}

}  // namespace hikae::plane
