#!/usr/bin/env python3
"""Compares two outcomes field by field.

    compare.py OUTCOME.json EXPECTED.json [--drop times,…]   exit code 0 when equal; each difference is one line on stderr

A value that is empty (0, "", false, [], {}) equals a missing one. What a server makes up (ids of its own, sequence
numbers, digests) stands under keys named `made` and is not compared. `{"one_of": […]}` in the expected file allows each.
Only keys of EXPECTED are compared at the top level; deeper, every key of both.
"""
import argparse
import json
import pathlib
import sys

UNORDERED = {"reasons", "members", "objections", "delegates", "evidence", "practices"}


def empty(value) -> bool:
    return value in (0, "", False, None) or value == [] or value == {}


def normal(value, drop: frozenset, key: str = ""):
    """`value` without empty members and dropped keys; lists whose order means nothing are sorted."""
    if isinstance(value, dict):
        inside = {k: normal(v, drop, k) for k, v in value.items() if k != "made" and k not in drop}
        return {k: v for k, v in inside.items() if not empty(v)}
    if isinstance(value, list):
        inside = [normal(entry, drop) for entry in value]
        return sorted(inside, key=json.dumps) if key in UNORDERED else inside
    return value


def differences(found, expected, path: str) -> list:
    if isinstance(expected, dict) and set(expected) == {"one_of"}:
        return [] if found == expected or found in expected["one_of"] else [f"{path}: {found!r} is none of {expected['one_of']!r}"]
    if isinstance(expected, dict) and isinstance(found, dict):
        lines = []
        for key in sorted(set(expected) | set(found)):
            lines += differences(found.get(key), expected.get(key), f"{path}/{key}")
        return lines
    if isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        return [line for at, (f, e) in enumerate(zip(found, expected)) for line in differences(f, e, f"{path}[{at}]")]
    return [] if found == expected else [f"{path}: {found!r} instead of {expected!r}"]


def compare(outcome: dict, expected: dict, drop=()) -> list:
    """Every difference, one line each; only the top-level keys of `expected` are looked at."""
    lines = []
    dropped = frozenset(drop)
    for key in expected:
        lines += differences(normal(outcome.get(key), dropped, key), normal(expected[key], dropped, key), key)
    return lines


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("outcome")
    parser.add_argument("expected")
    parser.add_argument("--drop", default="", help="keys that are not compared, separated by commas")
    arguments = parser.parse_args()

    def read(path):
        return json.loads(pathlib.Path(path).read_text(encoding="utf-8"))

    lines = compare(read(arguments.outcome), read(arguments.expected), filter(None, arguments.drop.split(",")))
    for line in lines:
        print(line, file=sys.stderr)
    print("equal" if not lines else f"{len(lines)} differences")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
