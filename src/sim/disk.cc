#include "sim/disk.h"

#include "base/entropy.h"

namespace hikae::sim {

void Disk::attach(store::Database& database) {
  database.watch_commits({[this] { return before(); }, [this] { after(); }});
}

bool Disk::release() { return std::exchange(kept_, false); }

Result<> Disk::keep() {
  if (full_) return fail(ErrorKind::Io, "no space for the reserve");
  kept_ = true;
  return {};
}

bool Disk::dies() {
  if (odds_ == 0 || drawn_kills_ >= kMostKills) return false;
  const auto odds = is_delicate_ && is_delicate_() ? std::uint64_t{odds_} * 10 : odds_;
  if (below(chaos_, 1'000'000) >= odds) return false;
  ++drawn_kills_;
  return true;
}

bool Disk::is_the_end(std::int64_t commit, Side side) {
  if (commit != kill_at_ || side != side_) return false;
  kill_at_ = 0;
  return true;
}

Result<> Disk::before() {
  is_open_ = true;
  if (is_the_end(commits_ + 1, Side::Before)) throw Killed();
  if (full_ && kept_) return fail(ErrorKind::Io, std::string(store::kDiskFull), "no space is left");
  if (dies()) throw Killed();
  return {};
}

void Disk::after() {
  ++commits_;
  is_open_ = false;
  if (is_the_end(commits_, Side::After) || dies()) throw Killed();
  if (then_) then_();
}

}  // namespace hikae::sim
