#include "os/unzip.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zip.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/escape.h"

namespace hikae::os {
namespace {

constexpr std::size_t kZipPathBytes = 1024;
constexpr mode_t kZipFileMode = 0644, kZipProgramMode = 0755, kZipFolderMode = 0755;

struct CloseZip {
  void operator()(zip_t* archive) const { zip_discard(archive); }
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};
using Zip = std::unique_ptr<zip_t, CloseZip>;
using ZipEntry = std::unique_ptr<zip_file_t, CloseZip>;

/// A descriptor that is closed.
class ZipDescriptor {
 public:
  explicit ZipDescriptor(int number) : number_(number) {}
  ~ZipDescriptor() {
    if (number_ >= 0) close(number_);
  }
  ZipDescriptor(ZipDescriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  ZipDescriptor& operator=(ZipDescriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  [[nodiscard]] int get() const { return number_; }

 private:
  int number_;
};

struct ToUnpack {
  zip_uint64_t index = 0;
  std::vector<std::string> parts;
  bool is_folder = false;
  bool is_program = false;
};

std::unexpected<Error> refused(std::string_view path, const char* why) {
  return fail(ErrorKind::Invalid,
              fmt::format("the zip archive is refused: \"{}\" {}", printable(path), why));
}

std::unexpected<Error> not_written(std::string_view path) {
  return fail(ErrorKind::Io, fmt::format("\"{}\" of the zip archive cannot be written: {}",
                                         printable(path), std::strerror(errno)));
}

Result<Zip> open_zip(std::string_view bytes) {
  if (bytes.empty()) return fail(ErrorKind::Invalid, "the function's code is an empty file");
  zip_error_t error;
  zip_error_init(&error);
  auto* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  Zip archive(source ? zip_open_from_source(source, ZIP_RDONLY, &error) : nullptr);
  if (!archive && source) zip_source_free(source);
  const std::string why = archive ? "" : zip_error_strerror(&error);
  zip_error_fini(&error);
  if (archive) return archive;
  return fail(ErrorKind::Invalid, "the function's code is no zip archive: " + why);
}

Result<std::vector<std::string>> parts_of_path(std::string_view path, const UnzipLimits& limits) {
  if (path.empty() || path.size() > kZipPathBytes) return refused(path, "has no usable length");
  if (path.find('\\') != std::string_view::npos || path.find('\0') != std::string_view::npos)
    return refused(path, "has a character that no path has");
  if (path.starts_with('/')) return refused(path, "is an absolute path");
  std::vector<std::string> parts;
  while (!path.empty()) {
    const auto slash = path.find('/');
    const auto part = path.substr(0, slash);
    if (part == "..") return refused(path, "leads out of the folder");
    if (!part.empty() && part != ".") parts.emplace_back(part);
    path = slash == std::string_view::npos ? "" : path.substr(slash + 1);
  }
  if (parts.size() > limits.depth) return refused(parts.front(), "is too deep");
  return parts;
}

/// Unix modes stand in the upper half of the attributes, where a Unix has packed.
Result<> read_mode(zip_t* archive, std::string_view path, ToUnpack& entry) {
  zip_uint8_t system = 0;
  zip_uint32_t attributes = 0;
  zip_file_get_external_attributes(archive, entry.index, 0, &system, &attributes);
  if (system != ZIP_OPSYS_UNIX) return {};
  const mode_t mode = attributes >> 16;
  const auto kind = mode & S_IFMT;
  if (kind == S_IFLNK) return refused(path, "is a link");
  if (kind != 0 && kind != S_IFREG && kind != S_IFDIR) return refused(path, "is no file");
  entry.is_program = (mode & 0111) != 0;
  return {};
}

Result<std::vector<ToUnpack>> plan_of(zip_t* archive, const UnzipLimits& limits) {
  const auto count = zip_get_num_entries(archive, 0);
  if (count < 0 || static_cast<std::size_t>(count) > limits.files)
    return fail(ErrorKind::Limit, fmt::format("the zip archive has over {} files", limits.files));
  std::vector<ToUnpack> plan;
  std::set<std::vector<std::string>> names;
  std::size_t bytes = 0;
  for (zip_uint64_t i = 0; i < static_cast<zip_uint64_t>(count); ++i) {
    zip_stat_t stat;
    if (zip_stat_index(archive, i, 0, &stat) != 0 || !(stat.valid & ZIP_STAT_NAME))
      return refused("", "has an entry that cannot be read");
    const std::string_view path = stat.name;
    ToUnpack entry{i, TRY(parts_of_path(path, limits)), path.ends_with('/')};
    TRY_DO(read_mode(archive, path, entry));
    if (entry.parts.empty()) continue;
    if (!entry.is_folder && !names.insert(entry.parts).second) return refused(path, "comes twice");
    if (stat.valid & ZIP_STAT_SIZE) bytes += std::min<zip_uint64_t>(stat.size, limits.bytes + 1);
    if (bytes > limits.bytes)
      return fail(ErrorKind::Limit,
                  fmt::format("the zip archive is larger than {} MB unpacked", limits.bytes >> 20));
    plan.push_back(std::move(entry));
  }
  return plan;
}

Result<ZipDescriptor> enter(int folder, const std::vector<std::string>& parts, std::size_t count) {
  ZipDescriptor at(fcntl(folder, F_DUPFD_CLOEXEC, 3));
  for (std::size_t i = 0; i < count; ++i) {
    const bool is_new = mkdirat(at.get(), parts[i].c_str(), kZipFolderMode) == 0;
    if (is_new ? fchmodat(at.get(), parts[i].c_str(), kZipFolderMode, 0) != 0 : errno != EEXIST)
      return not_written(parts[i]);
    at = ZipDescriptor(
        openat(at.get(), parts[i].c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (at.get() < 0) return not_written(parts[i]);
  }
  return at;
}

Result<> unpack(zip_t* archive, const ToUnpack& entry, int folder, std::size_t& room) {
  const auto within =
      TRY(enter(folder, entry.parts, entry.parts.size() - (entry.is_folder ? 0 : 1)));
  if (entry.is_folder) return {};
  const auto& name = entry.parts.back();
  const ZipDescriptor file(openat(within.get(), name.c_str(),
                                  O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (file.get() < 0) return not_written(name);
  const ZipEntry from(zip_fopen_index(archive, entry.index, 0));
  if (!from) return refused(name, "is packed in a way that cannot be read");
  std::vector<char> buffer(65'536);
  while (true) {
    const auto got = zip_fread(from.get(), buffer.data(), buffer.size());
    if (got < 0) return refused(name, "is damaged");
    if (got == 0) break;
    const auto bytes = static_cast<std::size_t>(got);
    if (bytes > room) return refused(name, "is larger than the archive says");
    room -= bytes;
    if (write(file.get(), buffer.data(), bytes) != got) return not_written(name);
  }
  if (fchmod(file.get(), entry.is_program ? kZipProgramMode : kZipFileMode) != 0)
    return not_written(name);
  return {};
}

}  // namespace

Result<> unzip(std::string_view archive, int folder, const UnzipLimits& limits) {
  const auto zip = TRY(open_zip(archive));
  const auto plan = TRY(plan_of(zip.get(), limits));
  auto room = limits.bytes;
  for (const auto& entry : plan) TRY_DO(unpack(zip.get(), entry, folder, room));
  return {};
}

}  // namespace hikae::os
