#!/usr/bin/env bash
# clang-format decides the layout; nobody discusses it.
set -euo pipefail
cd "$(dirname "$0")/.."
git ls-files 'src/*.h' 'src/*.cc' 'tests/*.h' 'tests/*.cc' 'tools/*.cc' 'tools/*.h' 'fuzz/*.cc' 'bench/*.cc' |
  xargs -r clang-format --dry-run -Werror
echo "format: ok"
