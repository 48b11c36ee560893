"""The disk under a program: what fsync has promised, and what a power cut takes away (disk_recorder.c)."""
import os
import pathlib
import random
import time

RECORDER = os.environ.get("DISK_RECORDER", "libdisk_recorder.so")


class Disk:
    """A folder whose writes are recorded. `environment` is for the programs that use it."""

    def __init__(self, folder: pathlib.Path, beside: pathlib.Path):
        self.folder, self.record, self.stall = folder, beside / "disk-record", beside / "disk-stall"
        self.waiting = pathlib.Path(f"{self.stall}.waiting")
        self.environment = os.environ | {"LD_PRELOAD": RECORDER, "ATELIER_DISK_FOLDER": str(folder),
                                         "ATELIER_DISK_RECORD": str(self.record), "ATELIER_DISK_STALL": str(self.stall)}

    def forget(self):
        """A new program starts; what is there now is on the disk."""
        self.record.unlink(missing_ok=True)

    def wait_for_stalled_sync(self, seconds: float) -> bool:
        """From now on every fsync hangs. True when one does."""
        self.waiting.unlink(missing_ok=True)
        self.stall.touch()
        end = time.monotonic() + seconds
        while time.monotonic() < end and not self.waiting.exists():
            time.sleep(0.002)
        return self.waiting.exists()

    def end_stall(self):
        self.stall.unlink(missing_ok=True)

    def cut_power(self, rng: random.Random) -> int:
        """Takes back writes that no fsync covers, newest first: all of a file's, or (a coin decides) only the last ones.
        How many bytes were lost."""
        lost = 0
        for path, writes in self.unsynced().items():
            keep = 0 if rng.random() < 0.5 else rng.randint(0, len(writes))
            if not os.path.exists(path):
                continue
            with open(path, "r+b") as file:
                for offset, size, old in reversed(writes[keep:]):
                    before = os.fstat(file.fileno()).st_size
                    file.seek(offset)
                    file.write(old)
                    file.truncate(size)
                    lost += max(before - size, 0) + len(old)
        return lost

    def unsynced(self) -> dict:
        """{path: [(offset, size before, bytes before)…]} of the writes since each file's last fsync."""
        since = {}
        data = self.record.read_bytes() if self.record.exists() else b""
        at = 0
        while at < len(data):
            end = data.find(b"\n", at)
            if end < 0:
                break  # killed while it wrote this: the write itself did not happen
            kind, length, offset, size, path = data[at:end].decode().split(" ", 4)
            old = data[end + 1:end + 1 + int(length)]
            at = end + 1 + int(length)
            if kind in "ST":
                since.pop(path, None)  # what was cut off had been synced elsewhere before
            elif at <= len(data):
                since.setdefault(path, []).append((int(offset), int(size), old))
        return since
