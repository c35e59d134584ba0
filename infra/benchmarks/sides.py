"""The processes that take turns: the engine and its peers, each one row's network."""

import contextlib
import json
import os
import pathlib
import shlex
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
JAVA = shlex.split(os.environ.get("PRIMELINE_BENCHMARK_JAVA", "java"))


class Refused(Exception):
    """A sentence: what, where, the value, what was expected."""


def java(log, main, *arguments):
    """Runs one of our Java programs to its end."""
    with open(log, "w") as output:
        code = subprocess.run([*JAVA, main, *arguments], stdout=output, stderr=output).returncode
    if code != 0:
        raise Refused(f"{main} ended with exit code {code}, expected 0; see {log}")


class Side:
    """A process that trains or scores when asked to."""

    def __init__(self, name, command, log, environment):
        self.name, self.log = name, log
        with open(log, "w") as errors:
            self.process = subprocess.Popen(
                command, cwd=HERE, env=environment, text=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors)

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            code = self.process.wait()
            raise Refused(f"{self.name}: its process ended with exit code {code}; see {self.log}")
        return json.loads(line)

    def steps(self, count):
        return self.ask(f"steps {count}")

    def score(self, count):
        return self.ask(f"score {count}")

    def ask(self, line):
        with contextlib.suppress(BrokenPipeError):
            print(line, file=self.process.stdin, flush=True)
        return self.answer()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Bench:
    """One row's processes and files."""

    def __init__(self, row, folder):
        self.row, self.folder = row, folder
        # The papers' objective needs the token head; ours is the row's own.
        self.published = row | {"head": "token", "objective": "joint"}
        self.own = row | {"objective": "bound"}

    def engine(self):
        return self.start("engine", self.engine_command(self.own))

    def engine_on_published(self):
        """The engine on the peers' objective, for the check alone."""
        return self.start("engine-published", self.engine_command(self.published))

    def peer(self, name):
        """One of eager, eager-default-allocator, compile and tuned."""
        form = self.own if name == "tuned" else self.published
        environment = dict(os.environ)
        variant = name
        if name == "eager-default-allocator":
            variant = "eager"
            environment = {k: v for k, v in environment.items() if not k.startswith("MALLOC_")}
        command = [sys.executable, "-m", "peer.worker", variant, json.dumps(form)]
        return self.start(name, [*command, str(self.inputs(form))], environment)

    def inputs(self, form):
        """Initial weights and batches of one form of the row, for peers to read."""
        file = self.folder / f"{self.row['name']}-{form['head']}-{form['objective']}.safetensors"
        if not file.exists():
            java(file.with_suffix(".log"), "dev.primeline.benchmarks.InputFile", json.dumps(form), str(file))
        return file

    @staticmethod
    def engine_command(form):
        return [*JAVA, "dev.primeline.benchmarks.EngineWorker", json.dumps(form)]

    def start(self, name, command, environment=None):
        log = self.folder / f"{self.row['name']}-{name}.log"
        return Side(f"{self.row['name']}, {name}", command, log, environment)
