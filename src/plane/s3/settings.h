// A bucket's settings. Internal to this folder.
#pragma once

#include "plane/s3/rows.h"

namespace hikae::plane::s3 {

void keep_setting(const Asked& asked, Value bucket, std::string_view name, Value setting);
void forget_setting(const Asked& asked, Value bucket, std::string_view name);

/// Of a bucket or an object. Errors: InvalidTag, BadRequest.
[[nodiscard]] Result<> check_tag_set(const Array& tags, std::size_t most);

/// A canned ACL given with a write. Errors: AccessControlListNotSupported where the bucket's owner
/// owns everything in it, AccessDenied where public ones are blocked.
[[nodiscard]] Result<> check_canned_acl(const Value& bucket, std::string_view acl);

}  // namespace hikae::plane::s3
