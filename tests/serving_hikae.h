// A `hikae up --listen` of its own for a test: a real process, a real port, a real key.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "process.h"

namespace hikae::tests {

class ServingHikae {
 public:
  /// Starts it on a free port of this machine and waits until it serves; more words for `up` may be
  /// given ("--auth", "off").
  explicit ServingHikae(const std::string& data, const std::vector<std::string>& words = {});

  /// False where it did not come up; `why()` is what it said then.
  [[nodiscard]] bool serves() const { return !url_.empty(); }
  [[nodiscard]] std::string why();
  [[nodiscard]] const std::string& url() const { return url_; }
  /// argv that runs `words` as a client that uses its key and region.
  [[nodiscard]] std::vector<std::string> as_client(std::vector<std::string> words) const;
  /// Ends it as an operator does.
  [[nodiscard]] Ended stop();

 private:
  std::string data_;
  std::unique_ptr<Child> child_;
  std::string url_;
};

}  // namespace hikae::tests
