#include "cli/place.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "base/limits.h"
#include "cli/commands.h"
#include "os/data_folder.h"
#include "text/yaml.h"

namespace hikae::cli {
namespace {

constexpr const char* kDefaultData = "hikae-data";
constexpr const char* kDefaultConfig = "hikae.yaml";

std::string environment(const char* name) {
  const auto* value = std::getenv(name);
  return value ? value : "";
}

/// `data` of hikae.yaml is meant from where that file is.
std::string beside(const std::string& file, const std::string& data) {
  const std::filesystem::path path(data);
  return path.is_absolute() ? data : (std::filesystem::path(file).parent_path() / path).string();
}

/// Of the whole file only this key is asked for: a mistake in a plan keeps nobody from looking.
Result<std::string> key_in_file(const std::string& file, std::string_view key) {
  const auto text = TRY(os::read_file(file, limits::kConfigBytes));
  text::Diagnostics problems;
  const auto tree = text::read_tree(text, problems, {.flow_text = text::flow_text_of(file)});
  if (!tree) return std::unexpected(text::as_error(problems, file));
  return str(text_at(tree->value, key));
}

Result<std::string> data_of_config(const Common& common) {
  const auto file = config_file_of(common);
  if (file.empty()) return "";
  const auto data = TRY(key_in_file(file, "data"));
  return data.empty() ? data : beside(file, data);
}

Result<std::string> data_of(const Common& common, const plan::Config* config,
                            const std::string& config_file) {
  if (!common.data.empty()) return common.data;
  if (auto data = environment("HIKAE_DATA"); !data.empty()) return data;
  auto data = std::string();
  if (config)
    data = config->data.empty() ? "" : beside(config_file, config->data);
  else
    data = TRY(data_of_config(common));
  return data.empty() ? kDefaultData : data;
}

/// The region of a profile in the AWS command line's own file; empty where it names none.
std::string region_of_profile(const std::string& profile) {
  auto file = environment("AWS_CONFIG_FILE");
  if (file.empty()) file = environment("HOME") + "/.aws/config";
  const auto text = os::read_file(file, limits::kConfigBytes);
  if (!text) return {};
  const auto head = profile == "default" ? "[default]" : "[profile " + profile + "]";
  std::istringstream lines(*text);
  bool is_inside = false;
  for (std::string line; std::getline(lines, line);) {
    std::erase(line, '\r');
    if (line.starts_with("[")) is_inside = line.starts_with(head);
    if (!is_inside || !line.starts_with("region")) continue;
    auto value = line.substr(std::min(line.find('=') + 1, line.size()));
    std::erase(value, ' ');
    return value;
  }
  return {};
}

void choose_region(const Common& common, Place& place) {
  const auto say = [&](std::string region, const char* by) {
    if (place.region || region.empty()) return;
    place.region = std::move(region);
    place.region_said_by = by;
  };
  say(common.region, "--region");
  say(environment("AWS_REGION"), "AWS_REGION");
  say(environment("AWS_DEFAULT_REGION"), "AWS_DEFAULT_REGION");
  if (!common.profile.empty()) say(region_of_profile(common.profile), "--profile");
  if (const auto profile = environment("AWS_PROFILE"); !profile.empty())
    say(region_of_profile(profile), "AWS_PROFILE");
}

Result<> check(const Place& place) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (place.account &&
      (place.account->size() != 12 || !std::ranges::all_of(*place.account, is_digit)))
    return fail(ErrorKind::Invalid, "'" + *place.account + "' is no AWS account: write 12 digits");
  const auto is_region_letter = [&](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || c == '-';
  };
  if (place.region && (place.region->size() > 32 || !is_digit(place.region->back()) ||
                       !std::ranges::all_of(*place.region, is_region_letter)))
    return fail(ErrorKind::Invalid, "'" + *place.region + "' (" + place.region_said_by +
                                        ") is no AWS region: write one such as ap-northeast-1");
  return {};
}

}  // namespace

std::string config_file_of(const Common& common) {
  auto file = common.config.empty() ? environment("HIKAE_CONFIG") : common.config;
  if (file.empty() && std::filesystem::is_regular_file(kDefaultConfig)) file = kDefaultConfig;
  return file;
}

Result<std::string> region_of_config(const Common& common) {
  const auto file = config_file_of(common);
  return file.empty() ? Result<std::string>("") : key_in_file(file, "region");
}

Result<Place> place_of(const Common& common, const plan::Config* config,
                       const std::string& config_file) {
  Place place;
  place.data = TRY(data_of(common, config, config_file));
  if (!common.account.empty()) place.account = common.account;
  choose_region(common, place);
  TRY_DO(check(place));
  if (config && !place.account) place.account = config->account;
  if (config && !place.region) place.region = config->region;
  return place;
}

}  // namespace hikae::cli
