#!/usr/bin/env bash
# Installs, upgrades, removes and purges the Debian package in a clean Debian, and uses the gateway in between.
#
#   scripts/test-package.sh BINARY ROOT.tar      ROOT.tar: a Debian as scripts/test-env.sh makes one
#
# Needs root, for chroot(2). Prints what was seen; ends at the first thing that is not as it should be.
set -euo pipefail
cd "$(dirname "$0")/.."

fail() {
    echo "test-package: $1" >&2
    [ -z "${log:-}" ] || tail -n 20 "$log" >&2 || true
    exit 1
}
ok() { echo "ok: $1"; }

[ $# = 2 ] || fail "usage: scripts/test-package.sh BINARY ROOT.tar"
[ "$(id -u)" = 0 ] || fail "run this as root: a clean Debian is entered with chroot"
binary=$1 base=$2

work=$(mktemp -d)
gateway=
clean() {
    trap - EXIT INT TERM
    [ -z "$gateway" ] || kill -KILL "$gateway" 2>/dev/null || true
    ! mountpoint -q "$work/root/proc" || umount -l "$work/root/proc"
    rm -rf --one-file-system "$work"
}
trap clean EXIT
trap 'exit 130' INT TERM

root=$work/root
log=$work/log
mkdir "$root"
tar -C "$root" -xf "$base"
mount -t proc proc "$root/proc"
inside() { LC_ALL=C.UTF-8 chroot "$root" "$@"; }
# Nothing may start a service here, and no service manager runs: what needs one is looked at under a booted systemd.
install_package() {
    cp "$1" "$root/tmp/peta.deb"
    inside dpkg -i /tmp/peta.deb >"$log" 2>&1 || fail "dpkg -i $(basename "$1") failed"
}
mode() { inside stat -c '%a %U:%G' "$1"; }

# Quick to make; what is in it is the same.
export DPKG_DEB_COMPRESSOR_TYPE=gzip DPKG_DEB_COMPRESSOR_LEVEL=1

# The same input makes the same package.
first=$(scripts/deb.sh "$binary" "$work/one")
again=$(scripts/deb.sh "$binary" "$work/two")
cmp -s "$first" "$again" || fail "two builds of the package differ"
ok "two builds are the same, byte for byte"
lintian --allow-root --fail-on error,warning "$first" >"$log" 2>&1 || fail "lintian has something to say"
ok "lintian has nothing to say"

install_package "$first"
inside dpkg -V peta >"$log" 2>&1 && [ ! -s "$log" ] || fail "the files are not as packaged"
[ "$(mode /usr/bin/peta)" = "755 root:root" ] || fail "/usr/bin/peta is $(mode /usr/bin/peta)"
[ "$(mode /etc/peta)" = "750 root:peta" ] || fail "/etc/peta is $(mode /etc/peta)"
inside id peta >/dev/null || fail "there is no user peta"
[ -L "$root/etc/systemd/system/multi-user.target.wants/peta.service" ] || fail "the unit is not enabled"
inside systemd-analyze verify /lib/systemd/system/peta.service >"$log" 2>&1 || fail "systemd finds fault with the unit"
[ ! -s "$log" ] || fail "systemd warns of the unit"
inside systemd-analyze verify /lib/systemd/system/peta-backup.timer /lib/systemd/system/peta-backup.service >"$log" 2>&1 ||
    fail "systemd finds fault with the units of the backup"
[ ! -s "$log" ] || fail "systemd warns of the units of the backup"
[ "$(mode /var/backups/peta)" = "700 peta:peta" ] || fail "/var/backups/peta is $(mode /var/backups/peta)"
[ ! -e "$root/etc/systemd/system/timers.target.wants/peta-backup.timer" ] || fail "backups begin without a passphrase for them"
inside systemd-analyze security --offline=true --threshold=20 --no-pager peta.service >"$log" 2>&1 ||
    fail "the unit is exposed more than 2.0: $(tail -n 1 "$log")"
inside man -w peta >/dev/null && inside man -w 5 peta.yaml >/dev/null || fail "the manual is not found"
inside peta config check --config /etc/peta/peta.yaml >"$log" 2>&1 || fail "the configuration that comes along is not right"
ok "installed: account, directories, unit, manual, configuration"

# As the unit does it: the user peta, the state directory, the configuration in /etc.
serve() {
    inside install -d -m 0700 -o peta -g peta /var/lib/peta
    inside install -d -m 0750 -o peta -g peta /run/peta
    chroot "$root" setpriv --reuid peta --regid peta --init-groups env -i PATH=/usr/bin:/bin HOME=/var/lib/peta \
        PETA_DATA_DIR=/var/lib/peta PETA_SOCKET=/run/peta/admin.sock /usr/bin/peta serve --listen 127.0.0.1:0 >"$log" 2>&1 &
    gateway=$!
    for _ in $(seq 1 300); do
        url=$(sed -n 's/.*serves MCP at \(http[^ ]*\).*/\1/p' "$log")
        [ -z "$url" ] || return 0
        kill -0 "$gateway" 2>/dev/null || fail "the gateway ended"
        sleep 0.1
    done
    fail "the gateway is not ready after 30 s"
}
stop() {
    kill -TERM "$gateway"
    wait "$gateway" || fail "the gateway ended with $?"
    gateway=
}
peta() { inside env PETA_SOCKET=/run/peta/admin.sock peta "$@"; }
# Whether the token is good, and whose client can call.
asks() {
    curl -sS -o "$work/answer" -w '%{http_code}' -H "Authorization: Bearer $token" -H 'Content-Type: application/json' \
        -H 'Accept: application/json, text/event-stream' -d '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}' "$url"
}

serve
token=$(peta token create owner --json | sed -n 's/.*"token" *: *"\([^"]*\)".*/\1/p')
[ -n "$token" ] || fail "no token was made"
printf s3cret-of-the-test | peta secret set demo-key --stdin >/dev/null
peta server add demo -- /usr/bin/peta demo-server >/dev/null 2>&1
[ "$(peta server call demo echo '{"text":"hello"}')" = hello ] || fail "the demonstration server does not answer"
[ "$(asks)" = 200 ] || fail "a client is not served: $(cat "$work/answer")"
stop
[ "$(mode /var/lib/peta/peta.db)" = "600 peta:peta" ] || fail "the database is $(mode /var/lib/peta/peta.db)"
ok "the gateway runs as peta, serves a client and stops"

printf 'log:\n  level: debug\n' >>"$root/etc/peta/peta.yaml"
install_package "$(scripts/deb.sh "$binary" "$work/three" "$(inside dpkg-query -f '${Version}' -W peta)+1")"
tail -n 1 "$root/etc/peta/peta.yaml" | grep -q 'level: debug' || fail "the upgrade replaced a changed configuration"
serve
[ "$(asks)" = 200 ] || fail "the token of before does not work after the upgrade"
[ "$(peta server call demo echo '{"text":"again"}')" = again ] || fail "the server of before is not there after the upgrade"
peta secret show demo-key >/dev/null || fail "the secret of before is not there after the upgrade"
peta audit verify >/dev/null || fail "the audit does not verify after the upgrade"
stop
ok "upgraded: configuration, token, server, secret and audit are as before"

inside dpkg -r peta >"$log" 2>&1 || fail "the package cannot be removed"
[ ! -e "$root/usr/bin/peta" ] || fail "the binary is left"
[ -e "$root/etc/peta/peta.yaml" ] && [ -e "$root/var/lib/peta/peta.db" ] || fail "removing took the configuration or the data along"
ok "removed: configuration and data stay"
inside dpkg -P peta >"$log" 2>&1 || fail "the package cannot be purged"
[ ! -e "$root/etc/peta" ] || fail "the configuration is left after a purge"
[ -e "$root/var/lib/peta/peta.db" ] || fail "a purge took the vault along"
grep -q 'rm -r /var/lib/peta' "$log" || fail "a purge does not say where the vault is"
[ ! -e "$root/etc/systemd/system/multi-user.target.wants/peta.service" ] || fail "the unit is still enabled"
ok "purged: the configuration is gone, vault and audit stay, and it says so"

install_package "$first"
serve
[ "$(asks)" = 200 ] || fail "installed anew, the token of before does not work"
stop
ok "installed anew: it goes on with its data"
