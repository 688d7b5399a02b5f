// One kind of resource of one scope: rows by id, an index from (filter, value) to rows, the rows
// that are not on disk yet, and, where stale reads are asked for, what rows were like before.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "sandbox/records.h"

namespace hikae::sandbox {

/// FNV-1a over both parts. Rows that share a hash by chance are candidates, never answers.
[[nodiscard]] inline std::uint64_t hash_of(const Term& term) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  const auto mix = [&hash](std::string_view text) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    hash = (hash ^ 0xff) * 0x100000001b3ULL;
  };
  mix(term.first);
  mix(term.second);
  return hash;
}

template <class T>
class Table {
 public:
  using Rows = std::map<std::string, T, std::less<>>;

  [[nodiscard]] const Rows& rows() const { return rows_; }
  [[nodiscard]] const T* find(std::string_view id) const {
    const auto found = rows_.find(id);
    return found == rows_.end() ? nullptr : &found->second;
  }

  void add(T row, WallTime now) {
    const std::string id = row.id;
    remember(id, now);
    const auto [at, is_new] = rows_.emplace(id, std::move(row));
    if (is_new) index(at->first, at->second);
    dirty_.insert(id);
  }
  /// Changes the row in place; it must be there.
  template <class Edit>
  void change(std::string_view id, WallTime now, Edit&& edit) {
    const auto at = rows_.find(id);
    remember(at->first, now);
    const auto before = hashes_of(at->second);
    edit(at->second);
    const auto after = hashes_of(at->second);
    if (before != after) {
      for (const auto hash : before) index_.erase({hash, at->first});
      for (const auto hash : after) index_.emplace(hash, at->first);
    }
    dirty_.insert(at->first);
  }
  void erase(std::string_view id, WallTime now) {
    const auto at = rows_.find(id);
    if (at == rows_.end()) return;
    remember(at->first, now);
    unindex(at->first, at->second);
    dirty_.insert(at->first);
    rows_.erase(at);
  }

  /// The ids of all rows that may have this term: a superset, in order.
  [[nodiscard]] std::vector<std::string_view> candidates(const Term& term) const {
    std::vector<std::string_view> ids;
    const auto hash = hash_of(term);
    for (auto at = index_.lower_bound({hash, {}}); at != index_.end() && at->first == hash; ++at)
      ids.push_back(at->second);
    return ids;
  }

  /// How many of them there are, counted no further than `enough`.
  [[nodiscard]] std::size_t count(const Term& term, std::size_t enough) const {
    std::size_t count = 0;
    const auto hash = hash_of(term);
    auto at = index_.lower_bound({hash, {}});
    for (; count < enough && at != index_.end() && at->first == hash; ++at) ++count;
    return count;
  }

  /// How far back as_of() can look; 0 forgets.
  void keep_history(Duration span) {
    history_span_ = span;
    if (span.count() == 0) history_.clear();
  }
  /// The row as it was at `when`; nullptr where it did not exist then.
  [[nodiscard]] const T* as_of(std::string_view id, WallTime when) const {
    const auto past = history_.find(id);
    if (past != history_.end())
      for (const auto& [changed, before] : past->second)
        if (changed > when) return before ? &*before : nullptr;
    return find(id);
  }
  /// The ids of rows that are, or were within the history.
  [[nodiscard]] std::set<std::string_view> ids_ever() const {
    std::set<std::string_view> ids;
    for (const auto& [id, row] : rows_) ids.insert(id);
    for (const auto& [id, versions] : history_) ids.insert(id);
    return ids;
  }

  [[nodiscard]] const std::set<std::string>& dirty() const { return dirty_; }
  void clean() { dirty_.clear(); }

 private:
  struct Version {
    WallTime changed;
    std::optional<T> before;
  };

  static std::vector<std::uint64_t> hashes_of(const T& row) {
    std::vector<std::uint64_t> hashes;
    for (const auto& term : terms_of(row)) hashes.push_back(hash_of(term));
    return hashes;
  }
  void index(std::string_view id, const T& row) {
    for (const auto hash : hashes_of(row)) index_.emplace(hash, id);
  }
  void unindex(std::string_view id, const T& row) {
    for (const auto hash : hashes_of(row)) index_.erase({hash, id});
  }
  void remember(const std::string& id, WallTime now) {
    if (history_span_.count() == 0) return;
    auto& versions = history_[id];
    std::erase_if(versions, [&](const Version& v) { return v.changed + history_span_ < now; });
    const auto* row = find(id);
    versions.push_back({now, row ? std::optional<T>(*row) : std::nullopt});
  }

  Rows rows_;
  std::set<std::pair<std::uint64_t, std::string_view>> index_;  // views of the keys of rows_
  std::map<std::string, std::vector<Version>, std::less<>> history_;
  Duration history_span_{};
  std::set<std::string> dirty_;
};

}  // namespace hikae::sandbox
