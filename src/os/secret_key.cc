#include "os/secret_key.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "base/value.h"
#include "os/data_folder.h"

namespace hikae::os {
namespace {

std::unexpected<Error> key_error(const std::string& doing, const std::string& path) {
  return fail(ErrorKind::Io, doing + " the key file " + path + ": " + std::strerror(errno));
}

Result<SecretKey> new_secret_key() {
  SecretKey key{};
  if (getrandom(key.data(), key.size(), 0) == static_cast<ssize_t>(key.size())) return key;
  return fail(ErrorKind::Io, "the operating system gives no random bytes for a key");
}

Result<> write_through(const std::string& path, const SecretKey& key) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return key_error("cannot create", path);
  const bool written =
      write(file, key.data(), key.size()) == static_cast<ssize_t>(key.size()) && fsync(file) == 0;
  close(file);
  return written ? Result<>{} : key_error("cannot write", path);
}

/// A name is on disk when its folder is.
Result<> sync_folder_of(const std::string& path) {
  const auto parent = std::filesystem::path(path).parent_path().string();
  const int folder = ::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return key_error("cannot open the folder of", path);
  const bool synced = fsync(folder) == 0;
  close(folder);
  return synced ? Result<>{} : key_error("cannot write the folder of", path);
}

Result<SecretKey> make_key(const std::string& path) {
  const auto key = TRY(new_secret_key());
  const auto fresh = path + ".new";
  TRY_DO(write_through(fresh, key));
  if (rename(fresh.c_str(), path.c_str()) != 0) return key_error("cannot name", path);
  TRY_DO(sync_folder_of(path));
  return key;
}

}  // namespace

Result<SecretKey> keep_secret_key(const std::string& path) {
  if (access(path.c_str(), F_OK) != 0 && errno == ENOENT) return make_key(path);
  if (chmod(path.c_str(), 0600) != 0) return key_error("cannot protect", path);
  const auto bytes = TRY(read_file(path, 1024));
  SecretKey key{};
  if (bytes.size() != key.size())
    return fail(ErrorKind::Io, path + " is no key: it has " + std::to_string(bytes.size()) +
                                   " bytes, not 32; put back the file that belongs to this data "
                                   "folder, or take it away (what was sealed is lost then)");
  std::ranges::copy(bytes, key.begin());
  return key;
}

}  // namespace hikae::os
