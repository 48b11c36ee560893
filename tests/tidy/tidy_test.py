"""Checks the tree against the rules of the house, and each rule against a planted offence."""
import argparse
import subprocess
import sys
import unittest

import rules

ROOT = "."

HOUSE = {
    "server/CMakeLists.txt": "atelier_module(base)\natelier_module(meeting USES base proto)\n"
    "atelier_module(timeline USES base proto)\n"
    "atelier_module(timeline_sqlite DIR timeline/sqlite USES base timeline LIBS x)\n",
    "server/README.md": "`base` `meeting` `timeline` `timeline/sqlite` `gateway` `atelierd`",
}


def tracked_files():
    """{path: text} of every text file that git knows, or would add."""
    listed = subprocess.run(["git", "-C", ROOT, "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
                            check=True, capture_output=True).stdout.decode().split("\0")
    files = {}
    for path in filter(None, listed):
        try:
            with open(f"{ROOT}/{path}", encoding="utf-8") as file:
                files[path] = file.read()
        except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
            continue  # a picture or golden bytes; or deleted and not yet committed
    return files


class TheTree(unittest.TestCase):
    def test_keeps_every_rule(self):
        files = tracked_files()
        self.assertGreater(len(files), 30)
        for rule in rules.RULES:
            with self.subTest(rule.__name__):
                self.assertEqual([], list(rule(files)))

    def test_declares_the_floors(self):
        self.assertLessEqual({"base", "crdt", "meeting", "timeline", "timeline/sqlite", "timeline/redis", "room", "outcome"},
                             set(rules.modules_of(tracked_files())))


class EachRule(unittest.TestCase):
    def offences(self, rule, path, text):
        return list(rule({**HOUSE, path: text}))

    def test_finds_an_include_upwards(self):
        rule = rules.include_directions
        self.assertTrue(self.offences(rule, "server/base/a.cpp", '#include "meeting/meeting.hpp"\n'))
        self.assertTrue(self.offences(rule, "server/meeting/a.cpp", '#include "timeline/sqlite/log.hpp"\n'))
        self.assertTrue(self.offences(rule, "server/timeline/a.cpp", '#include "timeline/sqlite/log.hpp"\n'))
        self.assertTrue(self.offences(rule, "server/gateway/a.cpp", '#include "atelierd/flags.hpp"\n'))
        self.assertTrue(self.offences(rule, "clients/cpp/a.cpp", '#include "meeting/meeting.hpp"\n'))
        self.assertFalse(self.offences(rule, "server/timeline/sqlite/a.cpp", '#include "timeline/event_log.hpp"\n'))
        self.assertFalse(self.offences(rule, "server/meeting/a.cpp", '#include "atelier/v1/view.pb.h"\n'))

    def test_finds_a_clock_a_lock_a_socket_and_a_float(self):
        rule = rules.pure_floors
        for line in ("std::chrono::system_clock::now();", "#include <mutex>", "#include <thread>", "boost::asio::io_context c;",
                     "std::random_device d;", "auto t = time(nullptr);", "double share;", "#include <fstream>"):
            self.assertTrue(self.offences(rule, "server/meeting/a.cpp", line), line)
        for line in ("// double counting", 'auto s = "time(0)";', "record.time(0);", "float_count;"):
            self.assertFalse(self.offences(rule, "server/meeting/a.cpp", line), line)
        self.assertFalse(self.offences(rule, "server/timeline/sqlite/a.cpp", "#include <mutex>"))

    def test_finds_a_long_file_a_missing_module_a_loose_promise_and_a_machine(self):
        self.assertTrue(self.offences(rules.file_lengths, "server/base/a.cpp", "\n" * 501))
        self.assertFalse(self.offences(rules.file_lengths, "server/base/a.cpp", "\n" * 500))
        self.assertTrue(self.offences(rules.house_map, "server/README.md", "`base` `meeting` `timeline` `gateway` `atelierd`"))
        self.assertTrue(self.offences(rules.promises, "a.ts", "// TO" + "DO later"))
        self.assertFalse(self.offences(rules.promises, "a.ts", "// TO" + "DO(#4) later"))
        self.assertTrue(self.offences(rules.foreign_places, "a.sh", "cd /ho" + "me/ana/x"))
        self.assertTrue(self.offences(rules.foreign_places, "package-lock.json", "https://registry.npm" + "js.org/x"))
        self.assertFalse(self.offences(rules.foreign_places, "a.ts", "fetch('/api/work/x')"))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--root", default="../..")
    known, rest = parser.parse_known_args()
    ROOT = known.root
    unittest.main(argv=[sys.argv[0], *rest])
