#!/usr/bin/env python3
"""Runs the command lines in this folder's .txt files and compares what they print with what the files say.

A file holds blocks: "$ bitworth ...", then stdout, then "--- stderr" and stderr where there is any, then
"--- exit N". Commands run from the repository root. --update rewrites the files: read the diff before committing.
"""
import argparse
import difflib
import os
import pathlib
import shlex
import subprocess
import sys

FOLDER = pathlib.Path(__file__).resolve().parent
PROMPT = "$ bitworth"


def run(program, command):
    """The block that the command line gives now."""
    environment = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "NO_COLOR")}
    environment["XDG_CACHE_HOME"] = "/nowhere"  # whether this machine was probed is not the tests' business
    result = subprocess.run([program, *shlex.split(command)[2:]], cwd=FOLDER.parent.parent, env=environment,
                            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=1200)
    if result.returncode < 0:
        sys.exit(f"{command}\ncrashed with signal {-result.returncode}: {result.stderr}")
    block = f"{command}\n{whole_lines(result.stdout)}"
    if result.stderr:
        block += f"--- stderr\n{whole_lines(result.stderr)}"
    return block + f"--- exit {result.returncode}\n"


def whole_lines(text):
    return text if not text or text.endswith("\n") else text + "\n(no newline at the end)\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--program", required=True, type=pathlib.Path)
    parser.add_argument("--update", action="store_true", help="rewrite the files from the program")
    parser.add_argument("names", nargs="*", help="only these files, without .txt")
    arguments = parser.parse_args()
    program = arguments.program.resolve()

    files = [file for file in sorted(FOLDER.glob("*.txt")) if not arguments.names or file.stem in arguments.names]
    commands_run = differing = 0
    for file in files:
        expected = file.read_text()
        commands = [line for line in expected.splitlines() if line.startswith(PROMPT)]
        actual = "\n".join(run(program, command) for command in commands)
        commands_run += len(commands)
        if actual == expected:
            continue
        differing += 1
        if arguments.update:
            file.write_text(actual)
            print(f"updated {file.name}")
        else:
            sys.stdout.writelines(difflib.unified_diff(expected.splitlines(keepends=True), actual.splitlines(keepends=True),
                                                       f"{file.name}, as promised", f"{file.name}, as printed"))
    if commands_run == 0:
        sys.exit("no commands found: nothing was tested")
    print(f"{commands_run} commands in {len(files)} files, {differing} files {'updated' if arguments.update else 'differ'}")
    sys.exit(differing > 0 and not arguments.update)


if __name__ == "__main__":
    main()
