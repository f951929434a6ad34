#!/usr/bin/env python3
"""Files that the program writes: whole or not at all, as they were but for what is in them, and never over an input."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
CASE = "examples/internal-tool.toml"


class Program:
    def __init__(self, path, folder):
        self.path, self.folder = path, folder

    def run(self, *arguments, **options):
        return subprocess.run([self.path, *arguments], cwd=self.folder, capture_output=True, text=True, timeout=300,
                              **options)

    def writes(self, *arguments):
        done = self.run(*arguments)
        demand(done.returncode == 0, "a file is not written", done)
        return done

    def refuses(self, victim, option, *arguments):
        before = (self.folder / victim).read_bytes() if (self.folder / victim).exists() else None
        done = self.run(*arguments)
        after = (self.folder / victim).read_bytes() if (self.folder / victim).exists() else None
        demand(done.returncode == 2 and after == before and done.stderr.count("\n") == 1
               and f"is {option} too, and would be overwritten" in done.stderr, f"{victim} is overwritten", done)


def demand(condition, what, seen=""):
    if not condition:
        sys.exit(f"{what}: {seen}")


def inputs_are_refused(program, folder):
    program.refuses("case.toml", "the case", "decide", "case.toml", "-o", "case.toml")
    program.refuses("case.toml", "the case", "decide", "case.toml", "--html", "./case.toml")
    os.symlink("case.toml", folder / "link.toml")
    program.refuses("case.toml", "the case", "decide", "case.toml", "--json", "-o", "link.toml")
    program.writes("decide", "case.toml", "--json", "-o", "old.json")
    program.refuses("old.json", "--compare", "decide", "case.toml", "--compare", "old.json", "--json", "-o", "old.json")
    program.refuses("both", "--html", "decide", "case.toml", "-o", "both", "--html", "both")
    log = "arrival_s,input_tokens,output_tokens\n" + "".join(f"{i},100,10\n" for i in range(20))
    (folder / "log.csv").write_text(log)
    program.refuses("log.csv", "--trace", "simulate", "--model", "llama-3.1-8b", "--device", "h100-sxm", "--trace",
                    "log.csv", "--log", "log.csv")
    for _ in range(2):  # what nobody reads may be replaced
        program.writes("decide", "case.toml", "--draws", "2000", "-o", "2000")
        (folder / "2000").unlink()
        program.writes("decide", "case.toml", "-o", "answer")


def files_stay_what_they_were(program, folder):
    private = folder / "private.json"
    private.write_text("old")
    private.chmod(0o600)
    program.writes("scenarios", "--json", "-o", "private.json")
    demand(private.stat().st_mode & 0o777 == 0o600, "permissions are widened", oct(private.stat().st_mode))
    own = folder / "mine.json.partial"
    own.write_text("mine")
    program.writes("scenarios", "--json", "-o", "mine.json")
    demand(own.read_text() == "mine", "a file of the user's is deleted")
    (folder / "kept").mkdir()
    for target in ("kept/there.json", "kept/not_yet.json"):
        link = folder / pathlib.Path(target).name
        link.symlink_to(target)
        if "there" in target:
            (folder / target).write_text("old")
        program.writes("scenarios", "--json", "-o", link.name)
        demand(link.is_symlink() and "decode_heavy" in (folder / target).read_text(), "a link is replaced", target)
    demand(not list(folder.glob("**/*-0.partial")), "something is left behind")


def new_files_follow_the_umask(program, folder):
    program.run("scenarios", "-o", "new.txt", umask=0o027)
    mode = (folder / "new.txt").stat().st_mode & 0o777
    demand(mode == 0o640, "the umask is not kept", oct(mode))


def standard_output_by_name_is_appended_to(program, folder):
    with open(folder / "log.txt", "w") as log:
        log.write("first\n")
        log.flush()
        subprocess.run([program.path, "scenarios", "-o", "/dev/stdout"], stdout=log, check=True, timeout=60)
    text = (folder / "log.txt").read_text()
    demand(text.startswith("first\n") and "decode" in text, "/dev/stdout is replaced", text)


def a_failure_keeps_the_old(program, folder):
    kept = folder / "kept.json"
    kept.write_text("old")
    limited = subprocess.run(["bash", "-c", f"ulimit -f 1; trap '' XFSZ; {program.path} decide case.toml --json -o kept.json"],
                             cwd=folder, capture_output=True, text=True, timeout=300)
    demand(limited.returncode == 1 and "could not be written whole" in limited.stderr and kept.read_text() == "old"
           and not list(folder.glob("kept.json.*")), "a failure loses the old file", limited)


def pipes_are_read(program, folder):
    log = "arrival_s,input_tokens,output_tokens\n" + "".join(f"{i},100,10\n" for i in range(20))
    (folder / "log.csv").write_text(log)
    (folder / "case.toml").unlink()
    said = program.run("workload", "log.csv").stdout.split("\n", 1)[1]
    piped = program.run("workload", "-", input=log)
    demand(piped.returncode == 0 and piped.stdout.split("\n", 1)[1] == said, "a pipe is read otherwise", piped)
    fifo = folder / "fifo"
    os.mkfifo(fifo)
    with subprocess.Popen(["cp", folder / "log.csv", fifo]):
        named = program.run("workload", "fifo")
    demand(named.stdout.split("\n", 1)[1:] == [said], "a named pipe is read otherwise", named)


def main():
    program_path = str(pathlib.Path(sys.argv[1]).resolve())
    checks = (inputs_are_refused, files_stay_what_they_were, new_files_follow_the_umask,
              standard_output_by_name_is_appended_to, pipes_are_read, a_failure_keeps_the_old)
    for check in checks:
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            shutil.copy(ROOT / CASE, folder / "case.toml")
            check(Program(program_path, folder), folder)
    print(f"{len(checks)} promises about files hold")


main()
