#include "plane/lambda/function_job.h"

#include <algorithm>
#include <array>

#include "aws/base64.h"
#include "plane/lambda/python_bootstrap.h"

namespace hikae::plane::lambda {
namespace {

constexpr std::array<std::string_view, 13> kReservedVariables{
    "_HANDLER",          "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION",
    "AWS_EXECUTION_ENV", "AWS_ACCESS_KEY",   "AWS_ACCESS_KEY_ID",  "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN", "AWS_PROFILE",      "LD_PRELOAD",         "LAMBDA_TASK_ROOT",
    "LAMBDA_RUNTIME_DIR"};
constexpr std::array<std::string_view, 2> kReservedBeginnings{"AWS_LAMBDA_", "AWS_ENDPOINT_URL"};
constexpr std::string_view kZipMark = "PK";
constexpr const char* kInlineFile = "index.py";

bool is_reserved(std::string_view name) {
  return std::ranges::find(kReservedVariables, name) != kReservedVariables.end() ||
         std::ranges::any_of(kReservedBeginnings,
                             [&](std::string_view begins) { return name.starts_with(begins); });
}

void add_variables(const Value& configuration, std::vector<std::string>& env) {
  const auto* variables = find_path(configuration, {"Environment", "Variables"});
  if (!variables || !variables->is_object()) return;
  for (const auto& [name, value] : variables->get_object()) {
    const auto text = text_of(value);
    if (!is_reserved(name) && text.find('\0') == std::string_view::npos)
      env.push_back(str(name) + "=" + str(text));
  }
}

void add_access(const FunctionAccess& access, std::vector<std::string>& env) {
  if (access.url.empty()) return;
  for (const auto& [name, value] : {std::pair{"AWS_ENDPOINT_URL", &access.url},
                                    {"AWS_ACCESS_KEY_ID", &access.key.id},
                                    {"AWS_SECRET_ACCESS_KEY", &access.key.secret},
                                    {"AWS_SESSION_TOKEN", &access.key.token}})
    env.push_back(std::string(name) + "=" + *value);
}

std::string address_of_url(std::string_view url) {
  const auto scheme = url.find("://");
  return str(scheme == std::string_view::npos ? url : url.substr(scheme + 3));
}

}  // namespace

Result<FunctionRuntime> runtime_of(const Value& configuration) {
  const auto runtime = text_at(configuration, "Runtime");
  if (runtime.starts_with("python3")) return FunctionRuntime::Python;
  if (runtime.starts_with("provided")) return FunctionRuntime::Bootstrap;
  return fail(ErrorKind::Unsupported, "FunctionNotRun",
              "functions of runtime '" + str(runtime) +
                  "' do not run here: hikae runs python3.x and provided.al2, provided.al2023 from "
                  "zip archives");
}

Result<FunctionJob> function_job(const Value& configuration, const Scope& scope, FunctionCode code,
                                 const FunctionAccess& access, const std::string& stream) {
  FunctionJob job;
  job.runtime = TRY(runtime_of(configuration));
  const auto name = str(text_at(configuration, "FunctionName"));
  const auto memory = int_at(configuration, "MemorySize").value_or(128);
  job.folder = name;
  job.code = std::move(code);
  job.memory_bytes = static_cast<std::size_t>(memory) << 20;
  job.server = address_of_url(access.url);
  auto& env = job.env;
  env = {"_HANDLER=" + str(text_at(configuration, "Handler")),
         "AWS_REGION=" + scope.region,
         "AWS_DEFAULT_REGION=" + scope.region,
         "AWS_LAMBDA_FUNCTION_NAME=" + name,
         "AWS_LAMBDA_FUNCTION_VERSION=" + str(text_at(configuration, "Version", "$LATEST")),
         "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=" + std::to_string(memory),
         "AWS_LAMBDA_LOG_GROUP_NAME=/aws/lambda/" + name,
         "AWS_LAMBDA_LOG_STREAM_NAME=" + stream,
         "AWS_LAMBDA_INITIALIZATION_TYPE=on-demand",
         "AWS_EC2_METADATA_DISABLED=true"};
  if (job.runtime == FunctionRuntime::Python) {
    job.program = python_bootstrap();
    env.push_back("AWS_EXECUTION_ENV=AWS_Lambda_" + str(text_at(configuration, "Runtime")));
  }
  add_access(access, env);
  add_variables(configuration, env);
  return job;
}

FunctionCode code_in(std::string_view text, FunctionRuntime runtime) {
  FunctionCode code;
  auto bytes = aws::from_base64(text);
  if (bytes && bytes->starts_with(kZipMark)) {
    code.zip = *std::move(bytes);
    return code;
  }
  if (text.starts_with(kZipMark) || runtime == FunctionRuntime::Bootstrap) {
    code.zip = text;
    return code;
  }
  code.file_name = kInlineFile;
  code.file_text = text;
  return code;
}

}  // namespace hikae::plane::lambda
