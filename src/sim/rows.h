// hikae's rows as they stand in its database, read with SQL and nothing of hikae's: what the
// checkers of src/sim judge by.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/value.h"
#include "store/database.h"

namespace hikae::sim {

using Row = std::vector<std::string>;

/// All rows of a query, each column as text; `?` are bound to `arguments` in order.
[[nodiscard]] std::vector<Row> query(store::Database& database, std::string_view sql,
                                     const std::vector<std::string>& arguments = {});
/// The first column of the first row as a number; 0 where there is none.
[[nodiscard]] std::int64_t query_number(store::Database& database, std::string_view sql,
                                        const std::vector<std::string>& arguments = {});
/// All rows of all tables, in order.
[[nodiscard]] std::string dump_rows(store::Database& database);

/// A run of a document, as its rows tell.
struct RunRow {
  std::string id;
  std::string root;  // of the topmost run: its own id where it is that
  std::string document;
  std::string instance;  // empty: about none
  std::string status;    // empty while it lives
  std::int64_t no = 0;
};
[[nodiscard]] std::vector<RunRow> run_rows(store::Database& database);

}  // namespace hikae::sim
