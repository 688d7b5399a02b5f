// A multipart upload that is under way. Internal to this folder.
#pragma once

#include "plane/s3/rows.h"

namespace hikae::plane::s3 {

struct Upload {
  std::string id;  // of its row, "BUCKET/UPLOADID"
  const Value* bucket = nullptr;
  const Value* row = nullptr;
};

/// The one that a request means. Errors: NoSuchUpload, those of bucket_of and key_of.
[[nodiscard]] Result<Upload> upload_of(const Asked& asked);

}  // namespace hikae::plane::s3
