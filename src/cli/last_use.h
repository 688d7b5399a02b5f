// What a data folder says of itself before anything of it is opened for work: by which clock it was
// used, how far that clock had come, and which account and region it is about.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"
#include "base/value.h"
#include "plan/routes.h"

namespace hikae::cli {

/// Where the machines are, as the applied hikae.yaml says: {Kind: "aws", Profile, EndpointUrl,
/// Routes: {"ssm:SendCommand": "hikae"}}; no row: embedded.
inline constexpr const char* kCloudSetting = "cloud";

struct CloudChoice {
  bool is_aws = false;
  std::string profile;
  std::string endpoint_url;
  std::vector<plan::Route> routes;  // what hikae.yaml changes of the table (plan/routes.h)
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

/// The choice in the row of kCloudSetting; embedded where that is null. Lines that a later version
/// wrote and this one cannot read are left out.
[[nodiscard]] CloudChoice cloud_choice(const Value& row);

/// Creates the files, empty and mode 0600, where they are absent.
[[nodiscard]] Result<LastUse> last_use(const std::string& database_path,
                                       const std::string& sandbox_path);

}  // namespace hikae::cli
