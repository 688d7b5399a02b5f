#include "os/log_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace hikae::os {

Result<std::unique_ptr<LogFile>> LogFile::open(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (descriptor < 0)
    return fail(ErrorKind::Io, "cannot open the log " + path + ": " + std::strerror(errno));
  return std::unique_ptr<LogFile>(new LogFile(descriptor));
}

LogFile::~LogFile() { close(descriptor_); }

void LogFile::write(std::string_view line) {
  std::string whole(line);
  whole += '\n';
  const auto size = static_cast<ssize_t>(whole.size());
  if (::write(descriptor_, whole.data(), whole.size()) == size) return;
  // A full disk is when people most need to read it.
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, whole.data(), whole.size());
}

}  // namespace hikae::os
