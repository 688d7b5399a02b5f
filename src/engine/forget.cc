#include "engine/forget.h"

#include <string>
#include <vector>

#include "engine/schema.h"

namespace hikae::engine {
namespace {

struct RowKey {
  std::string account, region, kind, id;
};

Result<std::vector<RowKey>> rows_to_forget(store::Database& database, const Outlives& outlives) {
  std::vector<RowKey> keys;
  auto read = TRY(database.prepare("SELECT account, region, kind, id, body FROM resources"));
  while (TRY(read.step()))
    if (!outlives(read.text(2), read.text(3), read.text(4)))
      keys.push_back({std::string(read.text(0)), std::string(read.text(1)),
                      std::string(read.text(2)), std::string(read.text(3))});
  return keys;
}

Result<> erase_everything(store::Database& database, const Outlives& outlives) {
  const auto keys = TRY(rows_to_forget(database, outlives));
  TRY_DO(database.execute("DELETE FROM journal; DELETE FROM effects; DELETE FROM machines;"));
  auto erase = TRY(database.prepare(
      "DELETE FROM resources WHERE account = ?1 AND region = ?2 AND kind = ?3 AND id = ?4"));
  for (const auto& key : keys) {
    erase.bind(1, key.account).bind(2, key.region).bind(3, key.kind).bind(4, key.id);
    TRY_DO(erase.run());
  }
  return {};
}

}  // namespace

Result<> forget_all(store::Database& database, const Outlives& outlives) {
  TRY_DO(database.execute(kSchema));
  TRY_DO(database.begin());
  const auto erased = erase_everything(database, outlives);
  if (erased) return database.commit();
  database.rollback();
  return erased;
}

}  // namespace hikae::engine
