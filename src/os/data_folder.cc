#include "os/data_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace hikae::os {
namespace {

std::unexpected<Error> io_error(const std::string& doing, const std::string& path) {
  return fail(ErrorKind::Io, doing + " " + path + ": " + std::strerror(errno));
}

std::string holder_of(int lock) {
  std::array<char, 32> pid{};
  const auto got = pread(lock, pid.data(), pid.size() - 1, 0);
  return got > 0 ? "process " + std::string(pid.data()) : "another process";
}

}  // namespace

DataFolder::DataFolder(DataFolder&& other) noexcept
    : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

DataFolder::~DataFolder() {
  if (lock_ >= 0) close(lock_);
}

Result<DataFolder> DataFolder::open(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return fail(ErrorKind::Io, "data folder " + path + ": " + error.message());
  // Others have no business with what is in it: mails, names of servers, later credentials.
  chmod(path.c_str(), 0700);
  const auto file = path + "/lock";
  const int lock = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock < 0) return io_error("cannot open", file);
  DataFolder folder(path, lock);
  if (flock(lock, LOCK_EX | LOCK_NB) != 0)
    return fail(ErrorKind::Conflict, "the data folder " + path + " is in use by " +
                                         holder_of(lock) + "; stop it first, or give another " +
                                         "folder with --data");
  const auto pid = std::to_string(getpid());
  if (ftruncate(lock, 0) != 0 ||
      pwrite(lock, pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size()))
    return io_error("cannot write", file);
  return folder;
}

Result<> make_private(const std::string& path) {
  const int made = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (made >= 0) close(made);
  if (made < 0 && errno != EEXIST) return io_error("cannot create", path);
  return chmod(path.c_str(), 0600) == 0 ? Result<>{} : io_error("cannot protect", path);
}

Result<std::string> new_temporary_folder() {
  std::error_code error;
  auto pattern = std::filesystem::temp_directory_path(error).string() + "/hikae-XXXXXX";
  if (error || !mkdtemp(pattern.data())) return io_error("cannot create", pattern);
  return pattern;
}

Result<> write_file(const std::string& path, std::string_view text) {
  const auto part = path + ".part";
  const int file = ::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return io_error("cannot create", part);
  const bool is_written =
      ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
      ::fsync(file) == 0;
  close(file);
  if (!is_written) return io_error("cannot write", part);
  if (::rename(part.c_str(), path.c_str()) != 0) return io_error("cannot put in place", path);
  const auto folder = std::filesystem::path(path).parent_path().string();
  const int opened = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool is_kept = opened >= 0 && ::fsync(opened) == 0;
  if (opened >= 0) close(opened);
  return is_kept ? Result<>{} : io_error("cannot write", folder);
}

Result<std::string> read_file(const std::string& path, std::size_t bytes_max) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  if (error) return fail(ErrorKind::NotFound, "cannot read " + path + ": " + error.message());
  if (size > bytes_max)
    return fail(ErrorKind::Limit, path + " has " + std::to_string(size) + " bytes; at most " +
                                      std::to_string(bytes_max) + " are read");
  std::ifstream in(path, std::ios::binary);
  std::string text(size, '\0');
  in.read(text.data(), static_cast<std::streamsize>(size));
  if (!in) return io_error("cannot read", path);
  return text;
}

}  // namespace hikae::os
