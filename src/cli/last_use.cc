#include "cli/last_use.h"

#include <algorithm>

#include "base/value.h"
#include "store/database.h"
#include "text/json.h"

namespace hikae::cli {
namespace {

Result<bool> has_table(store::Database& database, std::string_view table) {
  auto exists = TRY(database.prepare("SELECT 1 FROM sqlite_master WHERE type='table' AND name=?1"));
  exists.bind(1, table);
  return exists.step();
}

Result<Value> setting_in(store::Database& database, std::string_view id) {
  auto read = TRY(database.prepare(
      "SELECT body FROM resources WHERE account = '' AND kind = 'setting' AND id = ?1"));
  read.bind(1, id);
  if (!TRY(read.step())) return Value();
  return text::parse_json(read.text(0));
}

/// The journal is append-only, and virtual time never goes back: its end is the newest.
Result<std::optional<WallTime>> newest_of_journal(store::Database& database) {
  auto read = TRY(database.prepare("SELECT at FROM journal ORDER BY lsn DESC LIMIT 1"));
  if (!TRY(read.step())) return std::nullopt;
  return wall_ms(read.integer(0));
}

Result<std::int64_t> boots_of(store::Database& database) {
  auto read = TRY(database.prepare("SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'boot'"));
  return TRY(read.step()) ? read.integer(0) : 0;
}

struct SandboxUse {
  std::optional<WallTime> newest;
  std::int64_t rows = 0;
};

Result<SandboxUse> use_of_sandbox(const std::string& path) {
  auto database = TRY(store::Database::open(path, store::Sync::Normal));
  if (!TRY(has_table(*database, "resource"))) return SandboxUse{};
  auto read =
      TRY(database->prepare("SELECT count(*), max(CASE kind WHEN 'change' THEN"
                            " CAST(json_extract(body, '$.at') AS INTEGER) END) FROM resource"));
  if (!TRY(read.step())) return SandboxUse{};
  SandboxUse use{std::nullopt, read.integer(0)};
  if (!read.is_null(1)) use.newest = wall_ms(read.integer(1));
  return use;
}

Scope scope_in(const Value& row) {
  return {str(text_at(row, "Account")), str(text_at(row, "Region"))};
}

}  // namespace

CloudChoice cloud_choice(const Value& row) {
  CloudChoice choice;
  if (text_at(row, "Kind") != "aws") return choice;
  choice.is_aws = true;
  choice.profile = text_at(row, "Profile");
  choice.endpoint_url = text_at(row, "EndpointUrl");
  for (const auto& [name, answerer] : object_at(row, "Routes"))
    if (auto route = plan::read_route(name, text_of(answerer)))
      choice.routes.push_back(*std::move(route));
  return choice;
}

Result<LastUse> last_use(const std::string& database_path, const std::string& sandbox_path) {
  LastUse last;
  auto database = TRY(store::Database::open(database_path, store::Sync::Normal));
  // Where hikae.db is lost, what has happened to the servers still says how late it is.
  const auto sandbox = TRY(use_of_sandbox(sandbox_path));
  last.sandbox_rows = sandbox.rows;
  if (!TRY(has_table(*database, "resources"))) {
    last.at = sandbox.newest;
    return last;
  }
  if (const auto row = TRY(setting_in(*database, "scope")); row.is_object())
    last.scope = scope_in(row);
  if (const auto row = TRY(setting_in(*database, kCloudSetting)); row.is_object())
    last.cloud = cloud_choice(row);
  last.boots = TRY(boots_of(*database));
  const auto clock = TRY(setting_in(*database, "clock"));
  if (!clock.is_object()) return last;
  last.is_known = true;
  last.is_virtual = text_at(clock, "Kind") == "virtual";
  if (!last.is_virtual) return last;
  if (const auto at = parse_iso(text_at(clock, "At"))) last.at = *at;
  // optional: an absent instant is before every other.
  last.at = std::max({last.at, TRY(newest_of_journal(*database)), sandbox.newest});
  return last;
}

}  // namespace hikae::cli
