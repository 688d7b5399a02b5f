#include "cli/deployment.h"

#include <fmt/format.h>

#include <filesystem>

#include "base/hash.h"
#include "base/limits.h"
#include "os/data_folder.h"
#include "plan/compile.h"
#include "stack/resource_types.h"
#include "text/json.h"

namespace hikae::cli {
namespace {

constexpr std::size_t kZipBytesMax = 50 * 1024 * 1024;  // of a function, as Lambda takes it
constexpr std::size_t kStackNameMax = 30;               // as in hikae.yaml: names are made of it
constexpr std::size_t kKeyHash = 16;

struct ZipName {
  const char* parameter;
  const char* name;
};
constexpr ZipName kZips[] = {{"RetentionCodeKey", "hikae-retention"},
                             {"AgentCheckCodeKey", "hikae-agent-check"},
                             {"ReportCodeKey", "hikae-report"}};

Result<> check_stack(const std::string& name) {
  if (stack::matches("[A-Za-z][A-Za-z0-9-]*", name) && name.size() <= kStackNameMax) return {};
  return fail(ErrorKind::Invalid, "--stack '" + name +
                                      "' is no stack's name: write up to 30 letters, digits and "
                                      "hyphens, a letter first");
}

/// Installed they lie in ../share/hikae/functions, built in functions/, as seen from the program.
std::vector<std::string> function_folders(const std::string& given) {
  if (!given.empty()) return {given};
  std::error_code unseen;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", unseen);
  if (unseen) return {};
  const auto folder = program.parent_path();
  return {(folder / "../share/hikae/functions").lexically_normal().string(),
          (folder / "functions").string()};
}

Result<std::string> functions_folder(const std::string& given) {
  const auto folders = function_folders(given);
  std::string looked;
  for (const auto& folder : folders) {
    if (std::filesystem::exists(folder + "/" + kZips[0].name + ".zip")) return folder;
    looked += (looked.empty() ? "" : ", ") + folder;
  }
  return fail(ErrorKind::NotFound,
              "the functions' zips are not there (looked in " + looked +
                  "): name their folder with --functions DIR, or build them (ninja function_zips)");
}

Result<std::vector<FunctionZip>> read_zips(const std::string& given) {
  const auto folder = TRY(functions_folder(given));
  std::vector<FunctionZip> zips;
  for (const auto& [parameter, name] : kZips) {
    FunctionZip zip{parameter, fmt::format("{}.zip", name), "", ""};
    zip.bytes = TRY(os::read_file(folder + "/" + zip.file, kZipBytesMax));
    if (!zip.bytes.starts_with("PK"))
      return fail(ErrorKind::Invalid, folder + "/" + zip.file + " is no zip");
    zip.key = fmt::format("{}-{}.zip", name, sha256_hex(zip.bytes).substr(0, kKeyHash));
    zips.push_back(std::move(zip));
  }
  return zips;
}

Result<plan::Config> config_in(const std::string& file) {
  const auto text = TRY(os::read_file(file, limits::kConfigBytes));
  text::Diagnostics problems;
  auto config = plan::read_config(text, problems);
  if (!config) return std::unexpected(text::as_error(problems, file));
  return std::move(*config);
}

}  // namespace

Result<NamedStack> named_stack(const DeploymentOptions& options) {
  auto file = options.file.empty() ? config_file_of(options.common) : options.file;
  NamedStack named{options.common.stack, std::move(file), {}};
  if (!named.config_file.empty()) named.config = TRY(config_in(named.config_file));
  if (named.name.empty() && named.config) named.name = named.config->stack;
  if (named.name.empty())
    return fail(ErrorKind::NotFound,
                "no hikae.yaml here: name one, or the stack alone with --stack NAME");
  TRY_DO(check_stack(named.name));
  return named;
}

Result<Deployment> prepare_deployment(const DeploymentOptions& options) {
  auto named = TRY(named_stack(options));
  if (!named.config)
    return fail(ErrorKind::NotFound,
                "no hikae.yaml here: write one, or name it (hikae deploy FILE)");
  Deployment made;
  made.config_file = std::move(named.config_file);
  made.config = std::move(*named.config);
  made.stack = made.config.stack = std::move(named.name);
  made.template_value = TRY(plan::compile_template(made.config, plan::Applier::Aws));
  made.body = text::to_json(made.template_value) + "\n";
  made.body_key = fmt::format("template-{}.json", sha256_hex(made.body).substr(0, kKeyHash));
  made.zips = TRY(read_zips(options.functions));
  made.notes = plan::beyond_aws(made.config);
  return made;
}

std::string bucket_of(const Scope& scope, std::string_view stack) {
  // A bucket's name has 63 small letters, a stack's may have others.
  return fmt::format("hikae-{}-{}-{}", scope.account, scope.region,
                     sha256_hex(stack).substr(0, 10));
}

Array parameters_of(const Deployment& deployment, std::string_view bucket) {
  Array all{Object{{"ParameterKey", "CodeBucket"}, {"ParameterValue", bucket}}};
  for (const auto& zip : deployment.zips)
    all.push_back(Object{{"ParameterKey", zip.parameter}, {"ParameterValue", zip.key}});
  return all;
}

}  // namespace hikae::cli
