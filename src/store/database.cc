#include "store/database.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <utility>

namespace hikae::store {
namespace {

Error sqlite_error(sqlite3* db, int code, std::string_view doing) {
  const auto kind = code == SQLITE_CONSTRAINT ? ErrorKind::Conflict : ErrorKind::Io;
  const bool is_full = (code & 0xff) == SQLITE_FULL;
  return {kind, is_full ? std::string(kDiskFull) : std::string(),
          fmt::format("database: {}: {}", doing, sqlite3_errmsg(db))};
}

/// EXCLUSIVE is not set here: a second process may read while hikae runs (docs/architecture.md).
///
/// What is kept in memory only stands in a file in memory: in a plain ":memory:" database every
/// page is in SQLite's one hash table, and a commit that balanced a tree walks all of it.
std::string pragmas_for(std::string_view path, Sync sync) {
  const char* journal = path == ":memory:" ? "MEMORY" : "WAL";
  const char* cache = path == ":memory:" ? "-2048" : "-32768";
  const char* mode = sync == Sync::Full ? "FULL" : sync == Sync::Normal ? "NORMAL" : "OFF";
  return fmt::format(
      "PRAGMA journal_mode={}; PRAGMA synchronous={}; PRAGMA wal_autocheckpoint=4000;"
      "PRAGMA cache_size={}; PRAGMA foreign_keys=ON; PRAGMA busy_timeout=5000;"
      "PRAGMA temp_store=MEMORY;",
      journal, mode, cache);
}

}  // namespace

struct Database::Impl {
  sqlite3* db = nullptr;
  CommitWatch watch;
  std::optional<Statement> begin, commit;  // made at the first
  ~Impl() {
    begin.reset();
    commit.reset();
    sqlite3_close_v2(db);
  }
};

struct Statement::Impl {
  sqlite3* db = nullptr;
  sqlite3_stmt* statement = nullptr;
  ~Impl() { sqlite3_finalize(statement); }
};

Statement::Statement(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Statement::Statement(Statement&&) noexcept = default;
Statement& Statement::operator=(Statement&&) noexcept = default;
Statement::~Statement() = default;

Statement& Statement::bind(int index, std::int64_t number) {
  sqlite3_bind_int64(impl_->statement, index, number);
  return *this;
}

Statement& Statement::bind(int index, std::string_view text) {
  sqlite3_bind_text(impl_->statement, index, text.data(), static_cast<int>(text.size()),
                    SQLITE_TRANSIENT);
  return *this;
}

Statement& Statement::bind_lasting(int index, std::string_view text) {
  sqlite3_bind_text(impl_->statement, index, text.data(), static_cast<int>(text.size()),
                    SQLITE_STATIC);
  return *this;
}

Statement& Statement::bind_blob(int index, std::string_view bytes) {
  sqlite3_bind_blob(impl_->statement, index, bytes.data(), static_cast<int>(bytes.size()),
                    SQLITE_TRANSIENT);
  return *this;
}

Statement& Statement::bind_null(int index) {
  sqlite3_bind_null(impl_->statement, index);
  return *this;
}

Result<bool> Statement::step() {
  const int code = sqlite3_step(impl_->statement);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  auto error = sqlite_error(impl_->db, code, sqlite3_sql(impl_->statement));
  reset();
  return std::unexpected(std::move(error));
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(impl_->statement, column);
}

std::string_view Statement::text(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(impl_->statement, column));
  const auto size = sqlite3_column_bytes(impl_->statement, column);
  return bytes ? std::string_view(bytes, static_cast<std::size_t>(size)) : std::string_view{};
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(impl_->statement, column) == SQLITE_NULL;
}

void Statement::reset() {
  sqlite3_reset(impl_->statement);
  sqlite3_clear_bindings(impl_->statement);
}

Result<> Statement::run() {
  TRY(step());
  reset();
  return {};
}

Database::Database(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Database::~Database() = default;

Result<std::unique_ptr<Database>> Database::open(const std::string& path, Sync sync) {
  auto impl = std::make_unique<Impl>();
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  const bool is_memory = path == ":memory:";
  const int code = sqlite3_open_v2(is_memory ? "private" : path.c_str(), &impl->db, flags,
                                   is_memory ? "memdb" : nullptr);
  if (code != SQLITE_OK) return std::unexpected(sqlite_error(impl->db, code, "opening " + path));
  std::unique_ptr<Database> database(new Database(std::move(impl)));
  TRY_DO(database->execute(pragmas_for(path, sync)));
  return database;
}

Result<std::unique_ptr<Database>> Database::open_for_reading(const std::string& path) {
  auto impl = std::make_unique<Impl>();
  const int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX;
  const int code = sqlite3_open_v2(path.c_str(), &impl->db, flags, nullptr);
  if (code != SQLITE_OK) return std::unexpected(sqlite_error(impl->db, code, "opening " + path));
  std::unique_ptr<Database> database(new Database(std::move(impl)));
  TRY_DO(database->execute("PRAGMA busy_timeout=5000;"));
  return database;
}

Result<> Database::execute(std::string_view sql) {
  const std::string text(sql);
  const int code = sqlite3_exec(impl_->db, text.c_str(), nullptr, nullptr, nullptr);
  if (code == SQLITE_OK) return {};
  return std::unexpected(sqlite_error(impl_->db, code, sql.substr(0, 80)));
}

Result<Statement> Database::prepare(std::string_view sql) {
  auto statement = std::make_unique<Statement::Impl>();
  statement->db = impl_->db;
  const int code = sqlite3_prepare_v3(impl_->db, sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement->statement, nullptr);
  if (code != SQLITE_OK) return std::unexpected(sqlite_error(impl_->db, code, sql));
  return Statement(std::move(statement));
}

Result<> Database::begin() {
  if (!impl_->begin) impl_->begin = TRY(prepare("BEGIN IMMEDIATE"));
  return impl_->begin->run();
}

Result<> Database::commit() {
  if (impl_->watch.before) TRY_DO(impl_->watch.before());
  if (!impl_->commit) impl_->commit = TRY(prepare("COMMIT"));
  TRY_DO(impl_->commit->run());
  if (impl_->watch.after) impl_->watch.after();
  return {};
}

void Database::watch_commits(CommitWatch watch) { impl_->watch = std::move(watch); }

void Database::rollback() { sqlite3_exec(impl_->db, "ROLLBACK", nullptr, nullptr, nullptr); }

std::int64_t Database::changes() const { return sqlite3_total_changes64(impl_->db); }

}  // namespace hikae::store
