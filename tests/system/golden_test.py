#!/usr/bin/env python3
"""Meeting files of every release give the outcome, the digest and the moments that they gave when they were written."""
import json
import pathlib
import tempfile
import unittest

import world

GOLDEN = pathlib.Path(__file__).parents[1] / "data" / "golden"


class MeetingFilesOfEveryRelease(unittest.TestCase):
    def each_release(self):
        releases = sorted(path for path in GOLDEN.iterdir() if path.is_dir())
        self.assertTrue(releases, "no golden meeting is kept")
        for folder in releases:
            with self.subTest(release=folder.name):
                yield folder, json.loads((folder / "kept.json").read_text(encoding="utf-8"))

    def test_verify_to_the_chain_and_the_digest_of_then(self):
        for folder, kept in self.each_release():
            found = json.loads(world.run(world.ATELIER, "verify", "--format", "json", folder / "halfday.atelier"))
            self.assertEqual(found["faults"], [])
            self.assertEqual({key: found[key] for key in ("chain", "digest", "records")},
                             {key: kept[key] for key in ("chain", "digest", "records")})

    def test_give_the_outcome_of_then(self):
        for folder, _ in self.each_release():
            then = json.loads((folder / "outcome.json").read_text(encoding="utf-8"))
            now = json.loads(world.run(world.ATELIER, "replay", folder / "halfday.atelier", "--format", "json"))
            for field, value in then.items():  # a later release may tell more
                if field != "meeting":  # where a server tells an epoch and the file's reader may not
                    self.assertEqual(now[field], value, field)
            self.assertEqual(now["meeting"]["made"]["digest"], then["meeting"]["made"]["digest"])

    def test_show_the_texts_of_every_moment_as_then(self):
        for folder, kept in self.each_release():
            for second, texts in kept["texts"].items():
                shown = json.loads(world.run(world.ATELIER, "replay", folder / "halfday.atelier", "--at", second, "--format", "json"))
                self.assertEqual(shown["texts_after"], texts, f"at {second} s")

    def test_tell_who_wrote_what_and_what_changed(self):
        for folder, _ in self.each_release():
            file = folder / "halfday.atelier"
            runs = json.loads(world.run(world.ATELIER, "blame", file, "--text", "A3"))["runs"]
            self.assertEqual({run["person"] for run in runs}, {"F1", "F2", "P07"})
            self.assertEqual([run["text"] for run in runs if run["person"] == "P07"], ["or do not want to "])
            self.assertEqual([run["at_ms"] for run in runs if run["person"] == "F2"], [3_312_000])
            told = json.loads(world.run(world.ATELIER, "compare", file, "--from", "3300", "--to", "3312"))
            changes = [(s["change"], "every trade" in s["sentence"]) for s in told["texts"][0]["sentences"]]
            self.assertEqual(([text["text"] for text in told["texts"]], changes), (["A3"], [("removed", True), ("added", False)]))
            events = json.loads(world.run(world.ATELIER, "events", file))
            refused = [event for event in events["events"] if event["refusal"] != "REFUSAL_OK"]
            self.assertEqual(len({event["refusal"] for event in refused}), 11)
            self.assertEqual(max(event["at_ms"] for event in events["events"]), events["end_ms"])

    def test_are_seen_to_be_changed_when_one_byte_is(self):
        for folder, _ in self.each_release():
            bytes_ = bytearray((folder / "halfday.atelier").read_bytes())
            at = bytes_.index("Ten stories".encode())
            bytes_[at] ^= 1
            with tempfile.TemporaryDirectory() as other:
                path = pathlib.Path(other) / "halfday.atelier"
                path.write_bytes(bytes_)
                world.run(world.ATELIER, "verify", path, code=1)


if __name__ == "__main__":
    unittest.main(verbosity=2)
