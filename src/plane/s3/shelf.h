// The bodies of objects: how many bytes there are, where they lie, and what nobody names any more.
//
// Rows name blobs by {Blob, Size}. A blob is on disk before the turn that names it is committed,
// and removed after the turn that names it no more; what a crash leaves between is swept when the
// service starts.
#pragma once

#include "base/blob_store.h"
#include "base/log.h"
#include "engine/kernel.h"

namespace hikae::plane::s3 {

struct Bounds {
  std::size_t object_bytes = std::size_t{64} << 20;  // one object, also one of many parts
  std::size_t all_bytes = std::size_t{4} << 30;      // of all accounts
};

class Shelf {
 public:
  /// Counts what the tables name and removes all other blobs. Blobs, kernel and log outlive it.
  Shelf(engine::Kernel& kernel, BlobStore& blobs, Log& log, Bounds bounds);

  /// The id under which the bytes are on disk now. The last step of a handler before its rows.
  /// Errors: EntityTooLarge, InvalidRequest where there are too many bytes in all, SlowDown where
  /// the disk is short of space, InternalError where it refuses.
  [[nodiscard]] Result<std::string> put(engine::Turn& turn, std::string_view bytes);
  [[nodiscard]] Result<std::string> get(const Value& piece) const;
  /// Removes what `piece` {Blob, Size} names when this turn is on disk.
  void drop(engine::Turn& turn, const Value& piece);

  [[nodiscard]] const Bounds& bounds() const { return bounds_; }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  [[nodiscard]] Result<> check_room(engine::Turn& turn, std::size_t bytes) const;
  void remove(const std::string& blob);

  BlobStore& blobs_;
  Log& log_;
  Bounds bounds_;
  std::size_t bytes_ = 0;
};

}  // namespace hikae::plane::s3
