#include "cli/cli.h"

int main(int argc, char** argv) { return hikae::cli::run_cli(argc, argv); }
