#include "crash_record.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <array>
#include <filesystem>
#include <functional>
#include <memory>

namespace hikae::tests {
namespace {

using Cells = std::vector<std::string>;

class CopiedFile {
 public:
  explicit CopiedFile(const std::string& path) {
    sqlite3* opened = nullptr;
    const int code = sqlite3_open_v2(path.c_str(), &opened, SQLITE_OPEN_READWRITE, nullptr);
    database_.reset(opened);
    EXPECT_EQ(code, SQLITE_OK) << path;
  }

  void each(const std::string& sql, const std::function<void(const Cells&)>& visit) {
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v2(database_.get(), sql.c_str(), -1, &statement, nullptr);
    ASSERT_EQ(code, SQLITE_OK) << sql << ": " << sqlite3_errmsg(database_.get());
    const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> owner(statement, sqlite3_finalize);
    int step = SQLITE_ROW;
    while ((step = sqlite3_step(statement)) == SQLITE_ROW) {
      Cells cells;
      for (int i = 0; i < sqlite3_column_count(statement); ++i) {
        const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, i));
        cells.emplace_back(text ? text : "");
      }
      visit(cells);
    }
    EXPECT_EQ(step, SQLITE_DONE) << sql << ": " << sqlite3_errmsg(database_.get());
  }

  /// Empty: the file is whole.
  std::string damage() {
    std::string found;
    each("PRAGMA integrity_check", [&](const Cells& row) {
      if (row[0] != "ok") found += row[0] + "\n";
    });
    return found;
  }

 private:
  std::unique_ptr<sqlite3, int (*)(sqlite3*)> database_{nullptr, sqlite3_close};
};

/// The file and its write-ahead log; the log's index is made anew from it.
std::string copy_of(const std::string& data, const std::string& name, const TempFolder& scratch) {
  namespace fs = std::filesystem;
  for (const std::string end : {"", "-wal", "-shm"}) {
    const auto to = scratch.file(name + end);
    fs::remove(to);
    if (end != "-shm" && fs::exists(data + "/" + name + end))
      fs::copy_file(data + "/" + name + end, to);
  }
  return scratch.file(name);
}

void read_machines(CopiedFile& file, CrashRecord& record) {
  file.each("SELECT kind, id, outcome FROM machines WHERE ended_at IS NOT NULL",
            [&](const Cells& row) {
              record.ended[{row[0], row[1]}] = row[2];
            });
  file.each("SELECT id FROM machines WHERE kind = 'power' AND ended_at IS NULL",
            [&](const Cells& row) { record.owed.insert(row[0].substr(0, row[0].find('/'))); });
  file.each(
      "SELECT m.id, json_extract(j.event, '$.in.Parameters.InstanceId[0]'),"
      " IFNULL(json_extract(j.event, '$.in.Tags.\"hikae:window\"'), ''),"
      " CASE WHEN m.ended_at IS NULL THEN '' ELSE json_extract(m.outcome, '$.Status') END"
      " FROM machines m JOIN journal j ON j.machine = m.no AND j.seq = 1"
      " WHERE m.kind = 'run' AND json_extract(j.event, '$.in.DocumentName') = 'hikae-backup'",
      [&](const Cells& row) {
        record.runs[row[0]] = {row[1], row[2], row[3]};
      });
}

void read_journal(CopiedFile& file, CrashRecord& record) {
  file.each("SELECT lsn, machine || '/' || seq || '/' || at || '/' || event FROM journal",
            [&](const Cells& row) {
              record.events[std::stoll(row[0])] = std::hash<std::string>{}(row[1]);
            });
  file.each("SELECT no, operation, input, outcome FROM effects", [&](const Cells& row) {
    record.effects[std::stoll(row[0])] = {row[1], row[2], row[3]};
  });
  file.each(
      "SELECT json_extract(body, '$.Row.WindowName') || '/' || json_extract(body, '$.Row.Instant'),"
      " json_extract(body, '$.Row.Target'), json_extract(body, '$.Row.Outcome'),"
      " json_extract(body, '$.Row.RunId') FROM resources WHERE kind = 'ledger'"
      " AND json_extract(body, '$.Row.Instant') <> ''",
      [&](const Cells& row) {
        record.instants[{row[0], row[1]}] = {row[2], row[3]};
      });
  file.each(
      "SELECT id FROM resources WHERE kind = 'mail'"
      " AND json_extract(body, '$.Outcome') = 'Accepted'",
      [&](const Cells& row) { record.mails_accepted.insert(row[0]); });
}

void read_machines_of_cloud(CopiedFile& file, CrashRecord& record) {
  // src/sandbox/records.h, Power
  constexpr std::array kPower{"pending", "running",       "stopping",
                              "stopped", "shutting-down", "terminated"};
  file.each(
      "SELECT id, json_extract(body, '$.power'), json_extract(body, '$.tags.\"hikae:hold\"')"
      " FROM resource WHERE kind = 'instance'",
      [&](const Cells& row) {
        record.power[row[0]] = kPower.at(row[1].empty() ? 0 : std::stoul(row[1]));
        if (!row[2].empty()) record.held.insert(row[0]);
      });
  file.each(
      "SELECT id, json_extract(body, '$.name'), json_extract(body, '$.source_instance'),"
      " json_extract(body, '$.tags.\"hikae:run\"'), IFNULL(json_extract(body, '$.state'), 0) = 1"
      " FROM resource WHERE kind = 'image' AND IFNULL(json_extract(body, '$.state'), 0) <> 3",
      [&](const Cells& row) {
        record.images[row[0]] = {row[1], row[2], row[3], row[4] == "1" && !row[3].empty()};
      });
  file.each(
      "SELECT json_extract(body, '$.what'), json_extract(body, '$.resource'),"
      " json_extract(body, '$.instance'), json_extract(body, '$.operation')"
      " FROM resource WHERE kind = 'change' ORDER BY id",
      [&](const Cells& row) {
        record.changes.push_back({row[0], row[1], row[2], row[3]});
      });
}

}  // namespace

CrashRecord read_crash_record(const std::string& data, const TempFolder& scratch) {
  CrashRecord record;
  CopiedFile own(copy_of(data, "hikae.db", scratch));
  CopiedFile cloud(copy_of(data, "sandbox.db", scratch));
  record.damage = own.damage() + cloud.damage();
  if (!record.damage.empty()) return record;
  read_machines(own, record);
  read_journal(own, record);
  read_machines_of_cloud(cloud, record);
  return record;
}

}  // namespace hikae::tests
