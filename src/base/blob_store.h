// The port of large pieces of bytes (the bodies of objects in S3): they are too large for rows that
// live in memory, so the row holds an id and the bytes lie here.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hikae {

/// Bytes by id; an id is 8 to 64 lower-case hex digits, made by the caller, never used twice. A
/// blob does not change.
///
/// Blocking, on the engine's thread. On disk if the process dies: every blob whose put() returned;
/// of a put() that did not, all of it or nothing. Who writes a row that names a blob does so after
/// put(); who erases one calls remove() after that is on disk. So a crash leaves blobs that nobody
/// names, never a name without its blob: the former are found by ids() at the next start.
class BlobStore {
 public:
  virtual ~BlobStore() = default;
  /// Errors: `Io`, `Invalid` for an id that is none.
  [[nodiscard]] virtual Result<> put(const std::string& id, std::string_view bytes) = 0;
  /// Errors: `NotFound`, `Io`.
  [[nodiscard]] virtual Result<std::string> get(const std::string& id) const = 0;
  /// One that is not there is ignored. Error `Io`: it may still be there.
  [[nodiscard]] virtual Result<> remove(const std::string& id) = 0;
  [[nodiscard]] virtual Result<std::vector<std::string>> ids() const = 0;
};

[[nodiscard]] inline bool is_blob_id(std::string_view id) {
  return id.size() >= 8 && id.size() <= 64 &&
         id.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// For the simulated world and for tests.
class MemoryBlobs final : public BlobStore {
 public:
  [[nodiscard]] Result<> put(const std::string& id, std::string_view bytes) override {
    if (!is_blob_id(id)) return fail(ErrorKind::Invalid, "'" + id + "' is no id of a blob");
    blobs_.insert_or_assign(id, std::string(bytes));
    return {};
  }
  [[nodiscard]] Result<std::string> get(const std::string& id) const override {
    if (const auto found = blobs_.find(id); found != blobs_.end()) return found->second;
    return fail(ErrorKind::NotFound, "there is no blob " + id);
  }
  [[nodiscard]] Result<> remove(const std::string& id) override {
    blobs_.erase(id);
    return {};
  }
  [[nodiscard]] Result<std::vector<std::string>> ids() const override {
    std::vector<std::string> all;
    for (const auto& [id, bytes] : blobs_) all.push_back(id);
    return all;
  }

 private:
  std::map<std::string, std::string> blobs_;
};

}  // namespace hikae
