// The command line: reads the arguments and calls the command.
#pragma once

namespace hikae::cli {

/// The process's exit code: 0 ok, 1 failed, 2 refused (an invalid pattern), 3 partly, 64 usage, 130
/// interrupted by a signal.
[[nodiscard]] int run_cli(int argc, char** argv);

}  // namespace hikae::cli
