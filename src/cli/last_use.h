// What a data folder says of itself before anything of it is opened for work: by which clock it was
// used, how far that clock had come, and which account and region it is about.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"

namespace hikae::cli {

/// Where the machines are, as the applied hikae.yaml says: {Kind: "aws", Profile, EndpointUrl}; no
/// row: embedded.
inline constexpr const char* kCloudSetting = "cloud";

struct CloudChoice {
  bool is_aws = false;
  std::string profile;
  std::string endpoint_url;
};

struct LastUse {
  bool is_known = false;  // of the clock: false in a new folder
  bool is_virtual = false;
  /// Where a virtual clock stood: what was stored at the end of a command, or, where that was
  /// killed, the newest instant that either database knows. Absent for a real clock.
  std::optional<WallTime> at;
  std::optional<Scope> scope;  // what the last applied hikae.yaml says
  CloudChoice cloud;           // likewise
  /// What differs after every session that has left something behind, and is the same after one
  /// that only looked: a virtual world draws its ids from it.
  std::int64_t boots = 0;         // sessions that wrote to hikae.db
  std::int64_t sandbox_rows = 0;  // servers that were put there without hikae.db being written to
};

/// Creates the files, empty and mode 0600, where they are absent.
[[nodiscard]] Result<LastUse> last_use(const std::string& database_path,
                                       const std::string& sandbox_path);

}  // namespace hikae::cli
