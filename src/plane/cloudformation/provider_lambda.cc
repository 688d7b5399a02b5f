// AWS::Lambda::Function, Version and Permission.
#include "base/hash.h"
#include "plane/cloudformation/providers.h"

namespace hikae::plane {
namespace {

const std::initializer_list<std::string_view> kConfiguration{
    "Description", "Environment", "Handler", "MemorySize", "Role",
    "Runtime",     "Timeout",     "Layers",  "KMSKeyArn",  "EphemeralStorage"};

/// A template has the source text of an inline function where the API has the bytes of a zip; hikae
/// keeps the reference to code in S3 as it is.
Value code_of(const ResourceAsk& ask) {
  Object code;
  if (const auto* given = ask.property("Code"))
    copy_members(*given, code, {"S3Bucket", "S3Key", "S3ObjectVersion", "ImageUri", "ZipFile"});
  return code;
}

Value function_made(std::string_view name, const Answers& answers) {
  for (const auto& answer : answers)
    if (const auto arn = text_at(answer, "FunctionArn"); !arn.empty())
      return made(name, Object{{"Arn", arn}});
  return made(name);
}

void add_concurrency(Chain& chain, const ResourceAsk& ask, const std::string& name) {
  constexpr std::string_view kMember = "ReservedConcurrentExecutions";
  if (const auto* wanted = ask.property(kMember))
    chain.add("lambda", "PutFunctionConcurrency",
              Object{{"FunctionName", name}, {kMember, *wanted}});
  else if (find(ask.previous, kMember))
    chain.add("lambda", "DeleteFunctionConcurrency", Object{{"FunctionName", name}});
}

Chain create_function(const ResourceAsk& ask) {
  Chain chain;
  const auto name = ask.name_or_made_up("FunctionName", 64);
  Object input{{"FunctionName", name}, {"Code", code_of(ask)}};
  copy_members(ask.properties, input, kConfiguration);
  copy_members(ask.properties, input, {"Architectures", "PackageType"});
  chain.add("lambda", "CreateFunction", std::move(input));
  add_concurrency(chain, ask, name);
  chain.add("lambda", "GetFunctionConfiguration", Object{{"FunctionName", name}});
  chain.result = [name](const Answers& answers) { return function_made(name, answers); };
  return chain;
}

Chain update_function(const ResourceAsk& ask) {
  Chain chain;
  Object configuration{{"FunctionName", ask.physical_id}};
  copy_members(ask.properties, configuration, kConfiguration);
  chain.add("lambda", "UpdateFunctionConfiguration", std::move(configuration));
  auto code = code_of(ask);
  code.as_object()["FunctionName"] = ask.physical_id;
  chain.add("lambda", "UpdateFunctionCode", std::move(code));
  add_concurrency(chain, ask, ask.physical_id);
  chain.result = [id = ask.physical_id](const Answers& a) { return function_made(id, a); };
  return chain;
}

Chain delete_function(const ResourceAsk& ask) {
  Chain chain;
  chain.tolerated = {"ResourceNotFoundException"};
  chain.add("lambda", "DeleteFunction", Object{{"FunctionName", ask.physical_id}});
  chain.result = always(made(ask.physical_id));
  return chain;
}

Chain add_permission(const ResourceAsk& ask) {
  Chain chain;
  const auto id = ask.stack_name + "-" + ask.logical_id.substr(0, 50) + "-" + hex_of(ask.token, 12);
  Object input{{"StatementId", id}};
  copy_members(ask.properties, input,
               {"FunctionName", "Action", "Principal", "SourceArn", "SourceAccount"});
  chain.add("lambda", "AddPermission", std::move(input));
  chain.result = always(made(id, Object{{"Id", id}}));
  return chain;
}

Chain remove_permission(const ResourceAsk& ask) {
  Chain chain;
  chain.tolerated = {"ResourceNotFoundException"};
  chain.add("lambda", "RemovePermission",
            Object{{"FunctionName", ask.text("FunctionName")}, {"StatementId", ask.physical_id}});
  chain.result = always(made(ask.physical_id));
  return chain;
}

/// The same code and configuration once more give the version that there is.
Chain publish_version(const ResourceAsk& ask) {
  Chain chain;
  Object input;
  copy_members(ask.properties, input, {"FunctionName", "CodeSha256", "Description"});
  chain.add("lambda", "PublishVersion", std::move(input));
  chain.result = [](const Answers& answers) {
    const auto arn = text_at(answers[0], "FunctionArn");
    return made(arn, Object{{"FunctionArn", arn}, {"Version", text_at(answers[0], "Version")}});
  };
  return chain;
}

}  // namespace

const Provider* lambda_provider(std::string_view type) {
  static constexpr Provider kFunction{create_function, update_function, delete_function};
  static constexpr Provider kPermission{add_permission, add_permission, remove_permission};
  static constexpr Provider kVersion{publish_version, nothing, delete_function};
  if (type == "AWS::Lambda::Version") return &kVersion;
  if (type == "AWS::Lambda::Function") return &kFunction;
  return type == "AWS::Lambda::Permission" ? &kPermission : nullptr;
}

}  // namespace hikae::plane
