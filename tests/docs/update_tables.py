#!/usr/bin/env python3
"""Tables in the documents that the program itself prints: between `<!-- cohort ARGUMENTS -->` and `<!-- end -->`.

    update_tables.py COHORT            writes them anew
    update_tables.py COHORT --check    exit 1, and a line per stale table, dead link or page that is too long"""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
TABLE = re.compile(r"<!-- cohort (.*?) -->\n(.*?)<!-- end -->", re.DOTALL)
LINK = re.compile(r"\]\(([^)#]+)\)")
README_BYTES = 12000


def documents():
    folders = ("src", "apps", "tests", "jobs", "cmake", "include")
    return [ROOT / "README.md", *(path for folder in folders for path in sorted((ROOT / folder).rglob("*.md")))]


def printed(cohort, arguments):
    return subprocess.run([cohort, *arguments.split()], capture_output=True, text=True, check=True).stdout


def renewed(cohort, text):
    return TABLE.sub(lambda m: f"<!-- cohort {m[1]} -->\n{printed(cohort, m[1])}<!-- end -->", text)


def problems(cohort):
    found = []
    n_tables = 0
    for path in documents():
        text = path.read_text(encoding="utf-8")
        name = path.relative_to(ROOT)
        for arguments, table in TABLE.findall(text):
            n_tables += 1
            if table != printed(cohort, arguments):
                found.append(f"{name}: the table of `cohort {arguments}` is stale: run tests/docs/update_tables.py COHORT")
        for link in LINK.findall(text):
            if not link.startswith("http") and not (path.parent / link).exists():
                found.append(f"{name}: nothing is at {link}")
    if n_tables < 5:
        found.append(f"only {n_tables} tables found: the markers have changed")
    size = (ROOT / "README.md").stat().st_size
    if size > README_BYTES:
        found.append(f"README.md has {size} bytes, more than {README_BYTES}: what describes one room belongs beside it")
    return found


if __name__ == "__main__":
    if "--check" in sys.argv:
        lines = problems(sys.argv[1])
        print("\n".join(lines) or "documents: ok")
        sys.exit(1 if lines else 0)
    for document in documents():
        before = document.read_text(encoding="utf-8")
        document.write_text(renewed(sys.argv[1], before), encoding="utf-8")
