"""Holds the compose file and the Kubernetes manifests against the schemas of their tools.

    schemas.py COMPOSE KUBERNETES_VERSION KEDA

COMPOSE is the folder of Go module github.com/compose-spec/compose-go/v2, which has the schema of compose files. KUBERNETES_VERSION is
such as 1.33: kubernetes-validate (PyPI, Apache 2.0) brings the schemas. KEDA is the folder of Go module github.com/kedacore/keda/v2,
which has the definition of a ScaledObject, and the scaler's own list of settings.
"""

import json
import pathlib
import re
import sys

import jsonschema
import kubernetes_validate
import yaml

HERE = pathlib.Path(__file__).parent


def main(compose, version, keda):
    check_compose(compose)
    for item in read("kubernetes/primeline.yaml")["items"]:
        kubernetes_validate.validate(item, version, strict=True)
        print(f"{item['kind']} {item['metadata']['name']}: as Kubernetes {version} wants it")
    scaled = read("kubernetes/keda.yaml")
    jsonschema.validate(scaled, definition(keda))
    for trigger in scaled["spec"]["triggers"]:
        expect_known("kubernetes/keda.yaml", trigger["metadata"], settings(keda, trigger["type"]))
    print(f"ScaledObject {scaled['metadata']['name']}: as KEDA {tag(keda)} wants it")


def check_compose(module):
    file = read("compose/compose.yaml")
    jsonschema.validate(file, json.loads((module / "schema/compose-spec.json").read_text()))
    for service in file["services"].values():
        expect_known("compose/compose.yaml", service.get("depends_on", {}), file["services"])
        for volume in service.get("volumes", []):
            if isinstance(volume, str):
                source = volume.split(":")[0]
                if source.startswith("."):
                    read(pathlib.Path("compose") / source)
                else:
                    expect_known("compose/compose.yaml", [source], file["volumes"])
    print(f"{len(file['services'])} services: as the schema of compose-go {tag(module)} wants them")


def read(name):
    return yaml.safe_load((HERE / name).read_text())


def tag(module):
    return module.name.rpartition("@")[2]


def expect_known(where, names, known):
    for name in names:
        if name not in known:
            raise ValueError(f"{where}: {name}, expected one of {', '.join(sorted(known))}")


def definition(keda):
    """The schema of a ScaledObject; a cluster would drop what it does not know, here that is an error."""
    crd = yaml.safe_load((keda / "config/crd/bases/keda.sh_scaledobjects.yaml").read_text())
    (version,) = [each for each in crd["spec"]["versions"] if each["storage"]]
    schema = version["schema"]["openAPIV3Schema"]
    schema["properties"]["metadata"] = {"type": "object", "required": ["name"]}
    close(schema)
    return schema


def close(schema):
    if "properties" in schema:
        schema.setdefault("additionalProperties", False)
    for each in schema.values():
        if isinstance(each, dict):
            close(each)


def settings(keda, scaler):
    source = (keda / f"pkg/scalers/{scaler}.go").read_text()
    return set(re.findall(r'keda:"name=(\w+),[^"]*triggerMetadata', source))


if __name__ == "__main__":
    try:
        main(pathlib.Path(sys.argv[1]), sys.argv[2], pathlib.Path(sys.argv[3]))
    except (jsonschema.ValidationError, ValueError, OSError) as wrong:
        where = "/".join(str(part) for part in getattr(wrong, "absolute_path", []))
        sys.exit(f"schemas.py: {where + ': ' if where else ''}{getattr(wrong, 'message', wrong)}")
