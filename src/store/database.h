// SQLite as hikae uses it: one connection, one thread, prepared statements, WAL.
//
// On disk if the process dies: every transaction whose commit() returned, whole; nothing of any
// other. With Sync::Full that holds for a power cut too; with Sync::Normal the last commits may be
// missing after a power cut, never after a kill.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace hikae::store {

/// The code of an Error that says: no space is left. The transaction is to be rolled back.
inline constexpr std::string_view kDiskFull = "DiskFull";

enum class Sync { Full, Normal, Off };

class Database;

/// A prepared statement: bind 1-based, step, read 0-based columns, reset.
class Statement {
 public:
  Statement(Statement&&) noexcept;
  Statement& operator=(Statement&&) noexcept;
  ~Statement();

  Statement& bind(int index, std::int64_t number);
  Statement& bind(int index, std::string_view text);
  /// Without a copy: `text` lives until the reset().
  Statement& bind_lasting(int index, std::string_view text);
  Statement& bind_blob(int index, std::string_view bytes);
  Statement& bind_null(int index);

  /// True: a row is there to be read. An I/O failure is an error; a violated constraint is
  /// `Conflict`.
  [[nodiscard]] Result<bool> step();
  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] std::string_view text(int column) const;  // valid until the next step or reset
  [[nodiscard]] bool is_null(int column) const;
  void reset();
  /// step() once for a statement that yields no rows, then reset().
  [[nodiscard]] Result<> run();

 private:
  friend class Database;
  struct Impl;
  explicit Statement(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

class Database {
 public:
  /// Creates the file where it is absent. ":memory:" keeps all in memory.
  [[nodiscard]] static Result<std::unique_ptr<Database>> open(const std::string& path, Sync sync);
  /// Opens an existing file for reading, whoever else holds it.
  [[nodiscard]] static Result<std::unique_ptr<Database>> open_for_reading(const std::string& path);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// Runs one or more statements without results.
  [[nodiscard]] Result<> execute(std::string_view sql);
  [[nodiscard]] Result<Statement> prepare(std::string_view sql);
  [[nodiscard]] Result<> begin();
  [[nodiscard]] Result<> commit();
  void rollback();
  /// A hand on every commit, for the simulator (src/sim/disk.h). `before` may refuse it, as a disk
  /// without space does; either may throw, which stands for the process's end at that very point.
  struct CommitWatch {
    std::function<Result<>()> before;
    std::function<void()> after;
  };
  void watch_commits(CommitWatch watch);
  /// Row changes since the database was opened.
  [[nodiscard]] std::int64_t changes() const;

 private:
  struct Impl;
  explicit Database(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace hikae::store
