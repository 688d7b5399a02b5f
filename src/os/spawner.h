// Children on workers of their own: the engine's thread never waits for one.
#pragma once

#include <functional>
#include <memory>

#include "base/spawner.h"

namespace hikae::os {

class ChildSpawner final : public Spawner {
 public:
  /// Runs its argument on the engine's thread, later; callable from any thread; lives at least as
  /// long as the spawner.
  using Post = std::function<void(std::move_only_function<void()>)>;

  /// Children have their folders below `root`. At most eight run at once; more wait.
  ChildSpawner(std::string root, Post post);
  /// Kills what runs; each child is answered.
  ~ChildSpawner() override;
  ChildSpawner(const ChildSpawner&) = delete;
  ChildSpawner& operator=(const ChildSpawner&) = delete;

  ChildId spawn(ChildJob job, Done done) override;
  void stop(ChildId id) override;
  /// Only the system's own folders are looked in, never PATH.
  [[nodiscard]] std::optional<std::string> program(std::string_view name) const override;
  /// Children that were asked for and not answered yet. On the engine's thread.
  [[nodiscard]] int out() const;

 private:
  struct Workers;
  std::unique_ptr<Workers> workers_;
};

}  // namespace hikae::os
