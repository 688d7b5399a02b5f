// The resources of the services that hikae answers (documents, windows, rules, topics, …): rows
// keyed by (scope, kind, id), all in memory, written through in the turn that changes them.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "base/value.h"
#include "engine/journal.h"

namespace hikae::engine {

class Tables {
 public:
  using Rows = std::map<std::string, Value, std::less<>>;

  explicit Tables(Journal& journal) : journal_(journal) {}
  [[nodiscard]] Result<> load();

  /// nullptr where there is none; valid until that row is put or erased.
  [[nodiscard]] const Value* get(const Scope& scope, std::string_view kind,
                                 std::string_view id) const;
  /// All rows of a kind, ordered by id.
  [[nodiscard]] const Rows& rows(const Scope& scope, std::string_view kind) const;
  /// Every scope that has rows of that kind.
  [[nodiscard]] std::vector<Scope> scopes_with(std::string_view kind) const;

  /// Within a turn only.
  void put(const Scope& scope, std::string_view kind, std::string_view id, Value row);
  void erase(const Scope& scope, std::string_view kind, std::string_view id);

 private:
  using Key = std::pair<Scope, std::string>;
  Journal& journal_;
  std::map<Key, Rows> tables_;
};

}  // namespace hikae::engine
