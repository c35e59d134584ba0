"""Measures the forward pass of an evaluation beside PyTorch: the same processes as `compare.py`, asked to score.

Started by `run evaluation`, which builds what is needed and sets the environment.
"""

import argparse
import contextlib
import datetime
import json
import pathlib
import shlex
import shutil
import statistics
import sys

import machine
from sides import HERE, Bench, Refused
from tables import markdown

BAR = 1.5
# Others' share of one CPU up to which a machine is called quiet.
QUIET = 0.05
# How far the first batch's loss may be apart (relative).
TOLERANCE = 1e-5
PEERS = {"eager": "eager", "eager-default-allocator": "eager as installed"}
# Tokens of a forward pass. An evaluation takes 4096 at once; eager's tensors of [B, L, V] would then take 5 GB.
TOKENS = 2048


def check(name, engine, peer):
    """Whether both sides scored the first batch alike, before any speed is believed."""
    ours, theirs = engine["joints"][0], peer["losses"][0]
    apart = abs(ours - theirs) / abs(ours)
    return {"peer": name, "engine": ours, "theirs": theirs, "apart": apart, "equal": apart <= TOLERANCE}


def measure(row, pairs, count, folder):
    """Everything about one row; no speed where the numbers differ."""
    bench = Bench(row, folder)
    result = {**row, "batches": count, "checks": [], "measurements": []}
    with contextlib.ExitStack() as stack:
        engine = stack.enter_context(bench.engine())
        result["engine"] = engine.answer()
        with bench.engine_on_published() as published:
            published.answer()
            joint = published.score(1)
        sides = {"engine": engine}
        for name in PEERS:
            sides[name] = stack.enter_context(bench.peer(name))
            result["peer"], first = sides[name].answer(), sides[name].score(1)
            result["checks"].append(check(name, joint, first))
        if not all(found["equal"] for found in result["checks"]):
            return result | {"refused": "the sides do not score alike"}
        turns = list(sides)
        for side in sides.values():
            side.score(max(1, count // 2))
        for pair in range(pairs):
            for turn in range(len(turns)):
                name = turns[(pair + turn) % len(turns)]
                before = machine.busy_seconds()
                found = sides[name].score(count)
                others = max(0.0, machine.busy_seconds() - before - found["cpuSeconds"])
                kept = {key: found[key] for key in ("seconds", "cpuSeconds", "peakMemoryBytes")}
                result["measurements"].append({"pair": pair, "side": name, **kept, "otherCpuSeconds": others})
    return result


def tokens_per_second(row, side):
    tokens = row["batches"] * row["batch"] * row["shape"]["length"]
    return [tokens / found["seconds"] for found in row["measurements"] if found["side"] == side]


def ratios(row, side):
    """The engine's tokens a second over a peer's, round by round."""
    return [a / b for a, b in zip(tokens_per_second(row, "engine"), tokens_per_second(row, side))]


def speeds(results):
    head = ["row", "engine tokens/s", f"bar: >= {BAR} x eager", *PEERS.values()]
    lines = []
    for row in results["rows"]:
        if "refused" in row:
            lines.append([row["name"], "REFUSED: " + row["refused"], "", *("" for _ in PEERS)])
            continue
        cells = []
        for side in PEERS:
            found = ratios(row, side)
            speed = statistics.median(tokens_per_second(row, side))
            cells.append(f"{speed:.0f} ({statistics.median(found):.2f}: {min(found):.2f} - {max(found):.2f})")
        verdicts = ["met" if statistics.median(ratios(row, side)) >= BAR else "missed" for side in PEERS]
        verdict = verdicts[0] if len(set(verdicts)) == 1 else ", ".join(
            f"{word} beside {PEERS[side]}" for word, side in zip(verdicts, PEERS))
        lines.append([row["name"], f"{statistics.median(tokens_per_second(row, 'engine')):.0f}", verdict, *cells])
    return markdown(head, lines)


def processor(results):
    """CPU seconds of a batch: a crowded machine changes them less than the clock."""
    head = ["row", "engine", *(f"{name} (over the engine's)" for name in PEERS.values())]
    lines = []
    for row in results["rows"]:
        spent = {
            side: statistics.median(
                found["cpuSeconds"] / row["batches"] for found in row["measurements"] if found["side"] == side)
            for side in ["engine", *PEERS] if row["measurements"]
        }
        if spent:
            lines.append([row["name"], f"{spent['engine']:.3f}",
                          *(f"{spent[side]:.3f} ({spent[side] / spent['engine']:.2f})" for side in PEERS)])
    return markdown(head, lines)


def memory(results):
    head = ["row", "engine", *PEERS.values()]
    lines = []
    for row in results["rows"]:
        cells = []
        for side in ["engine", *PEERS]:
            sizes = [found["peakMemoryBytes"] for found in row["measurements"] if found["side"] == side]
            libraries = 0 if side == "engine" else row["peer"]["cudaLibraryBytes"]
            cells.append(f"{(max(sizes) - libraries) / 1e6:.0f}" if sizes else "-")
        lines.append([row["name"], *cells])
    return markdown(head, lines)


def checks(results):
    head = ["row", "peer", "engine", "peer's", "apart", ""]
    return markdown(head, [
        [row["name"], PEERS[found["peer"]], f"{found['engine']:.6f}", f"{found['theirs']:.6f}",
         f"{found['apart']:.0e}", "equal" if found["equal"] else "NOT EQUAL"]
        for row in results["rows"] for found in row["checks"]
    ])


def rows(results):
    head = ["row", "family, head", "layers, width, heads, feed-forward", "B x L", "V", "ell", "products", "batches in a block"]
    return markdown(head, [
        [row["name"], f"{row['family']}, {row['head']}",
         "{layers}, {width}, {heads}, {feedForward}".format(**row["shape"]),
         f"{row['batch']} x {row['shape']['length']}", str(row["vocabulary"]), str(row["ell"]),
         row["engine"]["kernel"], str(row["batches"])]
        for row in results["rows"]
    ])


def quietness(results):
    shares = [
        sum(found["otherCpuSeconds"] for found in row["measurements"])
        / sum(found["seconds"] for found in row["measurements"])
        for row in results["rows"] if row["measurements"]
    ]
    most = max(shares, default=0)
    state = "The machine was quiet" if most <= QUIET else "THE MACHINE WAS NOT QUIET"
    return f"{state}: while a block ran, others took at most {most:.1%} of one CPU's time, averaged over a row."


def page(results):
    about, first = results["machine"], results["rows"][0]
    settings = " ".join(f"{name}={value}" for name, value in about["environment"].items())
    return "\n\n".join([
        "# The forward pass of an evaluation beside PyTorch",
        "`infra/benchmarks/run evaluation` measures this on your machine and leaves this page and evaluation.json in "
        "`infra/benchmarks/target/results`.",
        f"{results['date']}, commit {results['commit']}: `{results['command']}`",
        f"{about['cpu']}, {about['cpus']} CPUs, {about['memory']}, {about['system']}. {quietness(results)}",
        f"Engine: libtorch {first['engine']['libtorch']}; peer: torch {first['peer']['torch']} in Python {about['python']}, "
        f"`inference_mode`; {first['engine']['threads']} threads on both sides. Environment of both: `{settings}`. "
        "\"Eager as installed\" is without the `MALLOC_` variables.",
        "How it is measured: long-lived processes on the same weights, tokens and masks (exact count) take turns, a block "
        f"of batches each, in {results['pairs']} rounds; a ratio is the median over rounds (least - most). What the engine "
        "computes is what an evaluation asks of it: per sequence the sum of the masked digits' marginals, and the papers' "
        "joint form beside it, in float64 sums; only masked positions reach the head, in chunks. Eager computes the papers' "
        "number, the joint form alone, for all positions. Before anything is timed that number must agree for the first "
        "batch (of sub-token-128 under the token head, which is what its peer has). The engine's time includes making the "
        "batch.",
        "## Tokens per second, median (the engine's over it)\n\n" + speeds(results),
        "## CPU seconds of a batch, median\n\n" + processor(results),
        "## Peak memory of the process, MB\n\n" + memory(results),
        "## Equality before speed: nats per token of the first batch\n\n" + checks(results),
        "## Rows\n\n" + rows(results),
    ]) + "\n"


def main():
    specification = json.loads((HERE / "rows.json").read_text())
    known = [row for row in specification["rows"] if row["precision"] == "fp32"]
    names = [row["name"] for row in known]
    parser = argparse.ArgumentParser(
        prog="infra/benchmarks/run evaluation", description="The forward pass of an evaluation beside PyTorch.")
    parser.add_argument("--rows", default=",".join(names), metavar="NAME,..", help=", ".join(names))
    parser.add_argument("--pairs", type=int, default=7, help="blocks of each side (7)")
    parser.add_argument("--batches", type=int, default=2, help="batches in a block (2)")
    parser.add_argument("--output", type=pathlib.Path, default=HERE / "target" / "results")
    asked = parser.parse_args()
    chosen = asked.rows.split(",")
    if not set(chosen) <= set(names) or asked.pairs < 1 or asked.batches < 1:
        parser.error(f"--rows {asked.rows} --pairs {asked.pairs} --batches {asked.batches}: "
                     f"expected some of {', '.join(names)}, and at least 1 each")
    asked.output.mkdir(parents=True, exist_ok=True)
    work = HERE / "target" / "work"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    results = {
        "schemaVersion": 1,
        "date": datetime.date.today().isoformat(),
        "command": shlex.join(["infra/benchmarks/run", "evaluation", *sys.argv[1:]]),
        "commit": machine.output_of("git", "-C", str(HERE), "describe", "--always", "--dirty"),
        "machine": machine.about(),
        "pairs": asked.pairs,
        "rows": [],
    }
    for row in known:
        if row["name"] in chosen:
            print(f"{row['name']}: measuring", file=sys.stderr)
            shape = specification["shapes"][row["shape"]]
            complete = row | {
                "shape": shape, "optimizer": specification["optimizer"], "batch": TOKENS // shape["length"]}
            results["rows"].append(measure(complete, asked.pairs, asked.batches, work))
            (asked.output / "evaluation.json").write_text(json.dumps(results, indent=1) + "\n")
            (asked.output / "EVALUATION.md").write_text(page(results))
    print(speeds(results))
    return 1 if any("refused" in row for row in results["rows"]) else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Refused as refused:
        sys.exit(f"benchmarks: {refused}")
    except KeyboardInterrupt:
        sys.exit(130)
