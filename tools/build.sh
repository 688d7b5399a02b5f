# Sourced by ./run, ./test and .ci/run: what has to be there, and how hikae is built.

hikae_build_packages="g++ cmake ninja-build ccache mold pkg-config libboost1.81-dev libboost-json1.81-dev libssl-dev
libmimalloc-dev libyaml-dev libpugixml-dev libsqlite3-dev libfmt-dev libcli11-dev libabsl-dev libcurl4-openssl-dev
zlib1g-dev libzip-dev python3-botocore tzdata"
hikae_test_packages="libgtest-dev libgmock-dev librapidcheck-dev python3-aiosmtpd openssl sqlite3
awscli python3-boto3 groff-base zsh fish"
hikae_package_packages="dpkg-dev adduser"
hikae_check_packages="clang-format clang-19 clang-tools-19 libclang-rt-19-dev llvm-19"

# Installs those packages of the named lists that are missing; silent when none is.
hikae_packages() {
  local list missing="" name
  for list in "$@"; do
    local names="hikae_${list}_packages"
    for name in ${!names}; do
      dpkg-query -W -f='${Status}' "$name" 2>/dev/null | grep -q 'install ok installed' ||
        missing="$missing $name"
    done
  done
  [ -z "$missing" ] && return 0
  echo "hikae: installing$missing"
  local as_root=""
  [ "$(id -u)" = 0 ] || as_root="sudo"
  $as_root apt-get update -qq
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $missing \
    >/dev/null
}

hikae_configure() {
  cmake -S . -B build -G Ninja -DCMAKE_BUILD_TYPE=Release -DHIKAE_UNITY=ON "$@" >build.log 2>&1 || {
    cat build.log
    return 1
  }
  mv build.log build/configure.log
}

# Builds a target into build/ (release). Quiet when nothing has changed. Whoever only runs hikae does
# not need what the tests are made with: a folder that ./run began gets its tests from ./test.
hikae_build() {
  local tests=OFF
  [ "$1" = all ] && tests=ON
  if [ ! -f build/build.ninja ] ||
    { [ $tests = ON ] && ! grep -qs '^HIKAE_TESTS:BOOL=ON' build/CMakeCache.txt; }; then
    hikae_configure -DHIKAE_TESTS=$tests
  fi
  echo "hikae: building (a first build takes some minutes)"
  ninja -C build "$1"
}

# What the tests take from npm: the JavaScript SDK, AWS's validator of templates and CDK. Without a registry
# their tests say so and are skipped.
hikae_js_clients() {
  local folder
  for folder in tests/clients/js tests/clients/cfn tests/clients/cdk; do
    [ "$folder/node_modules/.package-lock.json" -nt "$folder/package-lock.json" ] && continue
    if ! command -v npm >/dev/null; then
      hikae_node_packages="nodejs npm"
      hikae_packages node
    fi
    echo "hikae: fetching what $folder needs of npm"
    npm ci --prefix "$folder" --no-audit --no-fund --loglevel=error >/dev/null ||
      echo "hikae: npm could not fetch it; what needs it is not tested"
  done
}
