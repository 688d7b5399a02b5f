// Requests of every shape that signatures meet, made from a seed: for tests.
#pragma once

#include "aws/sigv4.h"
#include "base/entropy.h"

namespace hikae::aws::sigv4 {

struct Sample {
  HttpRequest request;  // with its Host, not signed yet
  HttpOrigin origin;
  Credentials credentials;
  SigningPlace place;
  WallTime now;
};

/// Paths with dots, double slashes and escapes; unsorted and repeated parameters; headers with
/// blanks and twice of one name; session tokens; default and other ports. `is_sendable`: without
/// what the verifying side refuses on principle (headers and parameters given twice).
[[nodiscard]] Sample random_sample(Entropy& entropy, bool is_sendable);

}  // namespace hikae::aws::sigv4
