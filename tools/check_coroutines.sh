#!/usr/bin/env bash
# GCC 12.2 miscompiles common coroutine code (docs/reference/stack.md 8): coroutines stay in src/os
# and src/net, and what is there follows the rules of clang-query below.
set -euo pipefail
cd "$(dirname "$0")/.."
outside=$(git ls-files 'src/*.h' 'src/*.cc' 'functions/*.cc' | grep -vE '^src/(os|net)/' |
  xargs -r grep -lE '\bco_(await|return|yield)\b' || true)
if [ -n "$outside" ]; then
  printf 'coroutines outside src/os and src/net:\n%s\n' "$outside"
  exit 1
fi
inside=$(git ls-files 'src/os/*.cc' 'src/net/*.cc' | xargs -r grep -lE '\bco_await\b' || true)
[ -z "$inside" ] && { echo "coroutines: none"; exit 0; }
# shellcheck disable=SC2086
found=$(clang-query-19 -p build \
  -c 'match coawaitExpr(hasDescendant(lambdaExpr()))' \
  -c 'match coawaitExpr(hasDescendant(initListExpr()))' \
  -c 'match conditionalOperator(hasDescendant(coawaitExpr()))' $inside)
if printf '%s' "$found" | grep -q 'binds here'; then
  printf '%s\n' "$found"
  exit 1
fi
echo "coroutines: ok"
