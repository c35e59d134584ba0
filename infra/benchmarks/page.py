"""The whole of results.json, for the terminal and as a page. `page.py results.json` prints the page."""

import json
import sys

import tables

# Others' share of one CPU up to which a machine is called quiet.
QUIET = 0.05


def sections(results):
    """Titles and tables, for the terminal and for the page."""
    yield "Speed and memory beside eager PyTorch", tables.headline_table(results)
    if tables.measured(results):
        yield "Tokens per second, median (the engine's over it, median: least - most of the rounds)", tables.speed_table(results)
        yield "CPU seconds of a step, median", tables.cpu_table(results)
        yield "Peak memory of the process, MB (the engine's share of it)", tables.memory_table(results)
    if any(row.get("checks") for row in results["rows"]):
        yield "Equality before speed: relative differences from the engine", tables.check_table(results)
    if results["parts"]:
        yield "Input side, by JMH", tables.input_table(results)


def text(results):
    return "\n\n".join(f"{title}\n{table}" for title, table in sections(results))


def quietness(results):
    most = max((tables.share_of_others(row) for row in tables.measured(results)), default=0)
    state = "The machine was quiet" if most <= QUIET else "THE MACHINE WAS NOT QUIET"
    return f"{state}: while a block ran, others took at most {most:.1%} of one CPU's time, averaged over a row."


def versions(results):
    sides = next((row["sides"] for row in tables.measured(results)), None)
    if not sides:
        return ""
    machine, engine, eager = results["machine"], sides["engine"], sides["eager"]
    return (f"Engine: libtorch {engine['libtorch']} in Java {engine['java']}, "
            f"`java {machine['javaOptions']}`, heap as Java chooses it unless -Xmx is among these. "
            f"Peer: torch {eager['torch']} in Python {machine['python']}, torch.compile with {machine['compiler']}. "
            f"{engine['threads']} threads on both sides.")


def markdown(results):
    machine = results["machine"]
    settings = " ".join(f"{name}={value}" for name, value in machine["environment"].items())
    parts = [
        "# The engine beside PyTorch",
        "`infra/benchmarks/run` measures this on your machine (`--help`: fewer rows, other numbers of pairs) and leaves "
        "this page and results.json in `infra/benchmarks/target/results`. The first time it installs PyTorch into a "
        "virtual environment of its own. What is measured is in `rows.json`; the engine's process is "
        "`EngineWorker.java`, the peer's `peer/worker.py` with the papers' loss in `peer/published.py`.",
        f"{results['date']}, commit {results['commit']}: `{results['command']}`",
        f"{machine['cpu']}, {machine['cpus']} CPUs, {machine['memory']}, {machine['system']}. {quietness(results)}",
        versions(results),
        f"Environment of both sides: `{settings}`. \"Eager as installed\" is without the `MALLOC_` variables, which make it faster and larger.",
        "How it is measured: all sides are long-lived processes that take turns, a block of steps each, in "
        f"{results['pairs']} rounds; a ratio is the median over rounds. Same initial weights, tokens, masks (exact count), "
        "fused AdamW, clipping and OpenMP settings. Eager and torch.compile compute the papers' loss: token head, joint "
        "form, every position. The engine and \"PyTorch with our savings\" compute the row's own objective, the bound, "
        "for masked positions only, with the head in chunks: that column tells what the language costs and what the "
        "savings bring. That peer reads the whole head for every position, where the engine reads the blocks of codes that "
        "agree with the revealed digits. Before anything is timed, the losses and gradient norms of the first three steps must agree "
        "on equal objectives. The engine's step includes making the batch; the peer's batches are made beforehand. Peak memory is "
        "VmHWM; CUDA libraries, which this PyTorch loads and never uses, are not counted.",
    ]
    parts += [f"## {title}\n\n{table}" for title, table in sections(results)]
    parts += [
        f"## Rows\n\n{tables.row_table(results)}",
        "What keeps a row below its bar: [PROFILE.md](PROFILE.md). No GPU was at hand: `gpu_check.py` has run on a CPU alone.",
    ]
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    with open(sys.argv[1]) as file:
        print(markdown(json.load(file)), end="")
