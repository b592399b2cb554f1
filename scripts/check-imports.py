#!/usr/bin/env python3
"""Fails when a target imports upwards or sideways, or is on no floor.

The floors are those of the architecture: a target may import what stands on a lower floor, never its neighbours.
Read are the manifest (`swift package dump-package`) and the import lines of Sources/ and Tests/.
"""
import json
import os
import re
import subprocess
import sys
import tempfile

FLOORS = [
    {"COpenSSL", "CReadline", "CPetaShim", "CPetaRegex"},
    {"PetaCrypto", "PetaStore", "PetaWire", "PetaAdminAPI", "PetaOutbound"},
    {"PetaVault", "PetaIdentity", "PetaAudit", "PetaDownstream", "PetaDemo", "PetaSocket", "PetaPolicy", "PetaApprovals",
     "PetaTelemetry", "PetaBackup"},
    {"PetaGateway", "PetaAdmin"},
    {"PetaDaemon", "PetaCommands"},
    {"peta"},
]
FLOOR = {target: number for number, floor in enumerate(FLOORS) for target in floor}
# Under Tests/, for tests alone; they use nothing of ours.
SUPPORT = {"PetaTestSupport", "TestRandom", "AllocationCounter", "WriteFaults"}

# Narrower than the floors: the commands are clients of the daemon, so they see its protocol and no part of it.
ONLY = {"PetaCommands": {"PetaAdminAPI", "CPetaShim", "CReadline"}}

IMPORT = re.compile(
    r"^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?"
    r"import\s+(?:(?:struct|class|enum|protocol|typealias|func|let|var|actor)\s+)?(\w+)", re.M)


def manifest(root):
    """The package as SwiftPM reads it. An own scratch folder: a build that is running holds the lock of the usual one."""
    with tempfile.TemporaryDirectory() as scratch:
        done = subprocess.run(["swift", "package", "--package-path", root, "--scratch-path", scratch, "dump-package"], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"check-imports: cannot read Package.swift: {done.stderr.strip()}")
    return json.loads(done.stdout)


def imports(folder):
    """(file, module) for each import line of the Swift files below a folder."""
    for directory, _, names in sorted(os.walk(folder, followlinks=True)):
        for name in sorted(names):
            if name.endswith(".swift"):
                path = os.path.join(directory, name)
                with open(path, encoding="utf-8") as file:
                    for module in IMPORT.findall(file.read()):
                        yield path, module


def forbidden(target, module):
    """Why `target` may not use `module`, or None."""
    if target == module:
        return None
    if FLOOR[module] > FLOOR[target]:
        return f"{target} (floor {FLOOR[target]}) uses {module} of floor {FLOOR[module]}: upwards"
    if FLOOR[module] == FLOOR[target]:
        return f"{target} uses its neighbour {module} on floor {FLOOR[target]}: sideways"
    if target in ONLY and module not in ONLY[target]:
        return f"{target} uses {module}; it may only use {', '.join(sorted(ONLY[target]))}"
    return None


def check(root):
    wrong = []
    package = manifest(root)
    own = {t["name"] for t in package["targets"]}
    for target in package["targets"]:
        name, kind = target["name"], target["type"]
        path = target.get("path") or os.path.join("Tests" if kind == "test" else "Sources", name)
        declared = {d["byName"][0] for d in target["dependencies"] if "byName" in d} & own
        declared |= {d["target"][0] for d in target["dependencies"] if "target" in d}
        if kind == "test":
            for module in sorted(declared):
                if module not in SUPPORT and module not in FLOOR:
                    wrong.append(f"Package.swift: {name} depends on {module}, which stands on no floor")
                if module == "peta":
                    wrong.append(f"Package.swift: {name} depends on the executable, whose linker settings are not a test's")
        elif name in SUPPORT:
            for module in sorted(declared):
                wrong.append(f"Package.swift: {name} depends on {module}; it stands alone")
        elif name not in FLOOR:
            wrong.append(f"Package.swift: {name} stands on no floor; add it to scripts/check-imports.py and to the architecture")
            continue
        else:
            wrong += [f"Package.swift: {reason}" for reason in (forbidden(name, m) for m in sorted(declared)) if reason]
        for file, module in imports(os.path.join(root, path)):
            file = os.path.relpath(file, root)
            if module not in own:
                if module in ("Testing", "XCTest") and kind != "test":
                    wrong.append(f"{file}: imports {module} outside of a test")
                continue
            if module not in declared and module != name:
                wrong.append(f"{file}: imports {module}, which {name} does not declare in Package.swift")
            if kind == "test" or name in SUPPORT:
                continue
            reason = f"{name} uses {module}, which is for tests" if module in SUPPORT else forbidden(name, module)
            if reason:
                wrong.append(f"{file}: {reason}")
    for place in ("Sources", "Tests"):
        paths = {os.path.normpath(t.get("path") or os.path.join("Tests" if t["type"] == "test" else "Sources", t["name"])) for t in package["targets"]}
        for folder in sorted(os.listdir(os.path.join(root, place))):
            path = os.path.join(place, folder)
            swift = any(True for _ in imports(os.path.join(root, path))) if os.path.isdir(os.path.join(root, path)) else False
            if swift and path not in paths:
                wrong.append(f"{path}: holds Swift files and is no target of Package.swift")
    return sorted(set(wrong)), len(own)


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
    wrong, count = check(os.path.normpath(root))
    for line in wrong:
        print(f"check-imports: {line}", file=sys.stderr)
    if wrong:
        sys.exit(1)
    print(f"check-imports: {count} targets, all arrows point down")


if __name__ == "__main__":
    main()
