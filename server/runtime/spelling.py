"""Names spelled in pinyin by a process of its own, which ends with it: the dictionary behind it takes a second to load and 55 MB, and is
needed for new names only. It knows nothing of the hall.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping

from ..views.initials import spelled

PATIENCE = 60.0  # s


def spelled_aside(names: Iterable[str]) -> Mapping[str, str]:
    """As views.initials.spelled. Raises OSError where it cannot be done."""
    line = [sys.executable, "-P", "-c", f"import sys; sys.path[:] = {sys.path!r}; from {__name__} import main; main()"]
    try:
        done = subprocess.run(line, input=json.dumps(list(names)).encode(), stdout=subprocess.PIPE, check=True, timeout=PATIENCE)
        return json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        raise OSError(f"names could not be spelled: {error}") from error


def main() -> None:
    """In that process: a list of names comes in, their initials go out."""
    sys.stdout.write(json.dumps(spelled(json.load(sys.stdin))))
