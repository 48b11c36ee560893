#!/usr/bin/env python3
"""Fan-out beside its peers, in one run: atelierd, Hocuspocus, and a bare epoll loop as the limit.

    tests/bench/fanout/run.py [--bin build/bin] [--seconds 10] [--rounds 1] [--clients 300 --typists 30] …

Prints a table and the ratios to Hocuspocus and to the limit. Figures only: nothing passes or fails on time; the exit code
is not 0 when a client missed a word.
"""
import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
CONTENT = ROOT / "tests/data/halfday"
OPENING = [
    {"t": 0, "by": "ORG1", "do": "meeting_open", "meeting": "M1", "title": "Load"},
    {"t": 1, "by": "F1", "do": "phase_start", "phase": "strategy_cafe", "minutes": 45},
    {"t": 2, "by": "F1", "do": "doc_open", "doc": "A1", "version": "0.3",
     "text": "Every teacher has, each year, an occasion to learn from a colleague elsewhere."},
]


def start(command, **kwargs):
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, **kwargs)
    for line in process.stdout:
        if line.startswith("listening on "):
            return process, int(line.rsplit(":", 1)[1])
    raise SystemExit(f"{command[0]} did not start")


def call(url, body=None, token=None, method=None):
    request = urllib.request.Request(url, json.dumps(body).encode() if body is not None else None, method=method)
    request.add_header("Content-Type", "application/json")
    if token:
        request.add_header("Authorization", "Bearer " + token)
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)


def atelier_tokens(binaries, port, data, clients):
    """Makes a rehearsal meeting with one text open; one token a client."""
    server = f"http://127.0.0.1:{port}"
    access = json.loads(subprocess.check_output(
        [binaries / "atelier", "create", "--server", server, "--organiser-token-file", data / "organiser-token",
         "--from", CONTENT], text=True))
    (data / "access.json").write_text(json.dumps(access))
    script = data / "opening.jsonl"
    script.write_text("".join(json.dumps(event) + "\n" for event in OPENING))
    subprocess.run([binaries / "atelier", "rehearse", "--server", server, "--access", data / "access.json",
                    "--speed", "max", script], check=True, stdout=subprocess.DEVNULL)
    return [call(server + "/api/join", {"code": access["join_code"], "name": f"Load {i}", "network": "N01", "organisation": "O01",
                                        "function": "teacher", "lang": "en"})["token"] for i in range(clients)]


def measure(peer, args, clients, typists):
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="fanout-"))
    tokens = []
    try:
        if peer == "atelier":
            process, port = start([args.bin / "atelierd", "--listen", "127.0.0.1:0", "--data", scratch / "data"] +
                                  args.atelierd_flags)
            tokens = atelier_tokens(args.bin, port, scratch / "data", clients)
        elif peer == "hocuspocus":
            process, port = start(["node", HERE / "hocuspocus.mjs"], cwd=HERE)
        else:
            process, port = start([args.bin / "fanout_limit", "0"])
        if hasattr(os, "sched_setaffinity") and os.cpu_count() > 1:
            os.sched_setaffinity(process.pid, {0})  # the generator has the other one
        dialect = peer if peer != "limit" else "limit"
        output = subprocess.run(["taskset", "-c", "1", args.bin / "fanout_load", dialect, str(port), str(clients), str(typists), str(args.rate),
                                 str(args.seconds), str(process.pid)], input="\n".join(tokens), text=True,
                                stdout=subprocess.PIPE)
        process.terminate()
        process.wait(20)
        return json.loads(output.stdout) if output.stdout else None
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def ratio(ours, theirs, key):
    return f"{ours[key] / theirs[key]:.2f}" if ours and theirs and theirs[key] else "-"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, default=ROOT / "build/bin")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--rate", type=float, default=4, help="messages a second and typist")
    parser.add_argument("--load", action="append", help="CLIENTS:TYPISTS; default 300:30 and 900:50")
    parser.add_argument("--peers", default="limit,hocuspocus,atelier")
    parser.add_argument("--atelierd-flags", default="", type=str.split)
    args = parser.parse_args()
    args.bin = args.bin.resolve()
    args.atelierd_flags = args.atelierd_flags or []
    if "hocuspocus" in args.peers and not (HERE / "node_modules").exists():
        subprocess.run(["npm", "ci", "--ignore-scripts", "--silent"], cwd=HERE, check=True)
    whole = True
    for load in args.load or ["300:30", "900:50"]:
        clients, typists = map(int, load.split(":"))
        results = {}
        print(f"\n{clients} clients in one text, {typists} typists x {args.rate}/s, {args.seconds:g} s")
        print(f"{'peer':<12}{'delivered/s':>12}{'p50 ms':>9}{'p99 ms':>9}{'editors p50':>13}{'p99':>8}{'CPU us':>8}{'bytes':>8}{'KiB/conn':>10}  complete")
        for peer in args.peers.split(","):
            r = results[peer] = measure(peer, args, clients, typists)
            if not r:
                print(f"{peer:<12} failed")
                whole = False
                continue
            whole = whole and r["complete"]
            print(f"{peer:<12}{r['delivered_per_s']:>12.0f}{r['p50_ms']:>9.2f}{r['p99_ms']:>9.2f}{r['editors_p50_ms']:>13.2f}"
                  f"{r['editors_p99_ms']:>8.2f}{r['cpu_us_per_delivered']:>8.2f}{r['bytes_per_delivered']:>8.1f}"
                  f"{r['kib_per_connection']:>10.1f}  {r['complete']}", flush=True)
        for other in ("hocuspocus", "limit"):
            if results.get("atelier") and results.get(other):
                print(f"atelier / {other}: " + ", ".join(
                    f"{key} {ratio(results['atelier'], results[other], key)}"
                    for key in ("p50_ms", "p99_ms", "editors_p50_ms", "editors_p99_ms", "cpu_us_per_delivered")))
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(main())
