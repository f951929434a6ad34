#!/usr/bin/env python3
"""The README shows what the program prints: each block that begins with "$ bitworth ..." is run and compared, and every
command of its table exists and the other way round. --update rewrites the blocks."""
import pathlib
import re
import shlex
import subprocess
import sys

root = pathlib.Path(__file__).resolve().parents[2]
program = pathlib.Path(sys.argv[1]).resolve()
readme = root / "README.md"
text = readme.read_text()


def printed(command):
    arguments = shlex.split(command)[1:]
    return subprocess.run([program, *arguments], capture_output=True, text=True, cwd=root).stdout


def rerun(block):
    return f"```\n$ {block[1]}\n{printed(block[1])}```"


blocks = re.compile(r"```\n\$ (bitworth [^\n]*)\n(.*?)```", re.DOTALL)
if not blocks.search(text):
    sys.exit("README.md shows no output of the program")
fresh = blocks.sub(rerun, text)
if "--update" in sys.argv:
    readme.write_text(fresh)
elif fresh != text:
    sys.exit("README.md shows what the program no longer prints; run tests/readme/check.py build/bitworth --update")

listed = set(re.findall(r"^\| `bitworth ([\w-]+)", text, re.MULTILINE))
known = set(re.findall(r"^  ([a-z][\w-]+)  ", printed("bitworth --help").split("Subcommands:")[-1], re.MULTILINE))
if listed != known:
    sys.exit(f"commands in README.md and not in the program, or the other way round: {sorted(listed ^ known)}")
