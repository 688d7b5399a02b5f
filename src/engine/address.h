// Where an answer belongs.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/result.h"
#include "base/value.h"

namespace hikae::engine {

/// An open item of a machine. `item` tells an item from an older one of the same tag.
struct Address {
  std::int64_t machine = 0;
  std::string tag;
  std::uint64_t item = 0;
};

using Answered = std::function<void(const Address&, Result<Value>)>;

}  // namespace hikae::engine
