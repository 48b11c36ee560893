#!/usr/bin/env python3
"""The half-day at 200 times its own speed gives the same outcome as at `max`."""
import unittest

import exactness_test
import fold
import world
from compare import compare


class TheSampleHalfDay(unittest.TestCase):
    def test_at_200x_gives_the_expected_file_and_the_fold(self):
        with world.Server() as server:
            outcome = exactness_test.played(server, world.sample_scripts(), "200")[1]
        for field, value in exactness_test.expected_file().items():
            with self.subTest(field=field):
                self.assertEqual(outcome.get(field), value)
        differences = compare(outcome, fold.fold_scripts(world.CONTENT, world.sample_scripts()).outcome())
        self.assertEqual(differences, [], "\n" + "\n".join(differences[:40]))


if __name__ == "__main__":
    unittest.main(verbosity=2)
