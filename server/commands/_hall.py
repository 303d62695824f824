"""What `hall staff` and `hall token` ask of a hall: at the running server's endpoints, or at the same endpoints in this process."""

from __future__ import annotations

import time
from pathlib import Path
from urllib.parse import quote

import click

PATIENCE = 5.0  # s to wait for a server that is just starting or stopping


def ask(folder: Path, method: str, path: str, body: dict | None = None, because: str = "") -> dict:
    """The answer's JSON; `because` is why it is done. A refusal ends the command with its sentence; what was done is done at once either
    way."""
    from ..record.store import Occupied

    end = time.monotonic() + PATIENCE
    while True:
        status, answer = _at_the_server(folder, method, path, body, because)
        if not status:
            try:
                status, answer = _here(folder, method, path, body, because)
            except Occupied:  # a server is just starting or stopping
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)
                continue
        if status >= 400:
            raise click.ClickException((answer or {}).get("detail", str(status)))
        return answer or {}


def _at_the_server(folder: Path, method: str, path: str, body: dict | None, because: str) -> tuple[int, dict | None]:
    """Status 0 where no server runs; one that was killed has left its file behind."""
    from config.link import Away, HallClient, Refused

    from ..runtime import command_line

    known = command_line.left_in(folder)
    if known is None:
        return 0, None
    url, token = known
    client = HallClient(url, token, timeout=10)
    try:
        answer = client.call(method, path, body, language="en", repeat=False, because=because)
        return answer.status, answer.data
    except Refused as refused:
        return 0 if refused.unknown_token else refused.status, {"detail": refused.detail}
    except Away as away:
        if away.sent:
            raise click.ClickException(f"the hall server at {url} did not answer; please look whether it was done (list).") from None
        return 0, None
    finally:
        client.close()


def _here(folder: Path, method: str, path: str, body: dict | None, because: str) -> tuple[int, dict | None]:
    from config.schema import ServerSettings

    from .. import app

    server = app.create_app(ServerSettings(), folder=folder, threads=False)
    try:
        headers = {"Authorization": f"Bearer {server.context.authenticator.command}", "Accept-Language": "en"}
        headers |= {"Change-Reason": quote(because)} if because else {}
        answer = server.app.test_client().open(f"/api/v1{path}", method=method, json=body, headers=headers)
        return answer.status_code, answer.json
    finally:
        server.close()


def of_this_machine(folder: Path) -> str:
    """The token of commands beside the server that runs on the folder: it may do what an administrator may, until that server ends."""
    from ..runtime import command_line

    found = command_line.left_in(folder)
    if found is None:
        raise click.ClickException(f"no server runs on {folder}")
    return found[1]


def token(folder: Path, role: str, window: str | None = None, name: str = "") -> str:
    """A new token in clear."""
    return ask(folder, "POST", "/tokens", {"role": role, "window": window, "name": name})["plain"]
