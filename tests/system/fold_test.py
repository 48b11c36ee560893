#!/usr/bin/env python3
"""The tools of the system tests themselves: the fold, the maker of scripts, the comparison."""
import copy
import json
import pathlib
import tempfile
import unittest
from fractions import Fraction

import fold
import make_script
import world
from compare import compare
from fold_text import Text
from fold_votes import rounded


class TheFold(unittest.TestCase):
    def setUp(self):
        self.fold = fold.fold_scripts(world.CONTENT, world.sample_scripts())

    def test_gives_the_expected_file_in_every_field(self):
        expected = json.loads((pathlib.Path(world.CONTENT) / "script_halfday_expected.json").read_text(encoding="utf-8"))
        expected.pop("notice")
        outcome = self.fold.outcome()
        self.assertEqual({field: outcome[field] for field in expected}, expected)

    def test_agrees_with_every_mark_of_the_script(self):
        self.assertEqual(self.fold.mistakes, [])

    def test_finds_a_mark_that_the_rules_contradict(self):
        events = fold.load_events(world.sample_scripts())
        del next(event for event in events if event.get("why") == "list is frozen")["expect"]
        other = fold.Fold(fold.Content(world.CONTENT))
        other.play(events)
        self.assertEqual(len(other.mistakes), 1)

    def test_decides_the_last_digit_on_exact_fractions(self):
        self.assertEqual([rounded(Fraction(1, 16), 3), rounded(Fraction(3, 16), 3), rounded(Fraction(163, 80), 3)],
                         [0.062, 0.188, 2.038])


class AText(unittest.TestCase):
    def test_gives_back_what_an_undone_edit_took(self):
        text = Text("learning a trade", "")
        text.replace("e1", "P1", "a trade", "every trade")
        text.replace("e2", "P2", "learning", "Learning")
        text.take_back("e1", "F2", "e3")
        self.assertEqual(text.plain(), "Learning a trade")
        self.assertEqual(text.letters_by(), {"": 14, "F2": 1, "P2": 1})


class TheMakerOfScripts(unittest.TestCase):
    def test_makes_the_same_files_of_the_same_seed(self):
        with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
            pairs = zip(make_script.make(world.CONTENT, 7, one), make_script.make(world.CONTENT, 7, other))
            for left, right in pairs:
                self.assertEqual(pathlib.Path(left).read_bytes(), pathlib.Path(right).read_bytes())

    def test_makes_scripts_that_the_fold_understands_with_every_kind_of_refusal(self):
        reasons = set()
        for seed in range(20):
            with tempfile.TemporaryDirectory() as folder:
                folded = fold.fold_scripts(world.CONTENT, make_script.make(world.CONTENT, seed, folder))
                self.assertEqual(folded.mistakes, [], f"seed {seed}")
                reasons |= set(folded.rejected)
        sample = fold.fold_scripts(world.CONTENT, world.sample_scripts())
        self.assertEqual(reasons, set(sample.rejected))


class TheComparison(unittest.TestCase):
    def test_sees_any_single_change_of_an_outcome(self):
        outcome = fold.fold_scripts(world.CONTENT, world.sample_scripts()).outcome()
        self.assertEqual(compare(copy.deepcopy(outcome), outcome), [])
        for path in (["V3", "A1", "counts", 5], ["entities", "note", "K90", "hidden_why"], ["texts_after", "A2"],
                     ["entities", "matrix_row", "N04", "cells", "funding"], ["parked", 0]):
            changed = copy.deepcopy(outcome)
            inside = changed
            for key in path[:-1]:
                inside = inside[key]
            inside[path[-1]] = 99
            self.assertEqual(len(compare(changed, outcome)), 1, path)


if __name__ == "__main__":
    unittest.main(verbosity=2)
