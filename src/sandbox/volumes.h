// What the operations on volumes share.
#pragma once

#include <string>

#include "sandbox/incoming.h"

namespace hikae::sandbox {

/// The volume that VolumeId names, as the caller sees it and as it is. Errors: `MissingParameter`,
/// `InvalidVolumeID.Malformed`, `InvalidVolume.NotFound` (also while it is being deleted).
[[nodiscard]] Result<const Volume*> named_volume(const Incoming& in);

/// "creating", "available", "in-use", "deleting".
[[nodiscard]] std::string_view state_of(const Volume& row);
/// "attached", "attaching", "detaching".
[[nodiscard]] std::string_view attachment_state(VolumeAct act);
/// As AttachVolume and DetachVolume answer it, and DescribeVolumes lists it.
[[nodiscard]] Object render_attachment(const Volume& row);

/// How the ARN of the account's own key for EBS ends.
inline constexpr std::string_view kUsualKey = "alias/aws/ebs";
/// The key that encrypts: what `KmsKeyId` of the call, or of one of its maps, names, or the
/// account's own for EBS; empty where nothing is encrypted. Errors: `InvalidParameterDependency`: a
/// key without `Encrypted`.
[[nodiscard]] Result<std::string> read_kms_key(const Incoming& in, const Value& holder,
                                               bool is_encrypted);

/// A number of the call. Errors: `InvalidParameterValue`: below 1.
[[nodiscard]] Result<std::optional<std::int64_t>> read_amount(const Incoming& in,
                                                              std::string_view name);

/// Something of this volume or image will have happened `after` now.
void schedule_own_step(Incoming& in, const std::string& subject, Step step, Duration after);

[[nodiscard]] Error token_mismatch(std::string_view token);
/// What a call with this token has made before; nullptr: nothing. Errors:
/// `IdempotentParameterMismatch`.
template <class T>
[[nodiscard]] Result<const T*> made_with_token(const Table<T>& table, std::string_view token,
                                               std::string_view hash) {
  if (token.empty()) return nullptr;
  for (const auto id : table.candidates({kClientTokenTerm, token})) {
    const auto* row = table.find(id);
    if (row->client_token != token) continue;
    if (row->request_hash == hash) return row;
    return std::unexpected(token_mismatch(token));
  }
  return nullptr;
}

}  // namespace hikae::sandbox
