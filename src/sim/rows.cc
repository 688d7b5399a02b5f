#include "sim/rows.h"

#include "base/invariant.h"
#include "text/json.h"

namespace hikae::sim {
namespace {

constexpr std::string_view kAllRows[] = {
    "SELECT * FROM machines ORDER BY no", "SELECT * FROM journal ORDER BY lsn",
    "SELECT * FROM effects ORDER BY no",
    "SELECT * FROM resources ORDER BY account, region, kind, id"};

int columns_of(std::string_view sql) {
  if (sql.find("FROM machines ORDER") != std::string_view::npos) return 10;
  return sql.find("FROM effects") != std::string_view::npos ? 9 : 5;
}

Value json_of(std::string_view text) {
  auto value = text::parse_json(text);
  return value ? *std::move(value) : Value();
}

void select(store::Database& database, std::string_view sql, int columns,
            const std::vector<std::string>& arguments,
            const std::function<void(store::Statement&, int)>& visit) {
  auto statement = database.prepare(sql);
  INVARIANT(statement.has_value(), "the checkers' queries are valid");
  for (std::size_t i = 0; i < arguments.size(); ++i)
    statement->bind(static_cast<int>(i) + 1, std::string_view(arguments[i]));
  while (true) {
    const auto more = statement->step();
    INVARIANT(more.has_value(), "hikae's database can be read");
    if (!*more) return;
    visit(*statement, columns);
  }
}

/// How many columns a query of ours selects: the commas before its FROM.
int selected_by(std::string_view sql) {
  int columns = 1, depth = 0;
  for (const char c : sql.substr(0, sql.find(" FROM "))) {
    if (c == '(') ++depth;
    if (c == ')') --depth;
    if (c == ',' && depth == 0) ++columns;
  }
  return columns;
}

}  // namespace

std::vector<Row> query(store::Database& database, std::string_view sql,
                       const std::vector<std::string>& arguments) {
  std::vector<Row> rows;
  select(database, sql, selected_by(sql), arguments, [&](store::Statement& s, int columns) {
    Row row;
    for (int i = 0; i < columns; ++i) row.emplace_back(s.text(i));
    rows.push_back(std::move(row));
  });
  return rows;
}

std::int64_t query_number(store::Database& database, std::string_view sql,
                          const std::vector<std::string>& arguments) {
  std::int64_t number = 0;
  select(database, sql, 1, arguments, [&](store::Statement& s, int) { number = s.integer(0); });
  return number;
}

std::string dump_rows(store::Database& database) {
  std::string all;
  for (const auto sql : kAllRows)
    select(database, sql, columns_of(sql), {}, [&](store::Statement& s, int columns) {
      for (int i = 0; i < columns; ++i) all.append(s.text(i)).push_back('\x1f');
      all.push_back('\n');
    });
  return all;
}

std::vector<RunRow> run_rows(store::Database& database) {
  std::vector<RunRow> runs;
  for (const auto& row :
       query(database,
             "SELECT m.no, m.id, coalesce(m.outcome, ''), j.event FROM machines m "
             "JOIN journal j ON j.machine = m.no AND j.seq = 1 "
             "WHERE m.kind = 'run' ORDER BY m.no")) {
    const auto started = json_of(row[3]);
    const auto& input = object_at(started, "in");
    RunRow run;
    run.no = std::stoll(row[0]);
    run.id = row[1];
    run.root = text_at(input, "RootId");
    if (run.root.empty()) run.root = run.id;
    run.document = text_at(input, "DocumentName");
    const auto& ids = list_at(object_at(input, "Parameters"), "InstanceId");
    if (!ids.empty()) run.instance = text_of(ids.front());
    if (!row[2].empty()) run.status = text_at(json_of(row[2]), "Status");
    runs.push_back(std::move(run));
  }
  return runs;
}

}  // namespace hikae::sim
