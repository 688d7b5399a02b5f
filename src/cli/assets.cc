#include "cli/assets.h"

#include <algorithm>

namespace hikae::cli {
namespace {

constexpr std::string_view kAssetPrefix = "AssetParameters";
constexpr std::size_t kAssetHash = 64;
constexpr std::size_t kAssetSuffix = 8;  // of a logical id that CDK makes

struct AssetParameter {
  std::string_view hash;
  std::string_view what;  // S3Bucket, S3VersionKey, ArtifactHash
};

bool are_hex_digits(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  });
}

std::optional<AssetParameter> asset_parameter(std::string_view name) {
  if (!name.starts_with(kAssetPrefix)) return {};
  name.remove_prefix(kAssetPrefix.size());
  if (name.size() < kAssetHash + kAssetSuffix) return {};
  const AssetParameter asset{name.substr(0, kAssetHash),
                             name.substr(kAssetHash, name.size() - kAssetHash - kAssetSuffix)};
  const bool is_known =
      asset.what == "S3Bucket" || asset.what == "S3VersionKey" || asset.what == "ArtifactHash";
  if (!is_known || !are_hex_digits(asset.hash) ||
      !are_hex_digits(name.substr(name.size() - kAssetSuffix)))
    return {};
  return asset;
}

}  // namespace

std::vector<std::string> asset_parameters(const stack::Template& source) {
  std::vector<std::string> names;
  for (const auto& [name, definition] : source.parameters())
    if (asset_parameter(name) && !find(definition, "Default")) names.push_back(str(name));
  return names;
}

std::optional<std::string> asset_value(std::string_view parameter, const Scope& scope) {
  const auto asset = asset_parameter(parameter);
  if (!asset) return {};
  const auto hash = str(asset->hash);
  if (asset->what == "S3Bucket") return "cdktoolkit-assets-" + scope.account + "-" + scope.region;
  if (asset->what == "S3VersionKey") return "assets/||" + hash + ".zip";
  return hash;
}

}  // namespace hikae::cli
