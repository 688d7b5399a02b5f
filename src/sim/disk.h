// hikae's disk in the simulator: it counts commits, ends the process at one of them, and fills up.
//
// A kill between two writes of a transaction is a kill before its commit: nothing of it is on disk.
// So two points a commit are all there are: before it, and after it while nothing that follows from
// it has been released.
#pragma once

#include <cstdint>
#include <functional>

#include "base/ports.h"
#include "engine/reserve.h"
#include "store/database.h"

namespace hikae::sim {

/// Thrown where the process ends. No std::exception: nobody may take it for an error of his own.
struct Killed {};

class Disk final : public engine::Reserve {
 public:
  static constexpr int kMostKills = 30;
  explicit Disk(Entropy& chaos) : chaos_(chaos) {}

  /// Watches the commits of `database`, which the disk outlives.
  void attach(store::Database& database);
  /// Of a million commits so many end the process; ten times as many while `is_delicate` says so;
  /// never more than kMostKills, so that the others are rehearsed too.
  void kill_per_million(std::uint32_t odds, std::function<bool()> is_delicate) {
    odds_ = odds;
    drawn_kills_ = 0;
    is_delicate_ = std::move(is_delicate);
  }
  /// The process ends at that commit, counted from 1: before it, or after it. Once; 0: never.
  enum class Side { Before, After };
  void kill_at(std::int64_t commit, Side side = Side::Before) {
    kill_at_ = commit;
    side_ = side;
  }
  /// Called after each commit that is on disk, unless the process has just ended.
  void on_commit(std::function<void()> then) { then_ = std::move(then); }
  void fill() { full_ = true; }
  void make_space() { full_ = false; }
  /// Another process opens the data folder: the room is taken again where there is some.
  void process_begins() {
    kept_ = !full_;
    is_open_ = false;
  }
  [[nodiscard]] std::int64_t commits() const { return commits_; }
  /// A turn has decided and is not on disk: memory is ahead.
  [[nodiscard]] bool is_commit_open() const { return is_open_; }

  [[nodiscard]] bool is_kept() const override { return kept_; }
  [[nodiscard]] bool is_disk_low() const override { return full_; }
  bool release() override;
  [[nodiscard]] Result<> keep() override;

 private:
  [[nodiscard]] Result<> before();
  void after();
  [[nodiscard]] bool dies();
  [[nodiscard]] bool is_the_end(std::int64_t commit, Side side);

  Entropy& chaos_;
  std::uint32_t odds_ = 0;
  int drawn_kills_ = 0;  // since the odds were set
  std::function<bool()> is_delicate_;
  std::function<void()> then_;
  std::int64_t kill_at_ = 0;
  Side side_ = Side::Before;
  std::int64_t commits_ = 0;
  bool kept_ = true;
  bool full_ = false;
  bool is_open_ = false;
};

}  // namespace hikae::sim
