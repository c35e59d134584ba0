"""What Linux says about this machine."""

import os
import pathlib
import platform
import subprocess

ENVIRONMENT = [
    "OMP_NUM_THREADS", "OMP_WAIT_POLICY", "GOMP_SPINCOUNT",
    "MALLOC_ARENA_MAX", "MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_",
]


def busy_seconds():
    """CPU seconds spent on anybody since the start, the hypervisor's theft included."""
    with open("/proc/stat") as stat:
        user, nice, system, _, _, irq, softirq, steal = map(int, stat.readline().split()[1:9])
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")


def first_value(path, key):
    lines = pathlib.Path(path).read_text().splitlines()
    return next((line for line in lines if line.startswith(key)), ":").split(":", 1)[1].strip()


def output_of(*command):
    try:
        return subprocess.run(command, capture_output=True, text=True).stdout.strip()
    except OSError:
        return ""


def about():
    return {
        "cpu": first_value("/proc/cpuinfo", "model name"),
        "cpus": len(os.sched_getaffinity(0)),
        "memory": first_value("/proc/meminfo", "MemTotal"),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "compiler": output_of("g++", "--version").partition("\n")[0],
        "python": platform.python_version(),
        "environment": {name: os.environ[name] for name in ENVIRONMENT if name in os.environ},
        "javaOptions": os.environ.get("PRIMELINE_BENCHMARK_JAVA", "").partition(" -cp ")[0].partition(" ")[2],
    }
