#!/usr/bin/env python3
"""Keeps what this release writes: a half-day's file, its outcome and the moments of its replay, for every later release to read.

    ATELIERD=… ATELIER=… make_golden.py FOLDER      FOLDER is tests/data/golden/VERSION, and must not exist
"""
import json
import pathlib
import shutil
import sys

import world

MOMENTS_S = [0, 566, 2700, 3312, 5290, 8192, 11850, 13600]  # closed vote, two edits at once, undo, changed grade, objection …


def moment(path: str, second: int) -> dict:
    """The meeting at a second of its time."""
    return json.loads(world.run(world.ATELIER, "replay", path, "--at", second, "--format", "json"))


def main() -> int:
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True)
    with world.Server() as server:
        access = server.create()
        server.rehearse(access, world.sample_scripts(), "max")
        outcome = json.loads(server.outcome(access))
        stored = server.file(access)
        server.process.terminate()
        server.process.wait()
        shutil.copy(stored, folder / "halfday.atelier")
    verification = json.loads(world.run(world.ATELIER, "verify", "--format", "json", folder / "halfday.atelier"))
    assert verification["ok"] and verification["digest"] == outcome["meeting"]["made"]["digest"]
    (folder / "outcome.json").write_text(json.dumps(outcome, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    texts = {second: moment(str(folder / "halfday.atelier"), second)["texts_after"] for second in MOMENTS_S}
    kept = {"chain": verification["chain"], "digest": verification["digest"], "records": verification["records"], "texts": texts}
    (folder / "kept.json").write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
