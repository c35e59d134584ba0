"""Measures the engine beside PyTorch: long-lived processes take turns, a block of steps each.

Started by the script `run`, which builds what is needed and sets the environment.
"""

import argparse
import contextlib
import datetime
import json
import os
import pathlib
import shlex
import shutil
import sys

import machine
import page
import tables
from sides import HERE, Bench, Refused, java

CHECKED_STEPS = 3
# How far the first loss, and the later losses and all gradient norms, may be apart (relative).
TOLERANCES = {"fp32": (1e-5, 1e-4), "bf16": (2e-4, 2e-2)}


def compare(ours, theirs, precision):
    """How far two sides are apart, before any speed is believed."""
    def apart(key):
        return [abs(a - b) / abs(a) for a, b in zip(ours[key], theirs[key])]

    (first, *later), norms = apart("losses"), apart("gradientNorms")
    of_first, of_later = TOLERANCES[precision]
    return {
        "engineLoss": ours["losses"][0], "peerLoss": theirs["losses"][0],
        "firstLoss": first, "laterLosses": max(later), "gradientNorms": max(norms),
        # A loss that is not a number is not within any tolerance.
        "equal": first <= of_first and all(x <= of_later for x in later + norms),
    }


def block(side, count):
    """Some steps of one side, and what others did to the machine meanwhile."""
    before = machine.busy_seconds()
    found = side.steps(count)
    others = max(0.0, machine.busy_seconds() - before - found["cpuSeconds"])
    kept = {key: found[key] for key in ("seconds", "cpuSeconds", "peakMemoryBytes")}
    return kept | {"otherCpuSeconds": others}


def start_sides(row, bench, stack, result):
    """The sides after their first steps, which say whether all compute the same."""
    sides = {"engine": stack.enter_context(bench.engine())}
    result["sides"], result["checks"] = {"engine": sides["engine"].answer()}, {}
    own = sides["engine"].steps(CHECKED_STEPS)
    with bench.engine_on_published() as engine:
        engine.answer()
        published = engine.steps(CHECKED_STEPS)
    for name in row["peers"]:
        peer = stack.enter_context(bench.peer(name))
        try:
            about, found = peer.answer(), peer.steps(CHECKED_STEPS)
        except Refused as refused:
            if name != "compile":
                raise
            print(f"{refused}; going on without torch.compile", file=sys.stderr)
            continue
        sides[name], result["sides"][name] = peer, about
        result["checks"][name] = compare(own if name == "tuned" else published, found, row["precision"])
    return sides


def measure(row, pairs, steps, folder):
    """Everything about one row; no speed where the mathematics differ."""
    count = steps or row["steps"]
    result = {**row, "stepsPerBlock": count}
    with contextlib.ExitStack() as stack:
        sides = start_sides(row, Bench(row, folder), stack, result)
        unequal = [name for name, check in result["checks"].items() if not check["equal"]]
        if unequal:
            return result | {"refused": f"{', '.join(unequal)}: not the engine's mathematics"}
        for side in sides.values():
            side.steps(max(1, count // 4))
        turns, result["measurements"] = list(sides), []
        for pair in range(pairs):
            # Nobody is always first: what the machine does meanwhile hits each in turn.
            for turn in range(len(turns)):
                name = turns[(pair + turn) % len(turns)]
                result["measurements"].append(
                    {"pair": pair, "side": name, **block(sides[name], count)})
    return result


def measure_parts(names, folder):
    """JMH on the Java parts."""
    file = folder / "parts.json"
    java(folder / "parts.log", "org.openjdk.jmh.Main",
         "-rf", "json", "-rff", str(file), "-p", "row=" + ",".join(names))
    return [
        {
            "benchmark": ".".join(found["benchmark"].rsplit(".", 2)[-2:]),
            "row": found.get("params", {}).get("row"),
            "score": found["primaryMetric"]["score"],
            "unit": found["primaryMetric"]["scoreUnit"],
            "counters": {
                name: metric["score"] for name, metric in found["secondaryMetrics"].items()
            },
        }
        for found in json.loads(file.read_text())
    ]


def arguments(rows):
    parser = argparse.ArgumentParser(
        prog="infra/benchmarks/run", description="The engine beside PyTorch, on this machine.")
    names = [row["name"] for row in rows]
    parser.add_argument("--rows", default=",".join(names), metavar="NAME,..", help=", ".join(names))
    parser.add_argument("--pairs", type=int, default=7, help="blocks of each side (7)")
    parser.add_argument("--steps", type=int, default=0, help="steps in a block (each row's own)")
    parser.add_argument("--output", type=pathlib.Path, default=HERE / "target" / "results",
                        help="where results.json and RESULTS.md go (target/results)")
    parser.add_argument("--no-parts", action="store_true", help="without JMH on the Java parts")
    asked = parser.parse_args()
    for name in asked.rows.split(","):
        if name not in names:
            parser.error(f'--rows: "{name}" is no row, expected some of {", ".join(names)}')
    if asked.pairs < 1 or asked.steps < 0:
        parser.error(f"--pairs {asked.pairs} --steps {asked.steps}: expected at least 1 each")
    return asked


def main():
    specification = json.loads((HERE / "rows.json").read_text())
    asked = arguments(specification["rows"])
    asked.output.mkdir(parents=True, exist_ok=True)
    work = HERE / "target" / "work"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    results = {
        "schemaVersion": 1,
        "date": datetime.date.today().isoformat(),
        "command": shlex.join(["infra/benchmarks/run", *sys.argv[1:]]),
        "commit": machine.output_of("git", "-C", str(HERE), "describe", "--always", "--dirty"),
        "machine": machine.about(),
        "pairs": asked.pairs,
        "rows": [],
        "parts": [],
    }

    def write():
        (asked.output / "results.json").write_text(json.dumps(results, indent=1) + "\n")
        (asked.output / "RESULTS.md").write_text(page.markdown(results))

    for row in specification["rows"]:
        if row["name"] in asked.rows.split(","):
            print(f"{row['name']}: measuring", file=sys.stderr)
            row = {"peers": specification["peers"]} | row | {
                "shape": specification["shapes"][row["shape"]],
                "optimizer": specification["optimizer"],
            }
            results["rows"].append(measure(row, asked.pairs, asked.steps, work))
            write()
            print(tables.line(results["rows"][-1]), file=sys.stderr)
    names = [row["name"] for row in tables.measured(results)]
    if names and not asked.no_parts:
        print("Java parts: measuring", file=sys.stderr)
        results["parts"] = measure_parts(names, work)
        write()
    print(page.text(results))
    return 1 if any("refused" in row for row in results["rows"]) else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Refused as refused:
        sys.exit(f"benchmarks: {refused}")
    except KeyboardInterrupt:
        sys.exit(130)
