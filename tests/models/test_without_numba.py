"""The frozen program has no numba: tree and linear reasons are the same there (docs/adr/0017)."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
LEFT_OUT = ROOT / "packaging" / "numba_left_out.py"
SCRIPT = """
import json, runpy, sys
if len(sys.argv) > 1:
    runpy.run_path(sys.argv[1])
import numba
from clinicdesk.models.learned.serving import loaded, predict
from clinicdesk.models.registry import PUBLIC_KEYS

found = {}
for model in PUBLIC_KEYS:
    questions = [[(each.low + each.trained_high) / 2 for each in loaded(model).card.inputs]]
    questions.append([None, *questions[0][1:]])
    found[model] = [[p.number, p.base, *p.contributions] for p in predict(model, questions)]
print(json.dumps({"numba": hasattr(numba, "__version__"), "found": found}))
"""


def answers(*arguments: str) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *arguments],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    answer: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return answer


def test_every_model_gives_the_same_reasons_without_numba() -> None:
    with_it, without = answers(), answers(str(LEFT_OUT))
    assert (with_it["numba"], without["numba"]) == (True, False)
    assert with_it["found"] == without["found"]
