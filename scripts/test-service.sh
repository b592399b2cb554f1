#!/usr/bin/env bash
# Boots a clean Debian with systemd in a container of systemd-nspawn, installs the package there and lets systemd run it.
#
#   scripts/test-service.sh BINARY ROOT.tar      ROOT.tar: as scripts/test-env.sh makes one
#
# Not part of `make test`: it needs root, systemd-nspawn and cgroups that a container may use.
set -euo pipefail
cd "$(dirname "$0")/.."

[ $# = 2 ] || { echo "usage: scripts/test-service.sh BINARY ROOT.tar" >&2; exit 64; }
[ "$(id -u)" = 0 ] || { echo "test-service: run this as root" >&2; exit 77; }
command -v systemd-nspawn >/dev/null || { echo "test-service: install systemd-container" >&2; exit 69; }

work=$(mktemp -d)
trap 'rm -rf --one-file-system "$work"' EXIT
root=$work/root
mkdir "$root"
tar -C "$root" -xf "$2"
DPKG_DEB_COMPRESSOR_TYPE=gzip DPKG_DEB_COMPRESSOR_LEVEL=1 scripts/deb.sh "$1" "$work" >/dev/null
cp "$work"/peta_*.deb "$root/peta.deb"

cat >"$root/check.sh" <<'CHECK'
#!/bin/bash
# Each line it prints begins with ok or NOT OK.
exec >/result 2>&1
see() { local what=$1; shift; if "$@" >/tmp/out 2>&1; then echo "ok: $what"; else echo "NOT OK: $what"; cat /tmp/out; journalctl -u peta --no-pager -n 8; fi; }
until_true() { for _ in $(seq 1 100); do "$@" >/dev/null 2>&1 && return 0; sleep 0.1; done; "$@"; }
says() { local wanted=$1; shift; local found; found=$("$@" 2>&1); [[ $found == *"$wanted"* ]] || { echo "$found"; return 1; }; }
pid() { systemctl show -p MainPID --value peta; }

dpkg -i /peta.deb >/tmp/dpkg 2>&1 || { echo "NOT OK: install"; cat /tmp/dpkg; }
see "installing starts the service, and it is ready" until_true systemctl is-active peta
see "it says what it serves" says "serving http://127.0.0.1:3002/mcp" systemctl show -p StatusText peta
see "root administers it" peta status
see "nobody does not" bash -c '! setpriv --reuid nobody --regid nogroup --clear-groups peta status'
see "a server runs under the unit's restrictions" peta server add demo -- /usr/bin/peta demo-server
see "and answers" says hi peta server call demo echo '{"text":"hi"}'
see "systemd watches it" says WatchdogUSec=30s systemctl show -p WatchdogUSec peta
see "a reload is answered" systemctl reload peta
printf 'log: {level: loud}\n' >>/etc/peta/peta.yaml
see "a reload of a wrong configuration fails, and the service goes on" bash -c '! systemctl reload peta && systemctl is-active peta'
sed -i '$d' /etc/peta/peta.yaml
before=$(pid)
kill -KILL "$before"
see "killed, it is started again" until_true bash -c '[ "$(systemctl show -p MainPID --value peta)" != '"$before"' ] && peta status'
see "with its servers" says hi peta server call demo echo '{"text":"hi"}'
mkdir -p /etc/systemd/system/peta.service.d
printf '[Service]\nWatchdogSec=2\n' >/etc/systemd/system/peta.service.d/t.conf
systemctl daemon-reload; systemctl restart peta
before=$(pid)
kill -STOP "$before"
see "standing still, it is started again" until_true bash -c 'p=$(systemctl show -p MainPID --value peta); [ "$p" != 0 ] && [ "$p" != '"$before"' ] && peta status'
printf 'listen: ["nonsense"]\n' >>/etc/peta/peta.yaml
systemctl restart peta 2>/dev/null
see "with a broken configuration it is tried once" bash -c '[ "$(systemctl show -p NRestarts --value peta)" = 0 ] && ! systemctl is-active peta'
sed -i '$d' /etc/peta/peta.yaml
install -d -m 0700 /etc/credstore
systemctl reset-failed peta; systemctl start peta
printf 'correct horse battery staple' >/etc/credstore/peta-passphrase
chmod 0600 /etc/credstore/peta-passphrase
see "the vault takes the credential's passphrase" peta vault passphrase --from-file /etc/credstore/peta-passphrase
see "and opens with it at the next start" bash -c 'systemctl restart peta && peta status --json | grep -q "\"sealed\": *false"'
rm /etc/credstore/peta-passphrase
see "without it the service starts, sealed" bash -c 'systemctl restart peta && peta status --json | grep -q "\"sealed\": *true"'
see "and is unsealed" bash -c 'printf "correct horse battery staple" | peta vault unseal --stdin'
see "with its servers again" says hi peta server call demo echo '{"text":"hi"}'
see "stopping is clean" bash -c 'systemctl stop peta && [ "$(systemctl show -p Result --value peta)" = success ]'
see "removing is clean" bash -c 'dpkg -r peta && [ -d /var/lib/peta ]'
echo end
CHECK
chmod +x "$root/check.sh"
cat >"$root/etc/systemd/system/check.service" <<'UNIT'
[Unit]
After=multi-user.target
[Service]
Type=oneshot
ExecStart=/check.sh
ExecStopPost=/bin/systemctl poweroff --force --force
UNIT
mkdir -p "$root/etc/systemd/system/multi-user.target.wants"
ln -s /etc/systemd/system/check.service "$root/etc/systemd/system/multi-user.target.wants/check.service"

timeout 300 systemd-nspawn -q --register=no --keep-unit -b -D "$root" --private-network >"$work/console" 2>&1 || true
[ -s "$root/result" ] || { tail -n 30 "$work/console" >&2; echo "test-service: the container did not come up" >&2; exit 1; }
cat "$root/result"
tail -n 1 "$root/result" | grep -qx end && ! grep -q '^NOT OK' "$root/result"
