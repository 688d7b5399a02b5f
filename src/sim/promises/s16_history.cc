// S16: no way back. What has ended keeps its outcome, and no row of the journal that was once on
// disk is changed or gone.
#include <fmt/format.h>

#include <map>

#include "base/hash.h"
#include "sim/promises/promises.h"
#include "sim/rows.h"

namespace hikae::sim {
namespace {

class HistoryChecker final : public Checker {
 public:
  std::string_view promise() const override { return "S16 no way back"; }
  // Where a turn was half written, its rows are seen here and rightly gone afterwards.
  void died(const World& world, bool is_exact) override {
    if (is_exact) look(world);
  }
  void revived(const World& world) override { look(world); }
  void rested(const World& world) override { look(world); }

 private:
  void look(const World& world) {
    if (hash_upto(world, seen_) != hash_) broken(world, "the journal's past has changed");
    seen_ = query_number(world.database(), "SELECT max(lsn) FROM journal");
    hash_ = hash_upto(world, seen_);
    for (const auto& row : query(world.database(),
                                 "SELECT no, id, ended_at, outcome FROM machines WHERE ended_at "
                                 "IS NOT NULL"))
      ended(world, row);
  }

  void ended(const World& world, const Row& row) {
    const auto now = row[2] + " " + row[3];
    const auto [at, is_new] = ended_.emplace(row[0], now);
    if (!is_new && at->second != now)
      broken(world, fmt::format("{} had ended as {}, and has now as {}", row[1], at->second, now));
  }

  static std::string hash_upto(const World& world, std::int64_t lsn) {
    std::string all;
    for (const auto& row : query(world.database(),
                                 "SELECT lsn, machine, seq, at, event FROM journal WHERE lsn <= "
                                 "CAST(? AS INTEGER) ORDER BY lsn",
                                 {std::to_string(lsn)}))
      for (const auto& cell : row) all += cell + "\x1f";
    return sha256_hex(all);
  }

  std::int64_t seen_ = 0;
  std::string hash_ = sha256_hex("");
  std::map<std::string, std::string> ended_;
};

}  // namespace

std::unique_ptr<Checker> make_history_checker() { return std::make_unique<HistoryChecker>(); }

}  // namespace hikae::sim
