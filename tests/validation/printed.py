"""Holds docs/validation.md to what `bitworth validate` prints of the collections: every line of its first tables, in order.

Skips (exit 77) where the collections are not at hand.
"""
import argparse
import pathlib
import re
import subprocess
import sys

COLLECTIONS = ["pairs.jsonl", "serving_fp8_fp4_pairs.csv"]

parser = argparse.ArgumentParser()
parser.add_argument("--program", required=True)
parser.add_argument("--measured", required=True, type=pathlib.Path)
arguments = parser.parse_args()
if not arguments.measured.is_dir():
    sys.exit(77)

page = pathlib.Path(__file__).resolve().parents[2] / "docs/validation.md"
blocks = re.findall(r"^```\n(.*?)^```$", page.read_text(), re.DOTALL | re.MULTILINE)
missing = []
for collection, block in zip(COLLECTIONS, blocks, strict=True):
    printed = iter(subprocess.run([arguments.program, "validate", arguments.measured / collection], check=True,
                                  capture_output=True, text=True).stdout.splitlines())
    missing += [f"{collection}: {line}" for line in block.splitlines() if line not in printed]
if missing:
    sys.exit("docs/validation.md has lines that are not printed:\n" + "\n".join(missing))
