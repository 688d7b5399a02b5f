// The folder in which hikae keeps what it knows: hikae.db, sandbox.db, installation,
// mail/, s3/, lock.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"

namespace hikae::os {

/// Holds the folder's lock as long as it lives: one process at a time.
class DataFolder {
 public:
  /// Creates the folder (mode 0700) where it is absent. Error `Conflict`: another process holds it;
  /// the message names the process.
  [[nodiscard]] static Result<DataFolder> open(const std::string& path);
  DataFolder(DataFolder&& other) noexcept;
  DataFolder& operator=(DataFolder&&) = delete;
  ~DataFolder();

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  DataFolder(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}
  std::string path_;
  int lock_ = -1;
};

/// Creates the file, empty, where it is absent, and lets only its owner read and write it. To be
/// called before a database opens it: what stands beside the database gets the same mode.
[[nodiscard]] Result<> make_private(const std::string& path);
/// A new folder below the system's temporary one.
[[nodiscard]] Result<std::string> new_temporary_folder();
/// Puts a small private file in place of an older one: after a power cut it is one or the other.
[[nodiscard]] Result<> write_file(const std::string& path, std::string_view text);
/// The whole file; `Limit` above `bytes_max`.
[[nodiscard]] Result<std::string> read_file(const std::string& path, std::size_t bytes_max);

}  // namespace hikae::os
