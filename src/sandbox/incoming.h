// One call on its way through a handler, and what handlers share: reading inputs, finding what the
// caller may see, the DryRun answer.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/cloud.h"
#include "sandbox/errors.h"
#include "sandbox/filters.h"
#include "sandbox/paging.h"
#include "sandbox/rare_filters.h"
#include "sandbox/world.h"

namespace hikae::sandbox {

struct Incoming {
  World& world;
  Region& region;
  const aws::Request& request;
  WallTime now;
  WallTime seen;  // the world as the caller sees it is that of this instant (stale reads)

  [[nodiscard]] const Value& input() const { return request.input; }
  [[nodiscard]] const std::string& account() const { return region.scope.account; }
  [[nodiscard]] Cause cause() const { return {request.caller, request.operation}; }
  [[nodiscard]] bool is_past() const { return seen < now; }

  /// The row as the caller sees it.
  template <class T>
  [[nodiscard]] const T* see(const Table<T>& table, std::string_view id) const {
    return is_past() ? table.as_of(id, seen) : table.find(id);
  }
};

using Handler = Result<Value> (*)(Incoming&);

/// Which ids an operation is given: how they begin and what is said of wrong ones.
struct IdKind {
  std::string_view prefix;     // "i-"
  std::string_view malformed;  // code
  std::string_view not_found;  // code
  std::string_view noun;       // "instance ID"
};

inline constexpr IdKind kInstanceIds{"i-", "InvalidInstanceID.Malformed",
                                     "InvalidInstanceID.NotFound", "instance ID"};
inline constexpr IdKind kImageIds{"ami-", "InvalidAMIID.Malformed", "InvalidAMIID.NotFound",
                                  "image id"};
inline constexpr IdKind kSnapshotIds{"snap-", "InvalidSnapshotID.Malformed",
                                     "InvalidSnapshot.NotFound", "snapshot"};
inline constexpr IdKind kVolumeIds{"vol-", "InvalidVolumeID.Malformed", "InvalidVolume.NotFound",
                                   "volume"};
inline constexpr IdKind kGroupIds{"sg-", "InvalidGroupId.Malformed", "InvalidGroup.NotFound",
                                  "security group"};
inline constexpr IdKind kKeyIds{"key-", "InvalidKeyPair.NotFound", "InvalidKeyPair.NotFound",
                                "key pair"};

[[nodiscard]] bool is_well_formed(std::string_view id, const IdKind& kind);
[[nodiscard]] Error malformed_id(std::string_view id, const IdKind& kind);
/// "The instance IDs 'i-1, i-2' do not exist"
[[nodiscard]] Error not_found(const std::vector<std::string>& ids, const IdKind& kind);

/// A required string. Errors: `MissingParameter`, `InvalidParameterValue`.
[[nodiscard]] Result<std::string> required_text(const Incoming& in, std::string_view name);
/// A list of strings, each once, in order; empty where it is absent.
[[nodiscard]] Result<std::vector<std::string>> text_list(const Incoming& in, std::string_view name);
/// A list of ids of one kind, each well formed.
[[nodiscard]] Result<std::vector<std::string>> id_list(const Incoming& in, std::string_view name,
                                                       const IdKind& kind);
/// Ends a DryRun here: everything that needs no look at states has been checked.
[[nodiscard]] Result<> end_dry_run(const Incoming& in);

/// All of the ids as rows the caller sees, or the NotFound error of those that it does not.
template <class T>
[[nodiscard]] Result<std::vector<const T*>> see_all(const Incoming& in, const Table<T>& table,
                                                    const std::vector<std::string>& ids,
                                                    const IdKind& kind) {
  std::vector<const T*> rows;
  std::vector<std::string> missing;
  for (const auto& id : ids) {
    const auto* row = in.see(table, id);
    if (row) rows.push_back(row);
    if (!row) missing.push_back(id);
  }
  if (!missing.empty()) return std::unexpected(not_found(missing, kind));
  return rows;
}

/// The rows a Describe answers before visibility and paging: those of the ids (all must exist), or
/// those that the filters find.
template <class T>
[[nodiscard]] Result<std::vector<const T*>> look_up(const Incoming& in, const Table<T>& table,
                                                    const std::vector<std::string>& ids,
                                                    const IdKind& kind,
                                                    std::span<const FilterField<T>> fields) {
  auto filters = TRY(read_filters(in.input()));
  const auto rare = PathFilters::take(filters, rare_fields(static_cast<const T*>(nullptr)));
  const auto query = TRY(Query<T>::bind(std::move(filters), fields));
  std::vector<const T*> rows;
  if (ids.empty()) {
    rows = query.run(table, in.seen, in.is_past());
  } else {
    rows = TRY(see_all(in, table, ids, kind));
    std::erase_if(rows, [&](const T* row) { return !query.matches(*row); });
    std::ranges::sort(rows, {}, [](const T* row) -> const std::string& { return row->id; });
  }
  if (!rare.is_empty())
    std::erase_if(rows, [&](const T* row) { return !rare.fit(filtered_form(*row, in)); });
  return rows;
}

/// Ids and MaxResults exclude each other, as in EC2.
[[nodiscard]] Result<> ids_or_pages(const Incoming& in, std::string_view ids_name);

}  // namespace hikae::sandbox
