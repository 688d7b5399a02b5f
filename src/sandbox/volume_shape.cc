#include "sandbox/volume_shape.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sandbox/disk_mappings.h"

namespace hikae::sandbox {
namespace {

constexpr std::int64_t kGp2IopsPerGib = 3;
constexpr std::int64_t kGp2IopsLeast = 100;
constexpr std::int64_t kGp2IopsMost = 16'000;
constexpr std::int64_t kGp3Throughput = 125;
constexpr std::int64_t kThroughputMost = 1'000;
constexpr std::int64_t kIopsPerThroughput = 4;

/// `iops_most` 0: the type takes no Iops.
struct TypeLimits {
  std::string_view type;
  std::int64_t size_least;
  std::int64_t size_most;
  std::int64_t iops_least;
  std::int64_t iops_most;
  std::int64_t iops_per_gib;
  std::int64_t iops_usual;  // 0 where the type takes Iops: they must be given
};

constexpr std::array kTypeLimits{
    TypeLimits{"gp3", 1, 16'384, 3'000, 16'000, 500, 3'000},
    TypeLimits{"gp2", 1, 16'384, 0, 0, 0, 0},
    TypeLimits{"io1", 4, 16'384, 100, 64'000, 50, 0},
    TypeLimits{"io2", 4, 65'536, 100, 256'000, 1'000, 0},
    TypeLimits{"st1", 125, 16'384, 0, 0, 0, 0},
    TypeLimits{"sc1", 125, 16'384, 0, 0, 0, 0},
    TypeLimits{"standard", 1, 1'024, 0, 0, 0, 0},
};

const TypeLimits* limits_of(std::string_view type) {
  const auto found = std::ranges::find(kTypeLimits, type, &TypeLimits::type);
  return found == kTypeLimits.end() ? nullptr : &*found;
}

std::unexpected<Error> bad_value(std::string message) {
  return std::unexpected(ec2_error("InvalidParameterValue", std::move(message)));
}

std::unexpected<Error> bad_combination(std::string message) {
  return std::unexpected(ec2_error("InvalidParameterCombination", std::move(message)));
}

Result<> check_size(const VolumeShape& shape, const TypeLimits& type) {
  if (shape.size_gib >= type.size_least && shape.size_gib <= type.size_most) return {};
  return bad_value(
      fmt::format("Volume of {}GiB is too {} for volume type {}; {} is {}GiB.", shape.size_gib,
                  shape.size_gib < type.size_least ? "small" : "large", shape.type,
                  shape.size_gib < type.size_least ? "minimum" : "maximum",
                  shape.size_gib < type.size_least ? type.size_least : type.size_most));
}

Result<> check_iops(const VolumeShape& shape, const TypeLimits& type) {
  if (type.iops_most == 0 && shape.iops != 0)
    return bad_combination(
        fmt::format("The parameter iops is not supported for {} volumes.", shape.type));
  if (shape.iops == 0 && type.iops_most != 0 && type.iops_usual == 0)
    return std::unexpected(
        ec2_error("MissingParameter",
                  fmt::format("The parameter iops must be specified for {} volumes.", shape.type)));
  if (shape.iops == 0) return {};
  if (shape.iops < type.iops_least || shape.iops > type.iops_most)
    return bad_value(fmt::format("Volume iops of {} is too {}; {} is {}.", shape.iops,
                                 shape.iops < type.iops_least ? "low" : "high",
                                 shape.iops < type.iops_least ? "minimum" : "maximum",
                                 shape.iops < type.iops_least ? type.iops_least : type.iops_most));
  if (shape.iops == type.iops_usual || shape.iops <= shape.size_gib * type.iops_per_gib) return {};
  return bad_combination(
      fmt::format("Iops to volume size ratio of {:.6f} is too high; maximum is {:.6f} IOPS per GiB",
                  static_cast<double>(shape.iops) / static_cast<double>(shape.size_gib),
                  static_cast<double>(type.iops_per_gib)));
}

Result<> check_throughput(const VolumeShape& shape) {
  if (shape.throughput == 0) return {};
  if (shape.type != "gp3")
    return bad_combination(
        fmt::format("The parameter throughput is not supported for {} volumes.", shape.type));
  if (shape.throughput < kGp3Throughput || shape.throughput > kThroughputMost)
    return bad_value(fmt::format("Volume throughput of {} MiB/s must be from {} to {}.",
                                 shape.throughput, kGp3Throughput, kThroughputMost));
  if (shape.throughput * kIopsPerThroughput <= shown_iops(shape)) return {};
  return bad_combination(fmt::format(
      "Throughput (MiBps) to iops ratio of {:.6f} is too high; maximum is 0.250000 MiBps per iops",
      static_cast<double>(shape.throughput) / static_cast<double>(shown_iops(shape))));
}

}  // namespace

VolumeShape shape_of(const Volume& row) {
  return {row.type, row.size_gib, row.iops, row.throughput};
}

Result<> check_shape(const VolumeShape& shape) {
  TRY_DO(check_volume_type(shape.type));
  const auto& type = *limits_of(shape.type);
  TRY_DO(check_size(shape, type));
  TRY_DO(check_iops(shape, type));
  return check_throughput(shape);
}

std::int64_t shown_iops(const VolumeShape& shape) {
  if (shape.iops > 0) return shape.iops;
  if (shape.type == "gp2")
    return std::clamp(shape.size_gib * kGp2IopsPerGib, kGp2IopsLeast, kGp2IopsMost);
  const auto* type = limits_of(shape.type);
  return type ? type->iops_usual : 0;
}

std::int64_t shown_throughput(const VolumeShape& shape) {
  if (shape.throughput > 0) return shape.throughput;
  return shape.type == "gp3" ? kGp3Throughput : 0;
}

}  // namespace hikae::sandbox
