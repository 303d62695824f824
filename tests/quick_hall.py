"""The command `hall` with passwords that are hashed in no time, for halls at which people sign in in every test. No tests here."""

import sys
from pathlib import Path

from argon2 import PasswordHasher

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # the real one takes 200 ms of a core, on purpose
HALL = [sys.executable, "-P", __file__]  # the command line, instead of python -m hallfloor

if __name__ == "__main__":
    from hallfloor import main
    from server.runtime import passwords

    passwords.HASHER = QUICK
    main()
