"""A DAG that starts a Pretraining run and waits for it without holding a slot.

It speaks to Temporal's HTTP API, so Airflow needs no package beyond its own. Where that is, the
connection "primeline_temporal" says, for infra/bin/temporal-dev
  export AIRFLOW_CONN_PRIMELINE_TEMPORAL=http://127.0.0.1:7243
with an API key as its password, {"namespace": ".."} as its extra, and https:// in its host for TLS.
"""

import json
from datetime import timedelta
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

from airflow.providers.standard.triggers.temporal import TimeDeltaTrigger
from airflow.sdk import BaseHook, BaseOperator, Param, dag
from airflow.sdk.exceptions import AirflowException, AirflowFailException


class Temporal:
    """One namespace of a Temporal server, over its HTTP API."""

    def __init__(self, connection):
        known = BaseHook.get_connection(connection)
        host = known.host if "://" in known.host else f"http://{known.host}"
        namespace = known.extra_dejson.get("namespace", "default")
        self.base = f"{host}:{known.port or 7243}/api/v1/namespaces/{quote(namespace, safe='')}/workflows/"
        self.key = known.password

    def ask(self, path, body=None):
        request = Request(self.base + path, headers={"Content-Type": "application/json"})
        if self.key:
            request.add_header("Authorization", f"Bearer {self.key}")
        with urlopen(request, None if body is None else json.dumps(body).encode(), timeout=30) as answer:
            return json.load(answer)

    def start(self, workflow_id, workflow, queue, argument):
        """Starts a workflow unless it is there: under way it is joined, done it is left alone."""
        try:
            self.ask(
                quote(workflow_id, safe=""),
                {
                    "workflowType": {"name": workflow},
                    "taskQueue": {"name": queue},
                    "input": [argument],
                    "workflowIdConflictPolicy": "WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING",
                    "workflowIdReusePolicy": "WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE_FAILED_ONLY",
                },
            )
        except HTTPError as error:
            if error.code != 409:
                raise AirflowException(f"Temporal: {error}: {error.read().decode(errors='replace')}") from error

    def status(self, workflow_id):
        """Such as RUNNING or COMPLETED."""
        info = self.ask(quote(workflow_id, safe=""))["workflowExecutionInfo"]
        return info["status"].removeprefix("WORKFLOW_EXECUTION_STATUS_")

    def last_event(self, workflow_id):
        """How it ended."""
        path = f"{quote(workflow_id, safe='')}/history?historyEventFilterType=HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT"
        return self.ask(path)["history"]["events"][-1]


class PretrainingOperator(BaseOperator):
    """
    Runs one Pretraining workflow and returns its result: ``runId``, ``report`` and the headline of
    each family.

    Between two looks it is deferred: the triggerer keeps the time, no worker is held, and a restart
    of Airflow changes nothing. Tried again it joins the run that is under way, or starts the failed
    one again, which goes on at its last checkpoint. Stopping the task does not stop the run: that is
    cancelled in Temporal.

    :param workflow_id: the run's name
    :param spec: the specification, as it is typed in the Temporal UI
    :param look_every: seconds between two looks
    :param connection: where Temporal's HTTP API is
    """

    template_fields = ("workflow_id", "spec", "look_every")

    def __init__(self, *, workflow_id, spec, look_every=60, connection="primeline_temporal", **arguments):
        super().__init__(**arguments)
        self.workflow_id = workflow_id
        self.spec = spec
        self.look_every = look_every
        self.connection = connection

    def execute(self, context):
        Temporal(self.connection).start(self.workflow_id, "Pretraining", "primeline", self.spec)
        self.log.info("run %s is under way", self.workflow_id)
        return self.look(context)

    def look(self, context, event=None):
        temporal = Temporal(self.connection)
        status = temporal.status(self.workflow_id)
        if status == "RUNNING":
            self.defer(
                trigger=TimeDeltaTrigger(timedelta(seconds=int(self.look_every))), method_name="look"
            )
        ended = temporal.last_event(self.workflow_id)
        if status == "COMPLETED":
            return ended["workflowExecutionCompletedEventAttributes"]["result"][0]
        failure = ended.get("workflowExecutionFailedEventAttributes", {}).get("failure", {})
        while failure.get("cause"):
            failure = failure["cause"]
        raise AirflowFailException(f"run {self.workflow_id}: {status} {failure.get('message', '')}")


@dag(
    schedule=None,
    render_template_as_native_obj=True,
    params={
        "spec": Param({"preset": "smoke", "families": ["mdm"]}, type="object", description="what to learn"),
        "look_every": Param(60, type="integer", minimum=1, description="seconds between two looks"),
    },
)
def primeline_pretraining():
    PretrainingOperator(
        task_id="pretrain",
        workflow_id="{{ dag.dag_id }}-{{ run_id }}",
        spec="{{ params.spec }}",
        look_every="{{ params.look_every }}",
        retries=3,
        retry_delay=timedelta(minutes=1),
    )


primeline_pretraining()
