"""A DAG that makes a corpus: it gathers text files into one and returns where that is.

A run of Primeline asks for it by {"corpus": {"airflow": {"dag": "make_corpus",
"conf": {"folder": "/data/corpora"}, "xcom": "export/return_value"}}} and reads what it returns: an
absolute path that the workers see, an s3:// or https:// address, or {"uri": .., "heldout": ..}.
"""

import glob
import os
from pathlib import Path

from airflow.sdk import Param, dag, task


@dag(
    schedule=None,
    params={
        "source": Param("/usr/share/common-licenses/*", type="string", description="which text files"),
        "folder": Param("/tmp/primeline-corpora", type="string", description="where the corpus goes"),
    },
)
def make_corpus():
    @task
    def collect(params=None):
        files = sorted({os.path.realpath(name) for name in glob.glob(params["source"])})
        if not files:
            raise ValueError(f"source: {params['source']} matches no file")
        return files

    @task
    def export(files, params=None, run_id=None):
        folder = Path(params["folder"]) / run_id
        folder.mkdir(parents=True, exist_ok=True)
        corpus = folder / "corpus.txt"
        part = folder / ".part"
        # A task may be tried again: the file is there whole, or not at all.
        part.write_text("\n\n".join(Path(name).read_text(errors="replace") for name in files))
        part.replace(corpus)
        return str(corpus)

    export(collect())


make_corpus()
