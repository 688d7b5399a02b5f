// Man pages, made of what the program says of itself.
#pragma once

#include <string>

#include "cli/command_words.h"

namespace hikae::cli {

/// hikae(1), in man's language (groff_man(7)).
[[nodiscard]] std::string manual_of_program(const AllWords& words);
/// hikae-COMMAND(1).
[[nodiscard]] std::string manual_of_command(const CommandWords& command, const AllWords& words);

}  // namespace hikae::cli
