#include "sandbox/store.h"

#include <fmt/format.h>

namespace hikae::sandbox {
namespace {

constexpr std::int64_t kApplicationId = 0x686b7362;  // "hksb"
// 2: volumes change by themselves. A file of version 1 is one in which none does.
constexpr std::int64_t kSchemaVersion = 2;
constexpr std::int64_t kOldestVersion = 1;

constexpr std::string_view kSchema =
    "CREATE TABLE IF NOT EXISTS resource("
    " account TEXT NOT NULL, region TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL,"
    " body TEXT NOT NULL, PRIMARY KEY(account, region, kind, id)) WITHOUT ROWID;";

Result<std::int64_t> pragma_number(store::Database& database, std::string_view name) {
  auto statement = TRY(database.prepare(fmt::format("PRAGMA {}", name)));
  TRY(statement.step());
  return statement.integer(0);
}

Result<std::int64_t> table_count(store::Database& database) {
  auto statement = TRY(database.prepare("SELECT count(*) FROM sqlite_schema"));
  TRY(statement.step());
  return statement.integer(0);
}

/// Also over a file of an older version: older programs refuse it from then on.
Result<> create_schema(store::Database& database) {
  TRY_DO(database.execute(kSchema));
  return database.execute(fmt::format("PRAGMA application_id={}; PRAGMA user_version={};",
                                      kApplicationId, kSchemaVersion));
}

/// Nothing is written into a file that is not ours.
Result<> check_schema(store::Database& database, const std::string& path) {
  if (TRY(table_count(database)) == 0) return create_schema(database);
  if (TRY(pragma_number(database, "application_id")) != kApplicationId)
    return fail(ErrorKind::Invalid,
                fmt::format("{} is a database, but not one of the embedded cloud; name another "
                            "file or move this one away",
                            path));
  const auto version = TRY(pragma_number(database, "user_version"));
  if (version == kSchemaVersion) return {};
  if (version >= kOldestVersion && version < kSchemaVersion) return create_schema(database);
  return fail(ErrorKind::Invalid,
              fmt::format("{} has version {} of the embedded cloud's file, this program knows {}; "
                          "use the hikae that wrote it, or another data folder",
                          path, version, kSchemaVersion));
}

}  // namespace

Store::Store(std::unique_ptr<store::Database> database, store::Statement put,
             store::Statement erase)
    : database_(std::move(database)), put_(std::move(put)), erase_(std::move(erase)) {}

Result<std::unique_ptr<Store>> Store::open(const std::string& path) {
  auto database = TRY(in_context(store::Database::open(path, store::Sync::Normal),
                                 "opening the embedded cloud's file"));
  TRY_DO(check_schema(*database, path));
  auto put = TRY(database->prepare("INSERT OR REPLACE INTO resource VALUES(?1,?2,?3,?4,?5)"));
  auto erase = TRY(database->prepare(
      "DELETE FROM resource WHERE account=?1 AND region=?2 AND kind=?3 AND id=?4"));
  return std::unique_ptr<Store>(new Store(std::move(database), std::move(put), std::move(erase)));
}

Result<> Store::load(const Visit& visit) {
  auto rows = TRY(database_->prepare(
      "SELECT account, region, kind, id, body FROM resource ORDER BY account, region, kind, id"));
  while (TRY(rows.step())) {
    const Scope scope{std::string(rows.text(0)), std::string(rows.text(1))};
    TRY_DO(visit(scope, rows.text(2), rows.text(3), rows.text(4)));
  }
  return {};
}

Result<> Store::write_one(const RowChange& row) {
  auto& statement = row.body ? put_ : erase_;
  statement.bind(1, row.scope.account).bind(2, row.scope.region).bind(3, row.kind).bind(4, row.id);
  if (row.body) statement.bind(5, *row.body);
  return statement.run();
}

Result<> Store::write(const std::vector<RowChange>& rows) {
  TRY_DO(database_->begin());
  for (const auto& row : rows) {
    auto written = write_one(row);
    if (written) continue;
    database_->rollback();
    return written;
  }
  auto committed = database_->commit();
  if (!committed) database_->rollback();
  return committed;
}

}  // namespace hikae::sandbox
