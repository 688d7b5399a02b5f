// Where a TemplateURL points: an object of hikae's own buckets, under whatever host name it is
// reached.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/value.h"

namespace hikae::plane::cfn {

struct TemplatePlace {
  std::string bucket;
  std::string key;
};

/// https://s3.REGION.amazonaws.com/BUCKET/KEY, https://BUCKET.s3.REGION.amazonaws.com/KEY,
/// http://localhost:4780/BUCKET/KEY, http://BUCKET.localhost:4780/KEY, any other host as the second
/// but one. Error: ValidationError.
[[nodiscard]] Result<TemplatePlace> template_place(std::string_view url);
/// The template in the answer of s3:GetObject. Error: ValidationError, as CloudFormation words it.
[[nodiscard]] Result<std::string> template_in_answer(const Result<Value>& answer);

}  // namespace hikae::plane::cfn
