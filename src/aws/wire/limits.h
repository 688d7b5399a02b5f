// How much of a message is read.
#pragma once

#include <cstddef>

namespace hikae::aws::wire {

inline constexpr std::size_t kXmlBytes = 32 * 1024 * 1024;  // DescribeImages of 20,000 fits
inline constexpr std::size_t kFormBytes = 4 * 1024 * 1024;  // EC2 takes 16 KiB of UserData at most
inline constexpr std::size_t kFormPairs = 20'000;           // 1,000 ids with filters and tags fit
inline constexpr std::size_t kTargetBytes = 64 * 1024;      // path and query
inline constexpr int kDepth = 64;                           // of values and of elements
inline constexpr std::size_t kIgnoredNames = 20;            // told of one request
inline constexpr std::size_t kShownBytes = 200;             // of a body that cannot be read

}  // namespace hikae::aws::wire
