"""Programs under test: a server on a port of its own in a directory of its own, and the command line that talks to it."""
import json
import os
import pathlib
import queue
import re
import shutil
import signal
import subprocess
import tempfile
import threading

ATELIERD = os.environ.get("ATELIERD", "atelierd")
ATELIER = os.environ.get("ATELIER", "atelier")
CONTENT = os.environ.get("ATELIER_CONTENT", str(pathlib.Path(__file__).parents[1] / "data" / "halfday"))
READY_WITHIN_S = 60  # an upper bound for a machine that is busy, never a measure


def sample_scripts() -> list:
    return sorted(str(path) for path in pathlib.Path(CONTENT).glob("script_halfday_[0-9]_*.jsonl"))


class Server:
    """`with Server() as server:`; ends with SIGTERM and must then exit with 0."""

    def __init__(self, flags=()):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="atelier-test-"))
        self.data = self.folder / "data"
        self.flags = list(flags)
        self.process = None

    def __enter__(self):
        with (self.folder / "log").open("wb") as log:
            self.process = subprocess.Popen([ATELIERD, "--listen", "127.0.0.1:0", "--data", str(self.data), *self.flags],
                                            stdout=subprocess.PIPE, stderr=log, text=True)
        lines = queue.Queue()
        threading.Thread(target=lambda: [lines.put(line) for line in self.process.stdout], daemon=True).start()
        ready = re.search(r"listening on (http://\S+)", lines.get(timeout=READY_WITHIN_S))
        self.url = ready.group(1)
        return self

    def __exit__(self, kind, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=READY_WITHIN_S)
        self.process.stdout.close()
        log = (self.folder / "log").read_text(errors="replace")
        shutil.rmtree(self.folder, ignore_errors=True)
        if kind is None and code != 0:
            raise AssertionError(f"the server ended with {code}:\n{log[-4000:]}")

    def create(self) -> dict:
        """A rehearsal of the content; the access JSON."""
        token = self.data / "organiser-token"
        access = json.loads(run(ATELIER, "create", "--server", self.url, "--organiser-token-file", token, "--from", CONTENT,
                                "--rehearsal"))
        path = self.folder / f"access-{access['meeting']}.json"
        path.write_text(json.dumps(access))
        return access | {"path": str(path)}

    def rehearse(self, access: dict, scripts: list, speed: str) -> str:
        return run(ATELIER, "rehearse", "--server", self.url, "--access", access["path"], "--speed", speed, *scripts)

    def outcome(self, access: dict, format_: str = "json") -> str:
        return run(ATELIER, "outcome", "--server", self.url, "--access", access["path"], "--format", format_)

    def file(self, access: dict) -> str:
        """The meeting's file in the data directory; only for reading after the server has ended."""
        return str(next(self.data.rglob(f"{access['meeting']}.atelier")))


def run(*command, code: int = 0) -> str:
    """What the program prints; it must end with `code`."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    if done.returncode != code:
        raise AssertionError(f"{' '.join(map(str, command))}\nended with {done.returncode} instead of {code}\n"
                             f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
    return done.stdout
