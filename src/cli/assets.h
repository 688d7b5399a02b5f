// The parameters of a template's assets, as CDK's legacy synthesiser writes them: three for each
// asset, without defaults, named after the hash of what the asset holds.
//
//   AssetParameters<64 hex digits>S3Bucket<8 hex digits>
//   AssetParameters<64 hex digits>S3VersionKey<8 hex digits>     "prefix||name": Split takes it
//   apart AssetParameters<64 hex digits>ArtifactHash<8 hex digits>
//
// CDK's own command fills them in when it deploys; `hikae apply` does the same.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "stack/template.h"

namespace hikae::cli {

/// The asset parameters of the template that have no default, in its order.
[[nodiscard]] std::vector<std::string> asset_parameters(const stack::Template& source);
/// The value of one: its bucket, its key in the bucket, its hash; nullopt for any other name.
[[nodiscard]] std::optional<std::string> asset_value(std::string_view parameter,
                                                     const Scope& scope);

}  // namespace hikae::cli
