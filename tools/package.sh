#!/usr/bin/env bash
# Makes a Debian package of a built folder: tools/package.sh [BUILD [FOLDER]] writes
# FOLDER/hikae_VERSION_ARCHITECTURE.deb (both: build) and prints its name. Needs no root.
# HIKAE_DEB_COMPRESSION: xz (what Debian uses), or gzip where it has to be quick.
set -euo pipefail
build=$(realpath "${1:-build}")
to=$(realpath "${2:-$build}")
cd "$(dirname "$0")/.."
. tools/build.sh
hikae_packages package >&2
[ "$build/share/written" -nt "$build/hikae" ] || cmake --build "$build" --target share >&2
[ "$build/functions/hikae-report.zip" -nt "$build/functions/report/bootstrap" ] ||
  cmake --build "$build" --target function_zips >&2
version=$(sed -n 's/^project(hikae VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
architecture=$(dpkg --print-architecture)
# A package of the same sources is the same, byte for byte.
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 1767225600)}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree=$work/tree
umask 022

install_tree() {
  DESTDIR=$tree cmake --install "$build" --prefix /usr --strip >/dev/null
  # Where Debian's own packages have them.
  mkdir -p "$tree/lib/systemd" "$tree/usr/share/zsh"
  mv "$tree/usr/lib/systemd/system" "$tree/lib/systemd/system"
  rmdir -p --ignore-fail-on-non-empty "$tree/usr/lib/systemd"
  mv "$tree/usr/share/zsh/site-functions" "$tree/usr/share/zsh/vendor-completions"
  install -D -m 0640 packaging/hikae.yaml "$tree/etc/hikae/hikae.yaml"
  find "$tree/usr/share/man" -name '*.[15]' -exec gzip -9n {} +
  gzip -9n "$tree/usr/share/doc/hikae/CHANGELOG.md"
}

# The libraries that the program is linked with, in the versions that have what it uses.
depends() {
  mkdir -p "$work/debian"
  printf 'Source: hikae\n\nPackage: hikae\nArchitecture: any\n' >"$work/debian/control"
  (cd "$work" && dpkg-shlibdeps -O -e tree/usr/bin/hikae 2>/dev/null) |
    sed -n 's/^shlibs:Depends=//p'
}

control_files() {
  local needs size
  needs=$(depends)
  [ -n "$needs" ] || { echo "package.sh: no library found in hikae" >&2; exit 1; }
  size=$(du -k -s --apparent-size "$tree" | cut -f1)
  mkdir -p "$tree/DEBIAN"
  sed -e "s/@VERSION@/$version/" -e "s/@ARCHITECTURE@/$architecture/" -e "s/@SIZE@/$size/" \
    -e "s/@DEPENDS@/$needs/" packaging/debian/control >"$tree/DEBIAN/control"
  echo /etc/hikae/hikae.yaml >"$tree/DEBIAN/conffiles"
  install -m 0755 packaging/debian/postinst packaging/debian/prerm packaging/debian/postrm \
    "$tree/DEBIAN/"
  (cd "$tree" && find usr lib -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum) \
    >"$tree/DEBIAN/md5sums"
}

install_tree
control_files
package=$to/hikae_${version}_${architecture}.deb
dpkg-deb --root-owner-group -Z"${HIKAE_DEB_COMPRESSION:-xz}" --build "$tree" "$package" >/dev/null
echo "$package"
