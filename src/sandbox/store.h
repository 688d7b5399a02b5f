// The sandbox's own file: one table, one row a resource, the body as JSON. It shares no
// transaction, no type and no include with the plane or the engine.
//
// On disk if the process dies: every write() that returned (synchronous NORMAL; after a power cut
// the last few may be missing, always a whole suffix of them).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "store/database.h"

namespace hikae::sandbox {

/// What one write does to one row: `body` absent removes it.
struct RowChange {
  Scope scope;
  std::string kind;  // "instance", "volume", "image", "snapshot", "command", "security-group", …
  std::string id;
  std::optional<std::string> body;
};

class Store {
 public:
  [[nodiscard]] static Result<std::unique_ptr<Store>> open(const std::string& path);

  using Visit = std::function<Result<>(const Scope& scope, std::string_view kind,
                                       std::string_view id, std::string_view body)>;
  /// Every row, in the order of account, region, kind, id.
  [[nodiscard]] Result<> load(const Visit& visit);
  /// All or nothing.
  [[nodiscard]] Result<> write(const std::vector<RowChange>& rows);

 private:
  Store(std::unique_ptr<store::Database> database, store::Statement put, store::Statement erase);
  [[nodiscard]] Result<> write_one(const RowChange& row);

  std::unique_ptr<store::Database> database_;  // before the statements: outlives them
  store::Statement put_;
  store::Statement erase_;
};

}  // namespace hikae::sandbox
