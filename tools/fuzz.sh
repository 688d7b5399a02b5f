#!/usr/bin/env bash
# tools/fuzz.sh [SECONDS] [TARGET…]: new inputs for every fuzz target, from the kept ones on.
# What breaks a promise is left in build-fuzz/found/TARGET; keep it in fuzz/corpus/TARGET once mended.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/build.sh
hikae_packages build check
seconds=${1:-20}
shift || true
targets=${*:-document expression selector schedule pattern template config journal http}
if [ ! -f build-fuzz/build.ninja ]; then
  cmake -S . -B build-fuzz -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_COMPILER=clang++-19 \
    -DCMAKE_C_COMPILER=clang-19 -DHIKAE_UNITY=ON -DHIKAE_FUZZ=ON -DHIKAE_TESTS=OFF \
    -DCMAKE_CXX_FLAGS_RELEASE="-O1 -g1" >/dev/null
fi
ninja -C build-fuzz fuzz | tail -1
# Two at a time: so many cores there are.
run() {
  mkdir -p "build-fuzz/corpus/$1" "build-fuzz/found/$1"
  "build-fuzz/fuzz_$1" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=16384 \
    -artifact_prefix="build-fuzz/found/$1/" "build-fuzz/corpus/$1" "fuzz/corpus/$1" \
    >"build-fuzz/$1.log" 2>&1 || {
    echo "fuzz: $1 has broken a promise:"
    tail -30 "build-fuzz/$1.log"
    return 1
  }
  echo "fuzz: $1: $(grep -o 'Done .*' "build-fuzz/$1.log" | tail -1)"
}
export -f run
export seconds
printf '%s\n' $targets | xargs -P 2 -I{} bash -c 'run {}'
