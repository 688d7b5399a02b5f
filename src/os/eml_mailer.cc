#include "os/eml_mailer.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "base/hash.h"
#include "delivery/mime.h"

namespace hikae::os {
namespace {

constexpr std::string_view kEmlSuffix = ".eml";
constexpr std::size_t kIdDigits = 24;

std::unexpected<Error> disk_error(std::string_view what, const std::string& path) {
  return fail(ErrorKind::Io,
              fmt::format("{} {} failed: {}; check the folder's rights and the space "
                          "on the disk",
                          what, path, std::strerror(errno)));
}

/// Closes what it holds.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return number_; }
  [[nodiscard]] bool is_open() const { return number_ >= 0; }

 private:
  int number_;
};

Result<> write_and_sync(const std::string& path, std::string_view bytes) {
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!file.is_open()) return disk_error("creating", path);
  while (!bytes.empty()) {
    const auto written = ::write(file.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return disk_error("writing", path);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fsync(file.get()) != 0) return disk_error("writing", path);
  return {};
}

Result<> sync_folder(const std::string& path) {
  const Descriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.is_open() || ::fsync(folder.get()) != 0) return disk_error("writing", path);
  return {};
}

/// "20260101T183000Z"
std::string compact_date(WallTime time) {
  auto text = iso(time);
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text;
}

std::string id_part(const Mail& mail) { return hex_of(mail.message_id, kIdDigits); }

/// The id part of "<date>_<id>.eml"; empty for other files.
std::string id_in(const std::string& name) {
  if (!name.ends_with(kEmlSuffix) || name.size() < kIdDigits + kEmlSuffix.size() + 1) return {};
  const auto begin = name.size() - kEmlSuffix.size() - kIdDigits;
  return name[begin - 1] == '_' ? name.substr(begin, kIdDigits) : std::string();
}

/// A file that a crash left half-written is no mail.
bool is_leftover(const std::string& name) {
  return name.starts_with('.') && name.ends_with(std::string(kEmlSuffix) + ".part");
}

}  // namespace

Result<std::unique_ptr<EmlMailer>> EmlMailer::open(std::string folder, Timers& timers) {
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return disk_error("creating", folder);
  std::error_code error;
  std::set<std::string> known;
  for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error)) {
    const auto name = at->path().filename().string();
    if (auto id = id_in(name); !id.empty()) known.insert(std::move(id));
    if (is_leftover(name)) ::unlink(at->path().c_str());
  }
  if (error)
    return fail(ErrorKind::Io, fmt::format("reading the folder {} failed: {}; check its rights",
                                           folder, error.message()));
  return std::unique_ptr<EmlMailer>(new EmlMailer(std::move(folder), timers, std::move(known)));
}

Result<> EmlMailer::write(const Mail& mail) {
  const auto id = id_part(mail);
  if (known_.contains(id)) return {};
  const auto mime = TRY(delivery::to_mime(mail, "hikae@localhost"));
  const auto name = fmt::format("{}_{}{}", compact_date(mail.date), id, kEmlSuffix);
  const auto part = fmt::format("{}/.{}.part", folder_, name);
  const auto path = fmt::format("{}/{}", folder_, name);
  TRY_DO(write_and_sync(part, mime));
  if (::rename(part.c_str(), path.c_str()) != 0) return disk_error("writing", path);
  TRY_DO(sync_folder(folder_));
  known_.insert(id);
  return {};
}

void EmlMailer::send(Mail mail, Done done) {
  timers_.soon(
      [done = std::move(done), result = write(mail)]() mutable { done(std::move(result)); });
}

}  // namespace hikae::os
