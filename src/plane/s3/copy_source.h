// Where a copy comes from. Internal to this folder.
#pragma once

#include "plane/s3/rows.h"

namespace hikae::plane::s3 {

struct CopySource {
  std::string bucket;
  std::string key;
  const Value* version = nullptr;
  bool shows_version = false;  // the source's bucket has versions
};

/// Of CopySource ("bucket/key", "/bucket/key", "…?versionId=…", percent-encoded), its conditions
/// checked. Errors: InvalidArgument, PreconditionFailed, those of bucket_of and version_of.
[[nodiscard]] Result<CopySource> copy_source(const Asked& asked);

}  // namespace hikae::plane::s3
