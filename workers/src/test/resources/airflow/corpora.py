"""DAGs as teams might have them: one that takes its time, and some that go wrong."""

import time
from datetime import timedelta
from pathlib import Path

from airflow.sdk import dag, task


def corpus_dag(name, make, retries=0):
    @dag(dag_id=name, schedule=None)
    def corpus():
        # As every task that shall outlive a restart of Airflow.
        @task(retries=retries, retry_delay=timedelta(seconds=1))
        def export(params=None, dag_run=None):
            return make(dag_run.conf)

        export()

    return corpus()


def when_the_gate_is_open(conf):
    while not Path(conf["gate"]).exists():
        time.sleep(1)
    return {"uri": conf["text"]}


def fails(conf):
    raise ValueError("no text today")


gated = corpus_dag("gated_corpus", when_the_gate_is_open, retries=2)
failing = corpus_dag("failing_corpus", fails)
number = corpus_dag("number_corpus", lambda conf: 42)
paused = corpus_dag("paused_corpus", lambda conf: conf["text"])
