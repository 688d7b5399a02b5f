// Completion of commands, options and their values in a shell.
#pragma once

#include <string>

#include "cli/command_words.h"

namespace hikae::cli {

/// A script to be sourced: commands first, then the command's options, the values of an option that
/// has a fixed choice, folders and files where those are wanted. Nothing is looked up in a data
/// folder: a key pressed must not open one.
[[nodiscard]] std::string bash_completion(const AllWords& words);
/// The same; also to be put into a folder of $fpath as `_hikae`.
[[nodiscard]] std::string zsh_completion(const AllWords& words);
[[nodiscard]] std::string fish_completion(const AllWords& words);

}  // namespace hikae::cli
