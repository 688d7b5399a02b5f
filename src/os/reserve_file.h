// The room that is kept on the disk (engine/reserve.h): a file of 64 MiB, written in full, beside
// the database. On disk if the process dies: the file, or not; the next start takes it up as it is.
#pragma once

#include <string>

#include "engine/reserve.h"

namespace hikae::os {

class ReserveFile final : public engine::Reserve {
 public:
  explicit ReserveFile(std::string path);
  [[nodiscard]] bool is_kept() const override { return kept_; }
  [[nodiscard]] bool is_disk_low() const override;
  bool release() override;
  [[nodiscard]] Result<> keep() override;

 private:
  std::string path_;
  bool kept_ = false;
};

}  // namespace hikae::os
