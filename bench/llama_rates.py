#!/usr/bin/env python3
"""Prints how fast `bitworth measure` finds a model to be against llama-bench and llama-batched-bench of the same
llama.cpp, in rounds that take turns, each with fresh processes: the median of the ratios of a round should be within 3 %
of 1. On a shared machine take many rounds.

Usage: llama_rates.py PROGRAM TOOLS [--model FILE] [--rounds N] [--threads N]
"""
import argparse
import json
import pathlib
import statistics
import subprocess
import tempfile

PROMPT, BATCHES = 128, (1, 8)


def ours(arguments, folder):
    subprocess.run([arguments.program, "measure", arguments.model, "--schemes", "q4_0", "--speed-only", "--blocks", "1",
                    "--batches", ",".join(map(str, BATCHES)), "--depths", "0", "--prompt", str(PROMPT), "--threads",
                    str(arguments.threads), "--cache", folder / "cache", "--evidence", folder / "e.json"],
                   check=True, capture_output=True)
    found = json.loads((folder / "e.json").read_text())
    cells = [(cell["phase"], cell["batch"]) for cell in found["cells"]]
    rates = {cells[r["cell"]]: r["tokens_per_second"] for r in found["results"] if r["scheme"] == "q4_0"}
    return rates, {cell: c["repeats"] for cell, c in zip(cells, found["cells"])}


def printed(command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout


def theirs(arguments, model, steps):
    """As many steps as we took: each lengthens the cache, which a small model feels."""
    common = ["-m", model, "-t", str(arguments.threads)]
    bench = json.loads(printed([arguments.tools / "llama-bench", *common, "-p", str(PROMPT), "-n", str(steps["decode", 1]), "-r", "1", "-o", "json"]))
    rates = {("prefill" if row["n_prompt"] else "decode", 1): row["avg_ts"] for row in bench}
    for batch in BATCHES[1:]:
        lines = printed([arguments.tools / "llama-batched-bench", *common, "-c", str(batch * 256), "-npp", "1", "-ntg", str(steps["decode", batch]),
                         "-npl", str(batch), "--output-format", "jsonl"]).splitlines()
        rates["decode", batch] = next(json.loads(line)["speed_tg"] for line in lines if line.startswith("{"))
    return rates


parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
parser.add_argument("program", type=lambda path: pathlib.Path(path).resolve())
parser.add_argument("tools", type=lambda path: pathlib.Path(path).resolve())
parser.add_argument("--model", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parents[1] / "examples/distill-kq-3.7M.gguf")
parser.add_argument("--rounds", type=int, default=15)
parser.add_argument("--threads", type=int, default=1)
arguments = parser.parse_args()
ratios = {}
with tempfile.TemporaryDirectory() as base:
    folder = pathlib.Path(base)
    for _ in range(arguments.rounds):
        mine, steps = ours(arguments, folder)
        other = theirs(arguments, next((folder / "cache").glob("*q4_0.gguf")), steps)
        for cell in other:
            ratios.setdefault(cell, []).append((mine[cell] / other[cell], other[cell]))
print(f"{arguments.model.name} as q4_0, {arguments.threads} threads, {arguments.rounds} rounds: bitworth over llama.cpp's own")
for (phase, batch), pairs in ratios.items():
    values = sorted(ratio for ratio, _ in pairs)
    print(f"  {phase:8} batch {batch:2}  {statistics.median(values):6.3f}  (quartiles {values[len(values) // 4]:.3f} to "
          f"{values[3 * len(values) // 4]:.3f}; llama.cpp {statistics.median(rate for _, rate in pairs):.1f} tok/s)")
