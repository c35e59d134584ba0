"""A DAG that runs whenever a run of Primeline is done.

A run tells the asset by {"publish": {"airflowAsset": "s3://primeline/runs"}}. The URI is a name:
nothing is read from or written to it.
"""

from airflow.sdk import Asset, dag, task

RUNS = Asset("s3://primeline/runs")


@dag(schedule=[RUNS])
def after_pretraining():
    @task(inlets=[RUNS])
    def rank(triggering_asset_events=None):
        """The families of the runs that are done, best first; each with its run and checkpoint."""
        families = [
            {"run": event.extra["workflowId"], **family}
            for event in triggering_asset_events[RUNS]
            for family in event.extra["families"]
        ]
        return sorted(families, key=lambda family: family["nelboNatsPerToken"])

    rank()


after_pretraining()
