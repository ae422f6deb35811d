"""Fails when a requirement of pyproject.toml is missing from a lock file or locked outside its range.

It also refuses what a lock file must not hold: an entry without a hash, or a download address.
"""

import re
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ENTRY = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(?:\[[^]]*\])?==(?P<version>\S+)", re.MULTILINE)
HASH = " \\\n    --hash=sha256:"


def locked_versions(text: str) -> dict[str, str]:
    return {canonicalize_name(entry["name"]): entry["version"] for entry in ENTRY.finditer(text)}


def complaints(requirements: list[str], lock: str) -> list[str]:
    """What is wrong with the text of a lock file, given the requirements that it was compiled from."""
    locked = locked_versions(lock)
    found = []
    for requirement in map(Requirement, requirements):
        version = locked.get(canonicalize_name(requirement.name))
        if version is None:
            found.append(f"{requirement.name} is not locked")
        elif not requirement.specifier.contains(version):
            found.append(f"{requirement.name} is locked at {version}, outside {requirement.specifier}")
    bare = [entry["name"] for entry in ENTRY.finditer(lock) if not lock.startswith(HASH, entry.end())]
    found += [f"{name} has no hash" for name in bare]
    if "://" in lock:
        found.append("it names a download address")
    return found


def main() -> int:
    project = tomllib.loads(Path("pyproject.toml").read_text())["project"]
    run = project["dependencies"]
    locks = {"requirements.txt": run, "requirements-dev.txt": run + project["optional-dependencies"]["dev"]}
    found = [
        f"{name}: {complaint}"
        for name, requirements in locks.items()
        for complaint in complaints(requirements, Path(name).read_text())
    ]
    if found:
        sys.stderr.write("\n".join([*found, "Run `make lock`.\n"]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
