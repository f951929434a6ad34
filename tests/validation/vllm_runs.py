"""Holds the simulator against recorded vLLM runs: errors may shrink, not grow beyond the bounds here.

Skips (exit 77) where the recordings are not at hand.
"""
import argparse
import json
import pathlib
import subprocess
import sys

# Bounds on |predicted / measured - 1|, from docs/validation.md.
RUNS = [
    ("llmservingsim_RTX4090_Llama-3.1-8B", [], {"ttft": 0.05, "tpot": 0.03, "e2e": 0.05, "kv_blocks": 0.01}),
    ("llmservingsim_RTXPRO6000_Qwen3-30B-A3B-Instruct-2507", [], {"ttft": 0.05, "tpot": 0.03, "e2e": 0.03}),
]

parser = argparse.ArgumentParser()
parser.add_argument("--program", required=True)
parser.add_argument("--runs", required=True, type=pathlib.Path)
arguments = parser.parse_args()
if not arguments.runs.is_dir():
    sys.exit(77)

failed = False
for folder, flags, bounds in RUNS:
    command = [arguments.program, "validate", str(arguments.runs / folder), *flags, "--json"]
    answer = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    errors = dict(answer["error"])
    if answer["measured"]["kv_blocks"]:
        errors["kv_blocks"] = answer["predicted"]["kv_blocks"] / answer["measured"]["kv_blocks"] - 1
    for name, bound in bounds.items():
        verdict = "ok" if abs(errors[name]) <= bound else "TOO FAR"
        failed |= verdict != "ok"
        print(f"{folder} {name}: {errors[name]:+.1%} of {bound:.0%} {verdict}")
sys.exit(failed)
