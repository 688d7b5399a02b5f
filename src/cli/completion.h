// Completion of commands and options in a shell.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace hikae::cli {

/// A script for bash (and zsh with bashcompinit): commands first, then the command's options and
/// files. `words`: the options of each command, "--data".
[[nodiscard]] std::string bash_completion(
    const std::map<std::string, std::vector<std::string>>& words);

}  // namespace hikae::cli
