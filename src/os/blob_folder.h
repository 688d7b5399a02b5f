// Blobs as files of a folder, DATA/s3 (base/blob_store.h): one file each, named by its id, mode
// 0600. Written beside its place, synchronised, then renamed: it is there whole or not at all.
#pragma once

#include <memory>

#include "base/blob_store.h"

namespace hikae::os {

class BlobFolder final : public BlobStore {
 public:
  /// Creates the folder (mode 0700) where it is absent; removes what a crash left half-written.
  /// `bytes_max`: a larger file is no blob of ours and is not read. Error `Io`.
  [[nodiscard]] static Result<std::unique_ptr<BlobFolder>> open(std::string folder,
                                                                std::size_t bytes_max);

  [[nodiscard]] Result<> put(const std::string& id, std::string_view bytes) override;
  [[nodiscard]] Result<std::string> get(const std::string& id) const override;
  [[nodiscard]] Result<> remove(const std::string& id) override;
  [[nodiscard]] Result<std::vector<std::string>> ids() const override;

 private:
  BlobFolder(std::string folder, std::size_t bytes_max)
      : folder_(std::move(folder)), bytes_max_(bytes_max) {}
  [[nodiscard]] std::string path_of(const std::string& id) const { return folder_ + "/" + id; }

  std::string folder_;
  std::size_t bytes_max_;
};

}  // namespace hikae::os
