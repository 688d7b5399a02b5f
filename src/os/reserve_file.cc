#include "os/reserve_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace hikae::os {
namespace {

constexpr off_t kReserveBytes = 64 << 20;
/// Beside the reserve: what the databases, the log and a night's mails may need before it is
/// noticed.
constexpr std::uint64_t kLowBytes = 32 << 20;

}  // namespace

ReserveFile::ReserveFile(std::string path) : path_(std::move(path)) {
  struct stat found {};
  kept_ = stat(path_.c_str(), &found) == 0 && found.st_size == kReserveBytes;
}

bool ReserveFile::is_disk_low() const {
  struct statvfs disk {};
  const auto folder = std::filesystem::path(path_).parent_path();
  if (statvfs(folder.c_str(), &disk) != 0) return false;
  return static_cast<std::uint64_t>(disk.f_bavail) * disk.f_frsize < kLowBytes;
}

bool ReserveFile::release() { return std::exchange(kept_, false) && unlink(path_.c_str()) == 0; }

Result<> ReserveFile::keep() {
  if (kept_) return {};
  const int file = open(path_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return fail(ErrorKind::Io, "cannot create " + path_ + ": " + std::strerror(errno));
  const int error = posix_fallocate(file, 0, kReserveBytes);
  close(file);
  if (error != 0) {
    unlink(path_.c_str());
    return fail(ErrorKind::Io, "cannot keep 64 MiB free in " + path_ + ": " + std::strerror(error));
  }
  kept_ = true;
  return {};
}

}  // namespace hikae::os
