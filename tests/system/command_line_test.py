#!/usr/bin/env python3
"""The command line against a real server: exit codes and advice, journals, scripts that do not hold, a killed server, load."""
import contextlib
import fcntl
import json
import pathlib
import re
import socket
import sqlite3
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.request

import fold
import world
from compare import compare

OK, FAILED, USAGE, INPUT, SERVER = range(5)
OPENING = str(pathlib.Path(__file__).parents[1] / "data" / "opening.jsonl")


class KillableServer(world.Server):
    """A server on a fixed port that can be killed and started again on its directory."""

    def __enter__(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.start()
        return self

    def start(self):
        (self.folder / "log").touch()
        self.process = subprocess.Popen([world.ATELIERD, "--listen", f"127.0.0.1:{self.port}", "--data", str(self.data)],
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert "listening" in self.process.stdout.readline()

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


def atelier(*arguments) -> subprocess.CompletedProcess:
    return subprocess.run([world.ATELIER, *map(str, arguments)], capture_output=True, text=True, check=False)


def info(access: dict) -> dict:
    request = urllib.request.Request(f"{access['server']}/api/meeting/{access['meeting']}",
                                     headers={"Authorization": "Bearer " + access["tokens"]["organiser"]})
    return json.load(urllib.request.urlopen(request, timeout=60))


def script(folder: str, *events: dict) -> str:
    path = pathlib.Path(folder) / "script.jsonl"
    path.write_text("".join(json.dumps(event) + "\n" for event in events), encoding="utf-8")
    return str(path)


class WithoutAServer(unittest.TestCase):
    def test_every_verb_has_help_with_its_exit_codes(self):
        verbs = re.findall(r"^  (\w+)", atelier("--help").stdout, re.MULTILINE)
        self.assertEqual(verbs, ["create", "rehearse", "outcome", "export", "replay", "events", "blame", "compare", "verify", "load"])
        for verb in verbs:
            done = atelier(verb, "--help")
            self.assertEqual(done.returncode, OK)
            self.assertIn("Exit codes", done.stdout)
        self.assertIn("rehearsal", atelier("create", "--help").stdout)
        self.assertRegex(atelier("--version").stdout, r"^atelier \d+\.\d+\.\d+\n$")

    def test_wrong_command_lines_are_told_and_end_with_2(self):
        for line in ([], ["dance"], ["create"], ["rehearse", "--access", "x", "--speed", "fast", "s"], ["verify"], ["create", "--live", "--rehearsal", "--server", "http://localhost:1", "--organiser-token-file", "t", "--from", "."],
                     ["replay", "f", "--at", "noon"], ["outcome", "--access", "x", "--format", "pdf"], ["load", "--server", "x", "--organiser-token-file", "t", "--typists", "0"]):
            done = atelier(*line)
            self.assertEqual((done.returncode, done.stdout), (USAGE, ""), line)
            self.assertNotEqual(done.stderr, "", line)

    def test_files_that_are_not_there_end_with_3(self):
        for line in (["replay", "nothing.atelier"], ["verify", "nothing.atelier"], ["outcome", "--access", "nothing.json"],
                     ["rehearse", "--access", "nothing.json", "nothing.jsonl"]):
            done = atelier(*line)
            self.assertEqual(done.returncode, INPUT, line)
            self.assertIn("nothing", done.stderr)

    def test_a_server_that_is_not_there_ends_with_4(self):
        with tempfile.TemporaryDirectory() as folder:
            token = pathlib.Path(folder) / "token"
            token.write_text("x\n")
            done = atelier("create", "--server", "http://127.0.0.1:1", "--organiser-token-file", token, "--from", world.CONTENT)
            self.assertEqual(done.returncode, SERVER)
            self.assertIn("http://127.0.0.1:1", done.stderr)


class WithAServer(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = world.Server()
        cls.server.__enter__()
        cls.addClassCleanup(cls.server.__exit__, None, None, None)

    def rehearse(self, access: dict, *arguments) -> subprocess.CompletedProcess:
        return atelier("rehearse", "--access", access["path"], "--format", "json", *arguments)

    def test_a_wrong_organiser_token_ends_with_4_and_the_servers_advice(self):
        with tempfile.TemporaryDirectory() as folder:
            token = pathlib.Path(folder) / "token"
            token.write_text("wrong")
            done = atelier("create", "--server", self.server.url, "--organiser-token-file", token, "--from", world.CONTENT)
            self.assertEqual((done.returncode, done.stdout), (SERVER, ""))

    def test_a_broken_line_is_named_and_nothing_is_sent(self):
        access = self.server.create()
        with tempfile.TemporaryDirectory() as folder:
            path = script(folder, {"t": 0, "by": "ORG1", "do": "meeting_open"}, {"t": 1, "by": "F1", "do": "vote_close"})
            before = info(access)
            done = self.rehearse(access, path)
            self.assertEqual(done.returncode, INPUT)
            self.assertIn("script.jsonl:2: vote", done.stderr)
            self.assertEqual(info(access), before)

    def test_a_refusal_that_nobody_expects_ends_with_1(self):
        access = self.server.create()
        with tempfile.TemporaryDirectory() as folder:
            done = self.rehearse(access, script(folder, {"t": 0, "by": "ORG1", "do": "meeting_open"},
                                                {"t": 1, "by": "F1", "do": "vote_close", "vote": "V9"}))
            self.assertEqual(done.returncode, FAILED)
            self.assertEqual(json.loads(done.stdout)["events_unexpected"], 1)
            self.assertIn("script.jsonl:2", done.stderr)

    def test_an_accepted_event_that_must_be_refused_ends_with_1(self):
        access = self.server.create()
        with tempfile.TemporaryDirectory() as folder:
            done = self.rehearse(access, script(folder, {"t": 0, "by": "ORG1", "do": "meeting_open", "expect": "rejected", "why": "no"}))
            self.assertEqual(done.returncode, FAILED)
            self.assertIn("must be refused: no", done.stderr)

    def test_a_person_that_the_meeting_does_not_have_gets_no_seat(self):
        access = self.server.create()
        with tempfile.TemporaryDirectory() as folder:
            done = self.rehearse(access, script(folder, {"t": 0, "by": "P99", "do": "leave"}))
            self.assertEqual(done.returncode, SERVER)
            self.assertIn("P99", done.stderr)

    def test_a_real_meeting_is_played_at_the_servers_time(self):
        token = self.server.data / "organiser-token"
        access = json.loads(world.run(world.ATELIER, "create", "--server", self.server.url, "--organiser-token-file", token,
                                      "--from", world.CONTENT, "--live"))
        self.assertFalse(access["rehearsal"])
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "access.json"
            path.write_text(json.dumps(access))
            done = atelier("rehearse", "--access", path, "--format", "json", OPENING)
            self.assertEqual(done.returncode, OK, done.stderr)
            self.assertFalse(info(access)["rehearsal"])

    def test_the_journal_has_every_acknowledgement_once(self):
        access = self.server.create()
        with tempfile.TemporaryDirectory() as folder:
            path = f"{folder}/journal"
            report = json.loads(self.rehearse(access, "--journal", path, *world.sample_scripts()).stdout)
            lines = [line.split() for line in pathlib.Path(path).read_text().splitlines()]
            self.assertEqual(len(lines), report["commands_sent"])
            self.assertEqual(len({(instance, counter) for _, instance, counter, _, _ in lines}), len(lines))
            self.assertEqual(len({seq for *_, seq, _ in lines}), len(lines))
            self.assertLessEqual(max(int(seq) for *_, seq, _ in lines), report["records"])
            self.assertEqual(sum(refusal != "0" for *_, refusal in lines), 11)
            self.assertEqual(len(report["refusals"]), 11)
            self.assertEqual(len(set(report["refusals"].values())), 11)  # each reason has a code of its own

    def test_a_copy_from_the_running_server_is_replayed_and_verified_alone(self):
        access = self.server.create()
        self.assertEqual(self.rehearse(access, *world.sample_scripts()).returncode, OK)
        with tempfile.TemporaryDirectory() as folder:
            copy = f"{folder}/copy.atelier"
            self.assertEqual(atelier("export", "--access", access["path"], "--to", copy).returncode, OK)
            self.assertEqual(atelier("export", "--access", access["path"], "--to", copy).returncode, USAGE)
            told = info(access)
            verified = json.loads(world.run(world.ATELIER, "verify", "--format", "json", copy))
            self.assertEqual((verified["ok"], verified["digest"]), (True, told["digest"]))
            chain = ["--seq", told["seq"], "--chain"]
            self.assertEqual(atelier("verify", copy, *chain, verified["chain"]).returncode, OK)
            self.assertEqual(atelier("verify", copy, *chain, "00" * 32).returncode, FAILED)
            self.assertEqual(atelier("verify", copy, "--seq", told["seq"] + 1).returncode, FAILED)
            end = json.loads(world.run(world.ATELIER, "replay", copy, "--at", "end"))
            self.assertEqual(compare(end, json.loads(self.server.outcome(access))), [])
            before = json.loads(world.run(world.ATELIER, "replay", copy, "--at", "3305", "--format", "json"))
            after = json.loads(world.run(world.ATELIER, "replay", copy, "--at", "3312", "--format", "json"))
            folded = fold.fold_scripts(world.CONTENT, world.sample_scripts()).outcome()
            self.assertNotEqual(before["texts_after"]["A3"], after["texts_after"]["A3"])  # the edit at 3300, taken back at 3312
            self.assertEqual(after["texts_before"]["A3"], folded["texts_before"]["A3"])
            damaged = pathlib.Path(copy).read_bytes()
            at = damaged.rindex(b"Young people")
            pathlib.Path(copy).write_bytes(damaged[:at] + b"Ypung people" + damaged[at + 12:])
            self.assertEqual(atelier("verify", copy).returncode, FAILED)

    def test_load_finds_every_copy_complete(self):
        done = atelier("load", "--server", self.server.url, "--organiser-token-file", self.server.data / "organiser-token",
                       "--connections", "20", "--typists", "4", "--seconds", "2", "--pid", self.server.process.pid)
        self.assertEqual(done.returncode, OK, done.stdout + done.stderr)
        figures = json.loads(done.stdout.splitlines()[0])
        self.assertEqual(figures["complete"], 20)
        self.assertEqual(figures["deliveries"], figures["letters"] * 19)
        self.assertGreaterEqual(figures["letters"], 28)


class AKilledServer(unittest.TestCase):
    def test_is_waited_for_and_the_outcome_is_the_scripts(self):
        with KillableServer() as server, tempfile.TemporaryDirectory() as folder:
            access = server.create()
            playing = subprocess.Popen([world.ATELIER, "rehearse", "--access", access["path"], "--format", "json", "--journal",
                                        f"{folder}/journal", *world.sample_scripts()], stdout=subprocess.PIPE, text=True)
            journal = pathlib.Path(folder) / "journal"
            for records in (100, 500, 900):
                while playing.poll() is None and (not journal.exists() or journal.read_bytes().count(b"\n") < records):
                    time.sleep(0.01)
                server.kill()
                server.start()
            server.process.terminate()  # drains: clients return as after a crash
            self.assertEqual(server.process.wait(timeout=60), 0)
            server.process.stdout.close()
            server.start()
            report = json.loads(playing.communicate(timeout=300)[0])
            self.assertEqual((playing.returncode, report["faults"]), (OK, []))
            self.assertGreater(report["reconnects"], 42)
            self.assertEqual(report["commands_sent"], report["commands_accepted"] + report["commands_refused"])
            expected = json.loads((pathlib.Path(world.CONTENT) / "script_halfday_expected.json").read_text(encoding="utf-8"))
            del expected["notice"]  # of the file, not of the meeting
            differences = compare(json.loads(server.outcome(access)), expected)
            self.assertEqual(differences, [], "\n" + "\n".join(differences[:40]))

    def test_is_followed_by_the_next_while_it_is_not_quite_gone(self):
        with KillableServer() as server:
            for _ in range(5):
                gone = server.process
                gone.kill()  # and nobody waits for it
                server.start()
                gone.wait()
                gone.stdout.close()
            server.kill()
            with contextlib.closing(sqlite3.connect(server.data / "registry.sqlite3", isolation_level=None)) as registry, \
                    open(server.data / "meetings" / ".lock", "rb") as lock:
                registry.execute("BEGIN EXCLUSIVE")
                fcntl.flock(lock, fcntl.LOCK_EX)
                starting = threading.Thread(target=server.start)
                starting.start()
                time.sleep(1)
                self.assertTrue(starting.is_alive())
                registry.execute("ROLLBACK")
                registry.close()
                time.sleep(0.5)
                self.assertTrue(starting.is_alive())
                fcntl.flock(lock, fcntl.LOCK_UN)
                starting.join()
            self.assertIsNone(server.process.poll())

    def test_that_does_not_come_back_is_given_up(self):
        with KillableServer() as server, tempfile.TemporaryDirectory() as folder:
            access = server.create()
            journal = pathlib.Path(folder) / "journal"
            playing = subprocess.Popen([world.ATELIER, "rehearse", "--access", access["path"], "--give-up", "2", "--journal", journal,
                                        "--speed", "20", *world.sample_scripts()], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            while not journal.exists() or journal.read_bytes().count(b"\n") < 20:
                time.sleep(0.01)
            server.kill()
            said = playing.communicate(timeout=120)[1]
            server.start()
            self.assertEqual(playing.returncode, SERVER)
            self.assertIn("gave up", said)


if __name__ == "__main__":
    unittest.main(verbosity=2)
