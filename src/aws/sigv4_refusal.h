// How AWS words a refusal: the reasons are few, the codes differ by family of services.
#pragma once

#include <string>
#include <string_view>

#include "aws/sigv4.h"

namespace hikae::aws::sigv4 {

enum class AuthFault {
  Missing,     // no signature at all
  Incomplete,  // a part of it is missing, twice there, or unreadable
  Mismatch,    // the signature is not that of this request
  WrongPlace,  // made for another day, region, service or terminator
  Expired,     // too old, or from the future
  Unsigned,    // a header that must be signed is not
  Payload,     // the body is not the one that was signed
  UnknownKey,
  Unsupported,  // a way of signing that is not understood
};

/// `detail` is the message where AWS's own says more than one thing; empty for AWS's fixed
/// sentence.
[[nodiscard]] std::unexpected<Error> refuse(AuthFault fault, AuthWording wording,
                                            std::string detail = {});

}  // namespace hikae::aws::sigv4
