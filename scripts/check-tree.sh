#!/usr/bin/env bash
# Fails when the tree holds what it should not: build output, databases, keys, Package.resolved, and source files
# that have grown past 500 lines without a reason written down in docs/decisions/.
set -euo pipefail
cd "$(dirname "$0")/.."

most=500
failed=0
complain() {
    echo "check-tree: $1" >&2
    failed=1
}

# Committed files, and new ones that a commit would take. Those deleted but not yet committed are left out.
files() { git ls-files -z --cached --others --exclude-standard -- "$@"; }

while IFS= read -r -d '' file; do
    [ -f "$file" ] || continue
    case "/$file" in
        */.build/* | */.build-*/* | */__pycache__/* | */node_modules/* | */.venv*/* | *.o | *.pyc | *.swp)
            complain "$file: build output" ;;
        */Package.resolved)
            complain "$file: not committed here; Package.swift says which versions fit" ;;
        *.db | *.db-wal | *.db-shm | *.sqlite | *.sqlite3)
            complain "$file: a database" ;;
        *.pem | *.key | *.p12 | */id_rsa | */id_ed25519)
            complain "$file: a key; tests make their own" ;;
    esac
done < <(files)

while IFS= read -r -d '' file; do
    [ -f "$file" ] || continue
    lines=$(wc -l <"$file")
    if [ "$lines" -gt "$most" ] && ! grep -rqsF -- "$file" docs/decisions/; then
        complain "$file: $lines lines, more than $most. Split it, or name it in docs/decisions/ with the reason"
    fi
done < <(files '*.swift' '*.c' '*.h' '*.py' '*.sh')

# The marker is spelled with a bracket so that this file does not find itself.
while IFS= read -r file; do
    complain "$file: holds a private key"
done < <(git grep -lIE --untracked -e '-----BEGIN[ ]([A-Z]+ )*PRIVATE KEY-----' -- . || true)

[ "$failed" = 0 ] && echo "check-tree: clean"
exit "$failed"
