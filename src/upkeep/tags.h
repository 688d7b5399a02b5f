// The tags by which backups and their machines are known (issue: defaults are the article's).
#pragma once

#include <string_view>

#include "base/hold.h"
#include "base/stopped_by.h"

namespace hikae::upkeep {

// On instances, written by people.
inline constexpr std::string_view kGroupTag = "BackupGroup";
inline constexpr std::string_view kGroupValue = "ssm-backup-group";
inline constexpr std::string_view kGenerationTag = "EC2BackupGen";
inline constexpr std::string_view kStopTag = "BackupEC2StopStart";

// On images and snapshots, written when they are made.
inline constexpr std::string_view kNameTag = "Name";
inline constexpr std::string_view kAutoBackupTag = "AutoBackup";
inline constexpr std::string_view kAutoBackupValue = "true";
inline constexpr std::string_view kSourceInstanceTag = "hikae:source-instance";
inline constexpr std::string_view kRunTag = "hikae:run";
inline constexpr std::string_view kPlanTag = "hikae:plan";
/// Which hikae made it, where several share an account; empty or absent: not said (upkeep/ours.h).
inline constexpr std::string_view kInstallationTag = "hikae:installation";

/// On an image: "stopped" or "running" while its snapshots were begun, or "unknown".
inline constexpr std::string_view kConsistencyTag = "hikae:consistency";
inline constexpr std::string_view kConsistencyUnknown = "unknown";

/// On an instance, written before the stop and taken away after the start: the run that stopped it
/// (base/stopped_by.h).
using hikae::kStoppedByTag;

/// On an instance: none of its backups is deleted. On an image or a snapshot: this one is not.
/// base/hold.h says which values hold.
using hikae::kHoldTag;

}  // namespace hikae::upkeep
