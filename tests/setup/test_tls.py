"""Certificates of the hall's own: made, renewed, believed by whoever was given the authority and by nobody else; and nginx's file."""

import re
import socket
import ssl
import threading
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography import x509
from socketio.exceptions import SocketIOError

from config import ConfigError, load, machine
from config.link import Away, HallClient
from display.agent import Agent
from display.news import OrderedConnection
from hallfloor import hall
from server.web.models import LIST

ROOT = Path(__file__).resolve().parents[2]
ANSWER = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 15\r\nConnection: close\r\n\r\n{"name":"hall"}'


def tls(*words):
    return CliRunner().invoke(hall, ["tls", *map(str, words)])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tls") / "own"
    assert tls("localhost", "127.0.0.1", "--out", folder).exit_code == 0
    return folder


@pytest.fixture(scope="module")
def served(folder):
    """(port, the first line of each request that came through)."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.crt", folder / "server.key")
    listening, came = socket.create_server(("127.0.0.1", 0)), []

    def serve():
        while True:
            try:
                peer, _ = listening.accept()
                with context.wrap_socket(peer, server_side=True) as line:
                    if said := line.recv(4096):
                        came.append(said.split(b"\r\n")[0].decode())
                        line.sendall(ANSWER)
            except ssl.SSLError:
                continue
            except OSError:
                if listening.fileno() < 0:
                    return

    threading.Thread(target=serve, daemon=True).start()
    yield listening.getsockname()[1], came
    listening.close()


def test_keys_are_the_owners_alone_and_a_renewal_keeps_the_authority(folder, tmp_path):
    for name in ("ca.key", "server.key"):
        assert (folder / name).stat().st_mode & 0o077 == 0
    again = tmp_path / "again"
    again.mkdir()
    for file in folder.iterdir():
        (again / file.name).write_bytes(file.read_bytes())

    assert tls("hall.example", "10.1.2.3", "--out", again).exit_code == 0

    assert (again / "ca.crt").read_bytes() == (folder / "ca.crt").read_bytes()
    server, authority = x509.load_pem_x509_certificates((again / "server.crt").read_bytes())
    server.verify_directly_issued_by(authority)
    named = server.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert [str(one.value) for one in named] == ["hall.example", "10.1.2.3"]
    (again / "ca.key").unlink()
    refused = tls("hall.example", "--out", again)
    assert refused.exit_code == 1 and "Bring it back" in refused.output


def test_a_name_that_is_none_is_refused_in_a_sentence(tmp_path):
    refused = tls("https://hall.example", "--out", tmp_path / "x")

    assert refused.exit_code == 1 and "no name of a server" in refused.output


def test_a_display_believes_the_halls_own_authority_and_no_other(folder, served, tmp_path):
    port, came = served
    (tmp_path / "ca.crt").write_bytes((folder / "ca.crt").read_bytes())
    file = tmp_path / "display.toml"
    file.write_text(f'[server]\nurl = "https://localhost:{port}"\nca = "ca.crt"\n[display]\nname = "bars"\n', encoding="utf-8")
    settings = load.display(file)
    assert settings.server.ca == str(tmp_path / "ca.crt")
    agent = Agent(settings)

    assert agent.link.get("/hall").data == {"name": "hall"}
    before = len(came)
    for ca, gets_through in ((settings.server.ca, True), ("", False)):
        line = OrderedConnection(ca)
        with pytest.raises(SocketIOError):  # it is no WebSocket
            line.client.connect(f"https://localhost:{port}", transports=["websocket"], wait_timeout=10)
        line.end()
        assert (len(came) > before) is gets_through
        before = len(came)
    with pytest.raises(Away, match="certificate verify failed"):
        HallClient(f"https://localhost:{port}", budget=20).get("/hall", repeat=False)


@pytest.mark.parametrize("text", [None, "no certificate"])
def test_an_authority_that_cannot_be_read_is_a_mistake_of_the_file(tmp_path, text):
    if text:
        (tmp_path / "ca.crt").write_text(text, encoding="utf-8")
    file = tmp_path / "kiosk.toml"
    file.write_text('[server]\nurl = "https://hall.example"\nca = "ca.crt"\n', encoding="utf-8")

    with pytest.raises(ConfigError, match="ca.crt"):
        load.kiosk(file)


def test_the_doctor_says_how_long_a_certificate_is_good_and_whether_it_is_believed(folder, served):
    url, ca = f"https://localhost:{served[0]}", str(folder / "ca.crt")
    found = lambda **more: [(one.level, one.code) for one in machine.certificate(url, **more)]

    assert found(ca=ca) == [("ok", "certificate_good")]
    assert found(ca=ca, now=time.time() + 800 * 86_400) == [("look", "certificate_ends")]
    assert found() == [("trouble", "certificate_unfit")]
    assert list(machine.certificate("http://localhost")) == []


def test_nginxs_file_says_all_that_the_server_goes_by():
    text = re.sub(r"#.*", "", (ROOT / "docs" / "nginx" / "hallfloor.conf").read_text(encoding="utf-8"))
    said = [line.strip() for line in text.splitlines() if line.strip()]

    assert all(line[-1] in ";{}" for line in said) and text.count("{") == text.count("}")
    for header, value in {
        "Host": "$http_host",
        "X-Forwarded-For": "$remote_addr",
        "X-Forwarded-Proto": "$scheme",
        "Upgrade": "$http_upgrade",
    }.items():
        assert any(line.startswith("proxy_set_header") and line.split()[1:] == [header, f"{value};"] for line in said), header
    most = re.search(r"client_max_body_size\s+(\d+)m;", text)
    assert most and int(most[1]) << 20 > LIST, "what is too long must be refused by the hall, in its own sentence"
    assert "docs/nginx/hallfloor.conf" in (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
