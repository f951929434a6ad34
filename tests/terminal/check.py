#!/usr/bin/env python3
"""What decide shows on terminals of several kinds, through a pseudo-terminal: charts, colours, one screen."""
import fcntl
import os
import pathlib
import pty
import re
import stat
import struct
import subprocess
import sys
import tempfile
import termios

ROOT = pathlib.Path(__file__).resolve().parents[2]
CASE = "examples/support-chat.toml"
SCREEN_LINES = 40
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
CHARTS = "┤┼┈━┃●▲■"


# The line that shows how far it is; drawn over itself, and gone in the end.
PROGRESS = re.compile(r"\r\x1b\[K(?:[#.]{24} simulating [^\r\n]*)?")


def printed(program, columns, *arguments, **environment):
    """What the program prints on a terminal of so many columns."""
    kept = {name: value for name, value in os.environ.items()
            if name not in ("NO_COLOR", "LANG", "LC_ALL", "LC_CTYPE", "TERM")}
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", SCREEN_LINES, columns, 0, 0))
    child = subprocess.Popen([program, "decide", CASE, *arguments], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=theirs,
                             stderr=subprocess.STDOUT, env={**kept, "TERM": "xterm", **environment})
    os.close(theirs)
    text = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # the other side is closed
            break
        if not part:
            break
        text += part
    if child.wait() != 0:
        sys.exit(f"decide ended with {child.returncode}: {text.decode()}")
    told = text.decode()
    demand(("simulating BF16" in told) == (environment.get("TERM") != "dumb"),
           "a terminal shows how far it is, and only one that can draw over a line", told)
    return PROGRESS.sub("", told).replace("\r\n", "\n")


def demand(condition, what, text):
    if not condition:
        sys.exit(f"{what}:\n{text}")


def demand_pipes_to_stay(program):
    """A device or a pipe named by -o is written to; a file that takes its place would be a /dev/null for nobody."""
    with tempfile.TemporaryDirectory() as folder:
        pipe = pathlib.Path(folder) / "pipe"
        os.mkfifo(pipe)
        reader = subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE, text=True)
        written = subprocess.run([program, "scenarios", "-o", pipe], timeout=60)
        is_pipe = stat.S_ISFIFO(pipe.stat().st_mode)
        if not is_pipe:
            reader.kill()
        demand(is_pipe and written.returncode == 0, "-o replaced a pipe by a file", str(written))
        demand("decode_heavy" in reader.communicate(timeout=60)[0], "-o wrote nothing into a pipe", "")


def demand_losses_to_be_told(program):
    """A disk that is full under stdout is an error, and a failure leaves no empty file for a pipeline to find."""
    with open("/dev/full", "w") as full:
        told = subprocess.run([program, "scenarios"], stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
    demand(told.returncode == 1 and "could not be written whole" in told.stderr, "a full disk goes unnoticed", str(told))
    with tempfile.TemporaryDirectory() as folder:
        left = pathlib.Path(folder) / "answer.json"
        subprocess.run([program, "decide", "nowhere.toml", "-o", left], capture_output=True, timeout=60)
        demand(not left.exists(), "a failure leaves an empty file", str(left))


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    full = printed(program, 110)
    lines = COLOUR.sub("", full).rstrip("\n").split("\n")
    demand(len(lines) <= SCREEN_LINES, f"more than {SCREEN_LINES} lines", full)
    demand(max(map(len, lines)) <= 110, "wider than the terminal", full)
    demand(any(line.startswith("GO:") for line in lines[-4:]), "does not end with the verdict", full)
    demand(COLOUR.search(full), "no colours on a terminal", full)
    demand(all(sign in full for sign in CHARTS), "no charts on a terminal", full)

    plain = printed(program, 110, NO_COLOR="1")
    demand(not COLOUR.search(plain), "colours despite NO_COLOR", plain)
    demand(plain == COLOUR.sub("", full), "NO_COLOR changes more than colours", plain)

    narrow = COLOUR.sub("", printed(program, 80))
    demand(any(line.startswith("Net worth hangs on") for line in narrow.split("\n")),
           "charts stand side by side where the terminal is too narrow", narrow)

    latin = printed(program, 110, LANG="de_DE.ISO-8859-1")
    demand(not any(sign in latin for sign in CHARTS), "UTF-8 where the locale names another charset", latin)
    dumb = printed(program, 110, TERM="dumb")
    demand("\x1b" not in dumb and not any(sign in dumb for sign in CHARTS), "more than a dumb terminal shows", dumb)
    piped = subprocess.run([program, "decide", CASE], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    demand(piped == dumb, "a pipe is given something else than a dumb terminal", piped)
    demand_pipes_to_stay(program)
    demand_losses_to_be_told(program)
    print(f"decide: {len(lines)} lines on a terminal, {len(piped.splitlines())} in a pipe")


main()
