#!/usr/bin/env python3
"""The half-day is played while its server is killed at random moments, loses its power, or is killed in a stalled fsync, and
started again on the same folder: nothing acknowledged is missing, nothing is there twice, and the outcome is the expected one."""
import json
import os
import pathlib
import queue
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import unittest

from disk import Disk

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "system"))
import world  # noqa: E402  (how the other tests reach the programs and the content)

SEED = int(os.environ.get("CHAOS_SEED", random.SystemRandom().randrange(10**9)))
KILLS = {"kill": int(os.environ.get("CHAOS_KILLS", "30")), "power cut": int(os.environ.get("CHAOS_CUTS", "20")),
         "kill in a stalled sync": int(os.environ.get("CHAOS_STALLS", "10"))}
PLAYS_MAX = 80  # a fast machine plays a half-day in two seconds: room for two kills
SPEEDS = ("max", "200") if os.environ.get("CHAOS_SLOW") else ("max",)
NOT_AN_OUTCOME = {"notice"}  # the generator's words about its own file


class Server:
    """atelierd on one folder and one port through all its lives."""

    def __init__(self, folder: pathlib.Path):
        self.folder, self.data, self.address = folder, folder / "data", "127.0.0.1:0"
        self.data.mkdir()
        self.disk = Disk(self.data, folder)
        self.process = None

    def start(self):
        self.disk.forget()
        self.process = subprocess.Popen([world.ATELIERD, "--listen", self.address, "--data", str(self.data)], stdout=subprocess.PIPE,
                                        stderr=(self.folder / "log").open("ab"), text=True, env=self.disk.environment)
        lines = queue.Queue()
        threading.Thread(target=lambda pipe: [lines.put(line) for line in pipe], args=(self.process.stdout,), daemon=True).start()
        self.url = re.search(r"listening on (http://\S+)", lines.get(timeout=world.READY_WITHIN_S)).group(1)
        self.address = self.url.removeprefix("http://")

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=world.READY_WITHIN_S)

    def die(self, kind: str, rng: random.Random) -> int | None:
        """Bytes that a power cut took back; None if no fsync came that could be stalled, and the server lives."""
        if kind == "kill in a stalled sync":
            if not self.disk.wait_for_stalled_sync(2):
                return self.disk.end_stall()
            time.sleep(rng.uniform(0, 0.2))
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.disk.end_stall()
        return 0 if kind == "kill" else self.disk.cut_power(rng)


def fields_of(message: bytes) -> dict:
    """{number: value} of a protobuf message: integers and bytes; the last of each number counts."""

    def varint(at):
        value = shift = 0
        while True:
            value |= (message[at] & 127) << shift
            shift, at = shift + 7, at + 1
            if message[at - 1] < 128:
                return value, at

    at, fields = 0, {}
    while at < len(message):
        tag, at = varint(at)
        if tag & 7 == 0:
            fields[tag >> 3], at = varint(at)
        elif tag & 7 == 1:
            fields[tag >> 3], at = int.from_bytes(message[at:at + 8], "little"), at + 8
        else:
            length, at = varint(at)
            fields[tag >> 3], at = message[at:at + length], at + length
    return fields


def stored_commands(path: str) -> list:
    """(actor, instance, counter) of each record of a meeting's file, in order; record.proto's Body."""
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as file:
        rows = file.execute("SELECT seq, body FROM entries ORDER BY seq").fetchall()
    assert [seq for seq, _ in rows] == list(range(1, len(rows) + 1))
    bodies = [fields_of(body) for _, body in rows]
    return [(body.get(1, b"").decode(), body.get(2, 0), body.get(3, 0)) for body in bodies]


class TheHalfDay(unittest.TestCase):
    def setUp(self):
        print(f"CHAOS_SEED={SEED}", flush=True)
        self.rng = random.Random(SEED)
        self.left = dict(KILLS)
        self.acknowledged = self.taken_back = 0

    def test_survives_crashes_with_nothing_acknowledged_lost(self):
        for play in range(PLAYS_MAX):
            if not any(self.left.values()):
                break
            with tempfile.TemporaryDirectory(prefix="atelier-chaos-", ignore_cleanup_errors=True) as folder, self.subTest(play=play):
                self.play(pathlib.Path(folder), SPEEDS[play % len(SPEEDS)])
        done = {kind: KILLS[kind] - left for kind, left in self.left.items()}
        print(f"{done}, {self.acknowledged} acknowledgements checked, {self.taken_back} bytes taken back by power cuts, 0 lost", flush=True)
        self.assertEqual(self.left, dict.fromkeys(KILLS, 0), f"not all kills happened within {PLAYS_MAX} plays")

    def play(self, folder: pathlib.Path, speed: str):
        server = Server(folder)
        server.start()
        self.addCleanup(server.process.kill)
        access = json.loads(world.run(world.ATELIER, "create", "--server", server.url, "--organiser-token-file", server.data / "organiser-token",
                                      "--from", world.CONTENT, "--rehearsal"))
        (folder / "access.json").write_text(json.dumps(access))
        journal = folder / "journal"
        # Into a file: nobody reads a pipe while the kills are made.
        with (folder / "rehearsal").open("w") as told:
            rehearsal = subprocess.Popen([world.ATELIER, "rehearse", "--server", server.url, "--access", str(folder / "access.json"), "--speed",
                                          speed, "--journal", str(journal), *world.sample_scripts()], stdout=told, stderr=subprocess.STDOUT)
            self.addCleanup(rehearsal.kill)
            self.kill_while_it_runs(server, rehearsal, journal)
            code = rehearsal.wait(timeout=300)
        self.assertEqual(code, 0, (folder / "rehearsal").read_text() + (folder / "log").read_text()[-3000:])
        outcome = json.loads(world.run(world.ATELIER, "outcome", "--server", server.url, "--access", folder / "access.json", "--format", "json"))
        self.assertEqual(server.stop(), 0, (folder / "log").read_text()[-3000:])
        expected = json.loads((pathlib.Path(world.CONTENT) / "script_halfday_expected.json").read_text(encoding="utf-8"))
        for field in expected.keys() - NOT_AN_OUTCOME:
            self.assertEqual(outcome.get(field), expected[field], field)
        self.check_log(str(next(server.data.rglob(f"{access['meeting']}.atelier"))), journal)

    def kill_while_it_runs(self, server: Server, rehearsal, journal: pathlib.Path):
        while rehearsal.poll() is None and any(self.left.values()):
            acknowledged = journal.stat().st_size if journal.exists() else 0
            time.sleep(self.rng.uniform(0.05, 0.8))
            # A kill counts when something was acknowledged since the last one.
            if not journal.exists() or journal.stat().st_size == acknowledged or rehearsal.poll() is not None:
                continue
            kind = self.rng.choice([kind for kind, left in self.left.items() if left])
            taken_back = server.die(kind, self.rng)
            if taken_back is None:
                continue
            self.taken_back += taken_back
            self.left[kind] -= 1
            server.start()
            self.addCleanup(server.process.kill)

    def check_log(self, path: str, journal: pathlib.Path):
        verification = json.loads(world.run(world.ATELIER, "verify", "--format", "json", path))
        self.assertEqual(verification["faults"], [])
        stored = stored_commands(path)
        first_place = {}
        for seq, command in enumerate(stored, start=1):
            first_place.setdefault(command, seq)
        places = {}
        for line in journal.read_text().splitlines():
            person, instance, counter, seq, refusal = line.split()
            command = (person, int(instance), int(counter))
            if seq == "0":
                self.assertNotEqual(refusal, "0", f"{line}: accepted without a place")
                continue
            self.assertEqual(places.setdefault(command, int(seq)), int(seq), f"{line}: acknowledged at two places")
            self.assertEqual(first_place.get(command), int(seq), f"{line}: acknowledged, but not there")
        self.assertGreater(len(places), 900)
        self.acknowledged += len(places)


if __name__ == "__main__":
    unittest.main(verbosity=2)
