#include "plane/s3/shelf.h"

#include <algorithm>
#include <set>

#include "aws/errors.h"
#include "base/entropy.h"
#include "plane/s3/rows.h"

namespace hikae::plane::s3 {
namespace {

std::size_t size_of(const Value& piece) {
  return static_cast<std::size_t>(int_at(piece, "Size").value_or(0));
}

/// Every {Blob, Size} that stands in a row.
void each_piece(const engine::Tables& tables, const std::function<void(const Value&)>& visit) {
  for (const auto& scope : tables.scopes_with(kObjectRows))
    for (const auto& [id, row] : tables.rows(scope, kObjectRows))
      for (const auto& version : list_at(row, "Versions"))
        if (find(version, "Blob")) visit(version);
  for (const auto& scope : tables.scopes_with(kPartRows))
    for (const auto& [id, part] : tables.rows(scope, kPartRows)) visit(part);
}

}  // namespace

Shelf::Shelf(engine::Kernel& kernel, BlobStore& blobs, Log& log, Bounds bounds)
    : blobs_(blobs), log_(log), bounds_(bounds) {
  std::set<std::string, std::less<>> named;
  each_piece(kernel.tables(), [&](const Value& piece) {
    named.insert(str(text_at(piece, "Blob")));
    bytes_ += size_of(piece);
  });
  const auto all = blobs_.ids();
  if (!all) {
    log_.warn("s3", "the bodies cannot be listed", {{"why", all.error().message}});
    return;
  }
  for (const auto& id : *all)
    if (!named.contains(id)) remove(id);
}

Result<> Shelf::check_room(engine::Turn& turn, std::size_t bytes) const {
  if (bytes > bounds_.object_bytes)
    return aws::aws_error("EntityTooLarge",
                          "Your proposed upload exceeds the maximum allowed size: hikae keeps "
                          "objects of up to " +
                              std::to_string(bounds_.object_bytes >> 20) + " MiB");
  if (bytes_ + bytes > bounds_.all_bytes)
    return aws::aws_error("InvalidRequest", "hikae keeps at most " +
                                                std::to_string(bounds_.all_bytes >> 20) +
                                                " MiB of objects in all: delete some first");
  if (turn.kernel().disk_space() == engine::DiskSpace::Short)
    return aws::aws_error("SlowDown", "The disk of hikae's data folder is nearly full.");
  return {};
}

Result<std::string> Shelf::put(engine::Turn& turn, std::string_view bytes) {
  TRY_DO(check_room(turn, bytes.size()));
  auto id = random_hex(turn.entropy(), 32);
  if (const auto kept = blobs_.put(id, bytes); !kept)
    return fail(ErrorKind::Unavailable, "InternalError", kept.error().message);
  bytes_ += bytes.size();
  return id;
}

Result<std::string> Shelf::get(const Value& piece) const {
  auto bytes = blobs_.get(str(text_at(piece, "Blob")));
  if (bytes && bytes->size() == size_of(piece)) return bytes;
  return fail(ErrorKind::Unavailable, "InternalError",
              "the object's body is lost: " +
                  (bytes ? "it has not its length any more" : bytes.error().message));
}

void Shelf::drop(engine::Turn& turn, const Value& piece) {
  auto blob = str(text_at(piece, "Blob"));
  if (blob.empty()) return;
  bytes_ -= std::min(bytes_, size_of(piece));
  turn.after_commit([this, blob = std::move(blob)] { remove(blob); });
}

void Shelf::remove(const std::string& blob) {
  if (const auto removed = blobs_.remove(blob); !removed)
    log_.warn("s3", "a body that nobody needs stays until the next start",
              {{"why", removed.error().message}});
}

}  // namespace hikae::plane::s3
