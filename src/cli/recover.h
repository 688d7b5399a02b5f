// `hikae recover`: what the cloud tells of a hikae whose database is lost, taken up again.
#pragma once

#include <string>
#include <vector>

#include "cli/session.h"
#include "upkeep/traces.h"

namespace hikae::cli {

/// An occurrence that an image proves, as a row of the ledger.
struct ProvenRow {
  std::string key;
  Value row;
};

struct ProvenRows {
  std::vector<ProvenRow> missing;  // not in the ledger yet, oldest first
  std::size_t known = 0;           // there already
  std::size_t pending = 0;         // images that are not done
  std::size_t without_window = 0;  // no plan's window here opened for them
};

/// The backups of that installation (those that bear none count too) against this folder's windows:
/// an image belongs to the last instant of its plan's window before it was made, if that was still
/// open then. Changes nothing.
[[nodiscard]] Result<ProvenRows> proven_rows(Session& session, const upkeep::Traces& traces,
                                             const std::string& installation);

}  // namespace hikae::cli
