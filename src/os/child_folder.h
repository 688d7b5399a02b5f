// The folder of a child: made below the spawner's own, never through a link that an earlier child
// has laid there.
#pragma once

#include <string>

#include "base/spawner.h"

namespace hikae::os {

class ChildFolder {
 public:
  /// Makes the folder, and the script in it; both belong to `user` (-1: stay ours).
  /// Errors: `Invalid` for a name that is none, `Io`.
  [[nodiscard]] static Result<ChildFolder> open(const ChildJob& job, const std::string& root,
                                                int user);
  ChildFolder(ChildFolder&& other) noexcept;
  ChildFolder& operator=(ChildFolder&&) = delete;
  /// Removes the script, and where the job says so the folder.
  ~ChildFolder();

  [[nodiscard]] int descriptor() const { return descriptor_; }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  ChildFolder(std::string path, int descriptor, const ChildJob& job);
  [[nodiscard]] Result<> write_script(const ChildScript& script, int user) const;
  std::string path_;
  int descriptor_ = -1;
  std::string script_;
  FolderAfter after_ = FolderAfter::Kept;
};

}  // namespace hikae::os
