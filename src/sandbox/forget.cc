#include "sandbox/forget.h"

#include "store/database.h"

namespace hikae::sandbox {

// A single statement is a transaction of its own.
Result<> forget_all(const std::string& path) {
  auto database = TRY(store::Database::open(path, store::Sync::Normal));
  return database->execute("DELETE FROM resource");
}

}  // namespace hikae::sandbox
