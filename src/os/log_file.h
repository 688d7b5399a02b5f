// The log on disk: one JSON line an entry, appended.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace hikae::os {

class LogFile {
 public:
  [[nodiscard]] static Result<std::unique_ptr<LogFile>> open(const std::string& path);
  ~LogFile();
  LogFile(const LogFile&) = delete;
  LogFile& operator=(const LogFile&) = delete;
  /// One line, in one write; on standard error where the file takes it not, or not whole. A log
  /// that cannot be written is not worth a run: the run goes on.
  void write(std::string_view line);

 private:
  explicit LogFile(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace hikae::os
