"""Numbers of results.json, and tables of them."""

import statistics

PEERS = {
    "eager": "eager",
    "eager-default-allocator": "eager as installed",
    "compile": "torch.compile",
    "tuned": "PyTorch with our savings",
}
# The bars are held against both: with the engine's allocator settings, and with glibc's own.
EAGER = ("eager", "eager-default-allocator")
INPUT_SHARE_BAR = 0.02


def markdown(head, rows):
    """Columns of equal width, which read well on a terminal too."""
    widths = [max(len(line[i]) for line in [head, *rows]) for i in range(len(head))]

    def shown(line):
        return "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths)) + " |"

    rule = "|-" + "-|-".join("-" * width for width in widths) + "-|"
    return "\n".join([shown(head), rule, *map(shown, rows)])


# ---- numbers of a row ----

def measured(results):
    return [row for row in results["rows"] if "measurements" in row]


def blocks(row, side, key):
    return [found[key] for found in row["measurements"] if found["side"] == side]


def tokens_per_second(row, side):
    tokens = row["stepsPerBlock"] * row["batch"] * row["shape"]["length"]
    return [tokens / seconds for seconds in blocks(row, side, "seconds")]


def speed_ratios(row, side):
    """The engine's tokens a second over a peer's, pair by pair."""
    return [a / b for a, b in zip(tokens_per_second(row, "engine"), tokens_per_second(row, side))]


def seconds_per_step(row, side, key):
    return statistics.median(blocks(row, side, key)) / row["stepsPerBlock"]


def peak(row, side):
    """The process's largest resident set, without the CUDA libraries that a CPU build leaves out."""
    libraries = row["sides"][side].get("cudaLibraryBytes", 0)
    return max(blocks(row, side, "peakMemoryBytes")) - libraries


def memory_ratio(row, side):
    return peak(row, "engine") / peak(row, side)


def share_of_others(row):
    """What other processes took of the machine while it was measured."""
    taken = sum(found["otherCpuSeconds"] for found in row["measurements"])
    return taken / sum(found["seconds"] for found in row["measurements"])


# ---- tables ----

def verdict(met):
    return "met" if met else "missed"


def headline(row):
    bars = f">= {row['speedBar']}", f"<= {row['memoryBar']}"
    if "measurements" not in row:
        return [row["name"], "REFUSED", bars[0], "", "", bars[1], "", ""]
    speeds = [statistics.median(speed_ratios(row, side)) for side in EAGER]
    memories = [memory_ratio(row, side) for side in EAGER]
    return [
        row["name"],
        f"{statistics.median(tokens_per_second(row, 'engine')):.0f}",
        bars[0], *(f"{speed:.2f} {verdict(speed >= row['speedBar'])}" for speed in speeds),
        bars[1], *(f"{memory:.2f} {verdict(memory <= row['memoryBar'])}" for memory in memories),
    ]


def line(row):
    return "  ".join(cell for cell in headline(row) if cell)


def headline_table(results):
    head = ["row", "engine tokens/s", "bar", "x eager", "x eager as installed",
            "bar", "memory / eager", "/ eager as installed"]
    reasons = [f"{row['name']}: {row['refused']}." for row in results["rows"] if "refused" in row]
    return "\n\n".join([markdown(head, [headline(row) for row in results["rows"]]), *reasons])


def by_side(results, cell):
    """A table with a column for each side."""
    head = ["row", "engine", *PEERS.values()]
    return markdown(head, [
        [row["name"], *(cell(row, side) if side in row["sides"] else "-" for side in ["engine", *PEERS])]
        for row in measured(results)
    ])


def speed_table(results):
    def cell(row, side):
        speed = f"{statistics.median(tokens_per_second(row, side)):.0f}"
        if side == "engine":
            return speed
        ratios = speed_ratios(row, side)
        return f"{speed} ({statistics.median(ratios):.2f}: {min(ratios):.2f} - {max(ratios):.2f})"
    return by_side(results, cell)


def cpu_table(results):
    return by_side(results, lambda row, side: f"{seconds_per_step(row, side, 'cpuSeconds'):.3f}")


def memory_table(results):
    def cell(row, side):
        size = f"{peak(row, side) / 1e6:.0f}"
        return size if side == "engine" else f"{size} ({memory_ratio(row, side):.2f})"
    return by_side(results, cell)


def check_table(results):
    head = ["row", "peer", "first loss: engine", "peer", "apart", "next losses", "gradient norms", ""]
    return markdown(head, [
        [
            row["name"], PEERS[side], f"{check['engineLoss']:.6f}", f"{check['peerLoss']:.6f}",
            f"{check['firstLoss']:.0e}", f"{check['laterLosses']:.0e}", f"{check['gradientNorms']:.0e}",
            "equal" if check["equal"] else "NOT EQUAL",
        ]
        for row in results["rows"] for side, check in row.get("checks", {}).items()
    ])


def part(results, benchmark, row=None):
    return next(p for p in results["parts"] if p["benchmark"] == benchmark and p["row"] == row)


def input_table(results):
    """Making batches, and tokenizing the text that they consume, beside the step itself."""
    rate = part(results, "TokenizerBenchmark.gpt2")["counters"]["tokens"]
    head = ["row", "batch and masks ms", "tokenizing ms", "step ms", "share", "bar", "", "a checkpoint ms"]
    rows = []
    for row in measured(results):
        step = seconds_per_step(row, "engine", "seconds")
        batch = part(results, "BatchBenchmark.batch", row["name"])["score"] * 1e-6
        tokenizing = row["batch"] * row["shape"]["length"] / rate
        share = (batch + tokenizing) / step
        checkpoint = part(results, "CheckpointBenchmark.checkpoint", row["name"])["score"]
        rows.append([
            row["name"], f"{batch * 1e3:.3f}", f"{tokenizing * 1e3:.3f}", f"{step * 1e3:.0f}",
            f"{share:.2%}", f"< {INPUT_SHARE_BAR:.0%}", verdict(share < INPUT_SHARE_BAR),
            f"{checkpoint:.0f}",
        ])
    note = f"Tokenizing is GPT-2's, {rate / 1e6:.1f} million tokens a second of one thread."
    return f"{markdown(head, rows)}\n\n{note}"


def row_table(results):
    head = ["row", "family, head", "precision", "layers, width, heads, feed-forward", "B x L", "V", "ell", "engine's products", "steps in a block"]
    return markdown(head, [
        [
            row["name"], f"{row['family']}, {row['head']}", row["precision"],
            "{layers}, {width}, {heads}, {feedForward}".format(**row["shape"]),
            f"{row['batch']} x {row['shape']['length']}", str(row["vocabulary"]), str(row["ell"]),
            row["sides"]["engine"]["kernel"], str(row["stepsPerBlock"]),
        ]
        for row in results["rows"]
    ])
