from __future__ import annotations

import json
import os
import subprocess
import sys

_TOLD = """
import json
import index.search
from threadpoolctl import threadpool_info
print(json.dumps([pool["num_threads"] for pool in threadpool_info() if pool["internal_api"] in ("openblas", "openmp")]))
"""


def test_whoever_searches_has_one_thread_for_products_and_for_faiss() -> None:
    told = {"OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"}
    free = {name: value for name, value in os.environ.items() if name not in told} | {"OMP_NUM_THREADS": "4"}
    ran = subprocess.run([sys.executable, "-c", _TOLD], env=free, stdout=subprocess.PIPE, text=True, check=True)
    pools = json.loads(ran.stdout)
    assert pools
    assert set(pools) == {1}
