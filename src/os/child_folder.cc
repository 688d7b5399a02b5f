#include "os/child_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

namespace hikae::os {
namespace {

std::unexpected<Error> folder_error(const std::string& doing, const std::string& path) {
  return fail(ErrorKind::Io, doing + " " + path + ": " + std::strerror(errno));
}

/// "machines/i-0123": parts of letters, digits, '-' and '_'.
bool is_folder_name(std::string_view name) {
  const auto is_legal = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '/';
  };
  return !name.empty() && name.size() <= 200 && std::ranges::all_of(name, is_legal) &&
         !name.starts_with('/') && !name.ends_with('/') &&
         name.find("//") == std::string_view::npos;
}

bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const auto written = write(descriptor, text.data(), text.size());
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

ChildFolder::ChildFolder(std::string path, int descriptor, const ChildJob& job)
    : path_(std::move(path)), descriptor_(descriptor), after_(job.folder_after) {}

ChildFolder::ChildFolder(ChildFolder&& other) noexcept
    : path_(std::move(other.path_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      script_(std::move(other.script_)),
      after_(other.after_) {}

ChildFolder::~ChildFolder() {
  if (descriptor_ < 0) return;
  if (!script_.empty()) unlinkat(descriptor_, script_.c_str(), 0);
  close(descriptor_);
  std::error_code ignored;
  if (after_ == FolderAfter::Removed) std::filesystem::remove_all(path_, ignored);
}

Result<ChildFolder> ChildFolder::open(const ChildJob& job, const std::string& root, int user) {
  if (!is_folder_name(job.folder))
    return fail(ErrorKind::Invalid, "\"" + job.folder + "\" is no name of a child's folder");
  std::error_code error;
  auto path = std::filesystem::absolute(root, error).lexically_normal().string() + "/" + job.folder;
  std::filesystem::create_directories(path, error);
  if (error) return fail(ErrorKind::Io, "a script's folder " + path + ": " + error.message());
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (descriptor < 0) return folder_error("cannot open a script's folder", path);
  ChildFolder folder(std::move(path), descriptor, job);
  if (fchmod(descriptor, 0700) != 0 ||
      (user >= 0 && fchown(descriptor, static_cast<uid_t>(user), static_cast<gid_t>(user)) != 0))
    return folder_error("cannot hand over a script's folder", folder.path_);
  if (job.script) {
    TRY_DO(folder.write_script(*job.script, user));
    folder.script_ = job.script->name;
  }
  return folder;
}

Result<> ChildFolder::write_script(const ChildScript& script, int user) const {
  // What lies there under that name is somebody else's: it is never written through.
  unlinkat(descriptor_, script.name.c_str(), 0);
  const int file = openat(descriptor_, script.name.c_str(),
                          O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0700);
  if (file < 0) return folder_error("cannot write a script into", path_);
  const bool is_written =
      write_all(file, script.text) &&
      (user < 0 || fchown(file, static_cast<uid_t>(user), static_cast<gid_t>(user)) == 0);
  close(file);
  if (!is_written) return folder_error("cannot write a script into", path_);
  return {};
}

}  // namespace hikae::os
