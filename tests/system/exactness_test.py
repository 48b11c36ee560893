#!/usr/bin/env python3
"""The half-day played through the public protocol gives exactly the expected outcome, and other half-days that of their fold."""
import json
import os
import pathlib
import random
import shutil
import tempfile
import unittest

import fold
import make_script
import world
from compare import compare

# The words of the generator about its own file; the outcome has the meeting's notice there.
NOT_AN_OUTCOME = {"notice"}
SPEED = os.environ.get("ATELIER_TEST_SPEED", "max")


def expected_file() -> dict:
    path = pathlib.Path(world.CONTENT) / "script_halfday_expected.json"
    return {key: value for key, value in json.loads(path.read_text(encoding="utf-8")).items() if key not in NOT_AN_OUTCOME}


def played(server: world.Server, scripts: list, speed: str = SPEED) -> tuple:
    access = server.create()
    server.rehearse(access, scripts, speed)
    return access, json.loads(server.outcome(access))


class TheSampleHalfDay(unittest.TestCase):
    def assert_equal_outcome(self, outcome: dict, expected: dict):
        differences = compare(outcome, expected)
        self.assertEqual(differences, [], "\n" + "\n".join(differences[:40]))

    def test_gives_the_expected_file_in_every_field_and_the_fold_in_every_entity(self):
        with world.Server() as server:
            access, outcome = played(server, world.sample_scripts())
            for field, value in expected_file().items():
                with self.subTest(field=field):
                    self.assertEqual(outcome.get(field), value)
            self.assert_equal_outcome(outcome, fold.fold_scripts(world.CONTENT, world.sample_scripts()).outcome())
            html = server.outcome(access, "html")
            self.assertIn("P05", html)
            self.assertNotIn("<script", html)
            self.assertIn("A3.1", server.outcome(access, "md"))


class TheStoredLog(unittest.TestCase):
    def test_folds_again_to_the_same_digest_and_shows_every_second_as_it_was(self):
        with tempfile.TemporaryDirectory() as folder:
            with world.Server() as server:
                access, outcome = played(server, world.sample_scripts())
                stored = server.file(access)
                server.process.terminate()
                server.process.wait()
                copy = shutil.copy(stored, folder)
            self.assert_every_second_is_as_then(copy)
            verification = json.loads(world.run(world.ATELIER, "verify", "--format", "json", copy))
            self.assertEqual(verification["faults"], [])
            self.assertEqual(verification["digest"], outcome["meeting"]["made"]["digest"])
            self.assertEqual(verification["chain"], outcome["meeting"]["made"]["chain"])
            self.assertGreaterEqual(verification["votes_recounted"], 7)

    def assert_every_second_is_as_then(self, path: str):
        """Sought, the file shows every text, vote, card and count as a fold of the events up to that second gives them."""
        events = fold.load_events(world.sample_scripts())
        moments = [0, 2700, 5290, 8030, 10200, 11860] + [random.SystemRandom().randrange(13_600) for _ in range(10)]
        print("moments", *moments, flush=True)
        for second in moments:
            folded = fold.Fold(fold.Content(world.CONTENT))
            folded.play([event for event in events if event["t"] <= second])
            shown = json.loads(world.run(world.ATELIER, "replay", path, "--at", second, "--format", "json"))
            differences = compare(shown, folded.outcome(), drop={"words"})  # words are counted at most each five seconds
            self.assertEqual(differences, [], f"at {second} s\n" + "\n".join(differences[:40]))


class TwoServers(unittest.TestCase):
    def test_give_the_same_outcome_but_for_what_they_make_up(self):
        with world.Server() as one, world.Server() as other:
            first, second = (played(server, world.sample_scripts())[1] for server in (one, other))
        allowed = first["entities"]["matrix_row"]["N04"]["cells"]
        self.assertIn(allowed.pop("funding"), (2, 3))  # two people set it in one second
        self.assertIn(second["entities"]["matrix_row"]["N04"]["cells"].pop("funding"), (2, 3))
        differences = compare(first, second)
        self.assertEqual(differences, [], "\n" + "\n".join(differences[:40]))


class OtherHalfDays(unittest.TestCase):
    def test_of_the_same_grammar_give_the_outcome_of_their_fold(self):
        seeds = [int(seed) for seed in os.environ.get("ATELIER_TEST_SEEDS", "").split()] or [
            random.SystemRandom().randrange(1_000_000) for _ in range(3)]
        print("seeds", *seeds, flush=True)
        with world.Server() as server, tempfile.TemporaryDirectory() as folder:
            for seed in seeds:
                with self.subTest(seed=seed):
                    scripts = make_script.make(world.CONTENT, seed, f"{folder}/{seed}")
                    folded = fold.fold_scripts(world.CONTENT, scripts)
                    self.assertEqual(folded.mistakes, [])
                    outcome = played(server, scripts)[1]
                    differences = compare(outcome, folded.outcome())
                    self.assertEqual(differences, [], "\n" + "\n".join(differences[:40]))


if __name__ == "__main__":
    unittest.main(verbosity=2)
