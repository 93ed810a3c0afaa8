"""Runtime hook: numba and llvmlite stay out of the frozen program (208 MB).

shap decorates functions with numba when it is imported and calls none of them for linear and tree
models. With these stand-ins the decorators do nothing. `dev.py package` requires that the frozen
program gives the same contributions as its source.
"""

import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any


def _undecorated(function: Any = None, *_: Any, **__: Any) -> Any:
    """What `@njit` and `@njit(...)` give: the function as it is."""
    return function if isinstance(function, Callable) else _undecorated


numba, typed = ModuleType("numba"), ModuleType("numba.typed")
numba.njit = numba.jit = numba.vectorize = _undecorated
numba.prange = range
numba.typed = typed
sys.modules |= {"numba": numba, "numba.typed": typed}
