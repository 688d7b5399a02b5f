// Pages of a list that is ordered by a key: MaxResults and NextToken. A token names the last key
// given out, so that what is added or removed between two pages moves no other row.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/value.h"

namespace hikae::sandbox {

/// A MaxResults above the upper bound.
enum class Beyond { IsRefused, MeansTheMost };

/// What an operation allows.
struct PageRules {
  std::string_view operation;  // tokens of one operation are no tokens of another
  std::size_t least = 5;       // MaxResults' lower bound
  std::size_t most = 1000;
  std::size_t usual = 1000;  // rows a page where MaxResults is not given
  Beyond beyond = Beyond::IsRefused;
};

struct Page {
  std::size_t rows = 1000;
  std::string after;  // the last key of the page before; empty: the first page
  std::string_view operation;
};

/// Errors: `InvalidParameterValue` (MaxResults), `InvalidPaginationToken`.
[[nodiscard]] Result<Page> read_page(const Value& input, const PageRules& rules);
[[nodiscard]] std::string next_token(const Page& page, std::string_view last_key);

/// Drops what the pages before had, keeps one page, and puts NextToken into `output` where there is
/// more. `key_of` gives each row's key; rows are ordered by it.
template <class Row, class KeyOf>
void cut_page(std::vector<Row>& rows, const Page& page, KeyOf key_of, Object& output) {
  if (!page.after.empty())
    std::erase_if(rows, [&](const Row& row) { return key_of(row) <= page.after; });
  if (rows.size() <= page.rows) return;
  rows.resize(page.rows);
  output["NextToken"] = next_token(page, key_of(rows.back()));
}

}  // namespace hikae::sandbox
