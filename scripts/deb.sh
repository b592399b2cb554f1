#!/usr/bin/env bash
# Builds a Debian package out of what is built: the binary, man pages, completions, unit, configuration.
#
#   scripts/deb.sh BINARY FOLDER [VERSION]      VERSION: Debian's, for rebuilds; else the binary's own
#
# The same input gives the same package: times are those of SOURCE_DATE_EPOCH, else of the last commit.
set -euo pipefail
cd "$(dirname "$0")/.."

die() {
    echo "deb: $1" >&2
    exit 1
}

[ $# -ge 2 ] || die "usage: scripts/deb.sh BINARY FOLDER [VERSION]"
binary=$1 folder=$2
[ -x "$binary" ] || die "$binary is not there; run 'make build' first"
for tool in dpkg-deb dpkg-shlibdeps strip gzip; do
    command -v "$tool" >/dev/null || die "$tool is missing; install dpkg-dev and binutils"
done
version=${3:-$("$binary" version | awk '{ print $2; exit }')}
[[ $version =~ ^[0-9][A-Za-z0-9.+~:-]*$ ]] || die "'$version' is no version that Debian knows"
architecture=$(dpkg --print-architecture)
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date +%s)}
maintainer="${DEBFULLNAME:-The Peta team} <${DEBEMAIL:-noreply@peta.invalid}>"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
umask 022

make --no-print-directory -s install BINARY="$binary" DESTDIR="$root" PREFIX=/usr
find "$root/usr/share/man" -type f -exec gzip -9n {} +
install -D -m 0644 etc/peta.yaml "$root/etc/peta/peta.yaml"
doc=$root/usr/share/doc/peta
install -m 0644 etc/debian/copyright "$doc/copyright"
gzip -9nc CHANGELOG.md >"$doc/CHANGELOG.md.gz"
printf 'peta (%s) unstable; urgency=medium\n\n  * What is new stands in CHANGELOG.md.gz.\n\n -- %s  %s\n' \
    "$version" "$maintainer" "$(date -u -R -d "@$SOURCE_DATE_EPOCH")" | gzip -9n >"$doc/changelog.gz"
install -D -m 0644 etc/debian/lintian-overrides "$root/usr/share/lintian/overrides/peta"

# dpkg-shlibdeps wants a source package around the binary; an empty one does.
mkdir -p "$work/debian"
printf 'Source: peta\n\nPackage: peta\nArchitecture: any\n' >"$work/debian/control"
depends=$(cd "$work" && dpkg-shlibdeps -O root/usr/bin/peta 2>/dev/null | sed -n 's/^shlibs:Depends=//p')
[ -n "$depends" ] || die "cannot tell which libraries $binary needs"

mkdir -p "$root/DEBIAN"
sed -e "s|@VERSION@|$version|; s|@ARCH@|$architecture|; s|@DEPENDS@|$depends|" \
    -e "s|@SIZE@|$(du -sk --apparent-size "$root" | cut -f1)|" \
    -e "s|@MAINTAINER@|$maintainer|" etc/debian/control.in >"$root/DEBIAN/control"
echo /etc/peta/peta.yaml >"$root/DEBIAN/conffiles"
for script in postinst prerm postrm; do install -m 0755 "etc/debian/$script" "$root/DEBIAN/$script"; done
(cd "$root" && find . -type f ! -path './DEBIAN/*' -printf '%P\0' | LC_ALL=C sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"
find "$root" -newermt "@$SOURCE_DATE_EPOCH" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +

mkdir -p "$folder"
package=$folder/peta_${version}_$architecture.deb
dpkg-deb --root-owner-group --build "$root" "$package" >/dev/null
echo "$package"
