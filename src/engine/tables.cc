#include "engine/tables.h"

#include <optional>

#include "text/json.h"

namespace hikae::engine {

Result<> Tables::load() {
  std::optional<Error> broken;
  TRY_DO(journal_.each_resource([&](const Scope& scope, std::string_view kind, std::string_view id,
                                    std::string_view body) {
    auto row = text::parse_json(body);
    if (row)
      tables_[{scope, str(kind)}][str(id)] = *std::move(row);
    else
      broken = Error{ErrorKind::Io,
                     {},
                     "database: the row of " + str(kind) + " '" + str(id) + "' cannot be read: " +
                         row.error().message + "; restore the data folder from a copy"};
  }));
  if (broken) return std::unexpected(*broken);
  return {};
}

const Tables::Rows& Tables::rows(const Scope& scope, std::string_view kind) const {
  static const Rows kNone;
  const auto found = tables_.find({scope, str(kind)});
  return found == tables_.end() ? kNone : found->second;
}

const Value* Tables::get(const Scope& scope, std::string_view kind, std::string_view id) const {
  const auto& all = rows(scope, kind);
  const auto found = all.find(id);
  return found == all.end() ? nullptr : &found->second;
}

std::vector<Scope> Tables::scopes_with(std::string_view kind) const {
  std::vector<Scope> scopes;
  for (const auto& [key, all] : tables_)
    if (key.second == kind && !all.empty()) scopes.push_back(key.first);
  return scopes;
}

void Tables::put(const Scope& scope, std::string_view kind, std::string_view id, Value row) {
  journal_.put_resource(scope, kind, id, text::to_json(row));
  tables_[{scope, str(kind)}].insert_or_assign(str(id), std::move(row));
}

void Tables::erase(const Scope& scope, std::string_view kind, std::string_view id) {
  journal_.erase_resource(scope, kind, id);
  auto& all = tables_[{scope, str(kind)}];
  const auto found = all.find(id);
  if (found != all.end()) all.erase(found);
}

}  // namespace hikae::engine
