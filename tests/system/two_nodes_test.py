"""The half-day over two nodes on one Redis: each connection goes to the next node, and all say the same in the end."""
import json
import pathlib
import shutil
import subprocess
import tempfile
import time
import unittest

import wire
from balancer import Balancer
from compare import compare
from exactness_test import expected_file
from world import READY_WITHIN_S, Server, sample_scripts


class Redis:
    """A redis-server of its own, on a Unix socket, with the settings that make an acknowledgement durable."""

    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="atelier-redis-"))
        self.socket = self.folder / "redis.sock"
        self.process = subprocess.Popen(
            ["redis-server", "--port", "0", "--unixsocket", str(self.socket), "--dir", str(self.folder), "--appendonly", "yes",
             "--appendfsync", "always", "--no-appendfsync-on-rewrite", "no", "--save", "", "--maxmemory-policy", "noeviction"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + READY_WITHIN_S
        while not self.socket.exists():
            if time.monotonic() > until:
                raise AssertionError("redis-server does not start")
            time.sleep(0.02)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=READY_WITHIN_S)
        shutil.rmtree(self.folder, ignore_errors=True)


class TwoNodes(unittest.TestCase):
    def test_play_the_half_day_as_one(self):
        with Redis() as redis:
            flags = ("--redis", f"unix:{redis.socket}")
            with Server(flags) as one, Server(flags) as two, Balancer([one.url, two.url]) as balancer:
                access = one.create()
                one.url, through = balancer.url, one.url
                one.rehearse(access, sample_scripts(), "max")
                one.url = through
                self.assertGreater(min(balancer.taken), 30, "both nodes had people")

                outcomes = [json.loads(node.outcome(access)) for node in (one, two)]
                for outcome in outcomes:
                    self.assertEqual([], compare(outcome, expected_file()))
                told = [self.told(node, access) for node in (one, two)]
                self.assertEqual(told[0], told[1])

    def told(self, node, access):
        """Place and digest of the meeting on that node, once it has read all."""
        path = f"/api/meeting/{access['meeting']}"
        status, _, body = wire.request(node.url, "GET", path, headers=wire.bearer(access["tokens"]["organiser"]))
        self.assertEqual(status, 200)
        return {key: json.loads(body)[key] for key in ("seq", "digest", "epoch")}


if __name__ == "__main__":
    unittest.main()
