// The files in which AWS's tools keep profiles: ~/.aws/config and ~/.aws/credentials. Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace hikae::aws {

/// Settings by name ("region", "aws_access_key_id"); nested ones are left out.
using Profile = std::map<std::string, std::string, std::less<>>;
using Profiles = std::map<std::string, Profile, std::less<>>;

enum class ProfileFile { Config, Credentials };

/// Adds the sections of one file; where both files name a setting, the one read last holds. In the
/// config file a section is "[profile NAME]" or "[default]", in the credentials file "[NAME]";
/// other sections ("[sso-session X]") are left out. Errors: `Invalid` with the line, where a line
/// is neither a section, nor a setting, nor a comment.
[[nodiscard]] Result<> read_profiles(std::string_view text, ProfileFile kind,
                                     std::string_view file_name, Profiles& profiles);

}  // namespace hikae::aws
