#include "os/blob_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "os/data_folder.h"

namespace hikae::os {
namespace {

constexpr std::string_view kPartSuffix = ".part";

std::unexpected<Error> blob_error(const std::string& doing, const std::string& path) {
  return fail(ErrorKind::Io, doing + " " + path + ": " + std::strerror(errno) +
                                 "; check the folder's rights and the space on the disk");
}

/// Closes what it holds.
class BlobFile {
 public:
  explicit BlobFile(int number) : number_(number) {}
  ~BlobFile() {
    if (number_ >= 0) ::close(number_);
  }
  BlobFile(const BlobFile&) = delete;
  BlobFile& operator=(const BlobFile&) = delete;
  [[nodiscard]] int get() const { return number_; }
  [[nodiscard]] bool is_open() const { return number_ >= 0; }

 private:
  int number_;
};

Result<> write_whole(const std::string& path, std::string_view bytes) {
  const BlobFile file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!file.is_open()) return blob_error("cannot create", path);
  while (!bytes.empty()) {
    const auto written = ::write(file.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return blob_error("cannot write", path);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return ::fsync(file.get()) == 0 ? Result<>{} : blob_error("cannot write", path);
}

Result<> sync_names(const std::string& folder) {
  const BlobFile opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (opened.is_open() && ::fsync(opened.get()) == 0) return {};
  return blob_error("cannot write", folder);
}

Result<> check_blob_id(const std::string& id) {
  if (is_blob_id(id)) return {};
  return fail(ErrorKind::Invalid, "'" + id.substr(0, 80) + "' is no id of a blob");
}

/// The names of the folder's files, in order.
Result<std::vector<std::string>> names_in(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error))
    names.push_back(at->path().filename().string());
  if (error)
    return fail(ErrorKind::Io,
                "cannot read the folder " + folder + ": " + error.message() + "; check its rights");
  std::ranges::sort(names);
  return names;
}

}  // namespace

Result<std::unique_ptr<BlobFolder>> BlobFolder::open(std::string folder, std::size_t bytes_max) {
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
    return blob_error("cannot create", folder);
  for (const auto& name : TRY(names_in(folder)))
    if (name.ends_with(kPartSuffix)) ::unlink((folder + "/" + name).c_str());
  return std::unique_ptr<BlobFolder>(new BlobFolder(std::move(folder), bytes_max));
}

Result<> BlobFolder::put(const std::string& id, std::string_view bytes) {
  TRY_DO(check_blob_id(id));
  const auto path = path_of(id);
  const auto part = path + std::string(kPartSuffix);
  if (auto written = write_whole(part, bytes); !written) {
    ::unlink(part.c_str());  // half a blob would keep a full disk full
    return written;
  }
  if (::rename(part.c_str(), path.c_str()) != 0) return blob_error("cannot put in place", path);
  return sync_names(folder_);
}

Result<std::string> BlobFolder::get(const std::string& id) const {
  TRY_DO(check_blob_id(id));
  return read_file(path_of(id), bytes_max_);
}

Result<> BlobFolder::remove(const std::string& id) {
  TRY_DO(check_blob_id(id));
  const auto path = path_of(id);
  if (::unlink(path.c_str()) == 0 || errno == ENOENT) return {};
  return blob_error("cannot remove", path);
}

Result<std::vector<std::string>> BlobFolder::ids() const {
  std::vector<std::string> ids;
  for (auto& name : TRY(names_in(folder_)))
    if (is_blob_id(name)) ids.push_back(std::move(name));
  return ids;
}

}  // namespace hikae::os
