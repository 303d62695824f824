"""The client against a real little server that misbehaves in the ways networks and servers do."""

import contextlib
import json
import socket
import threading
import time

import pytest

from config.link import Away, HallClient, Refused


class Wire:
    """A listening socket; for each request it does the next thing of its script: bytes to answer, or a word."""

    def __init__(self, *script):
        self.script, self.heard, self.connections = list(script), [], 0
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.socket.settimeout(60)
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        self.over = threading.Event()
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while self.script and not self.over.is_set():
            try:
                peer, _ = self.socket.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self.talk, args=(peer,), daemon=True).start()

    def talk(self, peer):
        with peer, contextlib.suppress(OSError):
            peer.settimeout(600)
            self.answer(peer)

    def answer(self, peer):
        stream = peer.makefile("rwb")
        while self.script:
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                line = stream.readline()
                if not line:
                    return
                head += line
            fields = dict(ln.split(": ", 1) for ln in head.decode().split("\r\n")[1:] if ": " in ln)
            body = stream.read(int(fields.get("Content-Length", 0)))
            self.heard.append((head.decode().split(" ")[:2], fields, json.loads(body) if body else None))
            act = self.script.pop(0)
            if act == "hang up":
                return
            if act == "say nothing":
                self.over.wait(600)
                return
            if act == "drip":
                stream.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
                while not self.over.wait(0.02):
                    try:
                        stream.write(b" ")
                        stream.flush()
                    except OSError:
                        return
                return
            last, act = (True, act[1]) if isinstance(act, tuple) else (False, act)
            stream.write(act)
            stream.flush()
            if last:
                return


def answer(status, data, *, more="", close=False):
    raw = data if isinstance(data, bytes) else json.dumps(data).encode()
    head = f"HTTP/1.1 {status} X\r\nContent-Length: {len(raw)}\r\n{more}{'Connection: close' + chr(13) + chr(10) if close else ''}\r\n"
    return head.encode() + raw


@pytest.fixture
def wire():
    made = []

    def make(*script):
        made.append(Wire(*script))
        return made[-1]

    yield make
    for w in made:
        w.over.set()
        w.socket.close()


def client(wire, **more):
    return HallClient(wire.url, "t0ken", **{"timeout": 20, "budget": 40} | more)


def test_an_answer_comes_with_status_body_and_whether_it_is_a_repeat(wire):
    server = wire(answer(201, {"number": "A001"}, more="Idempotency-Replayed: true\r\n"))

    got = client(server).post("/tickets", {"service": "社保"}, key="k1", language="en")

    assert (got.status, got.data, got.replayed) == (201, {"number": "A001"}, True)
    (method, path), fields, body = server.heard[0]
    assert (method, path, body) == ("POST", "/api/v1/tickets", {"service": "社保"})
    assert fields["Authorization"] == "Bearer t0ken" and fields["Idempotency-Key"] == "k1" and fields["Accept-Language"] == "en"


@pytest.mark.parametrize("first", ["hang up", "say nothing", answer(503, {}), answer(500, b"<h1>oops</h1>"), answer(429, {})])
def test_a_post_without_an_answer_is_repeated_under_the_same_key(wire, first):
    server = wire(first, answer(201, {"number": "A001"}))

    got = client(server, timeout=2 if first == "say nothing" else 20).post("/tickets", {"service": "s"})

    assert got.data == {"number": "A001"}
    keys = {fields["Idempotency-Key"] for _, fields, _ in server.heard}
    assert len(server.heard) == 2 and len(keys) == 1


def test_a_refusal_is_told_once_with_code_sentence_and_facts(wire):
    problem = {"type": "/problems/already_holds", "status": 409, "code": "already_holds", "detail": "您已取号。"}
    problem["ticket"] = {"number": "A001"}
    server = wire(answer(409, problem))

    with pytest.raises(Refused) as refused:
        client(server).post("/tickets", {})

    assert (refused.value.code, refused.value.detail, refused.value.status) == ("already_holds", "您已取号。", 409)
    assert refused.value.data["ticket"] == {"number": "A001"} and len(server.heard) == 1


def test_401_means_the_server_does_not_know_this_kiosk(wire):
    with pytest.raises(Refused) as refused:
        client(wire(answer(401, {"code": "bad_token", "detail": "…"}))).get("/hall")

    assert refused.value.unknown_token


@pytest.mark.parametrize(
    "what",
    [
        answer(200, b"<html>please log in to the wireless network</html>"),
        answer(302, b"", more="Location: http://portal/\r\n"),
        answer(200, b""),
        ("last", b"SSH-2.0-OpenSSH_9.2\r\n"),
    ],
    ids=["a portal's page", "a redirect", "nothing", "another protocol"],
)
def test_what_is_no_hall_server_is_away(wire, what):
    server = wire(*[what] * 20)

    with pytest.raises(Away):
        client(server, budget=0.3).get("/hall")


def test_away_says_whether_a_request_may_have_arrived(wire):
    nobody = socket.create_server(("127.0.0.1", 0))
    port = nobody.getsockname()[1]
    nobody.close()

    with pytest.raises(Away) as never:
        HallClient(f"http://127.0.0.1:{port}", timeout=0.2, budget=0.3).post("/tickets", {})
    with pytest.raises(Away) as maybe:
        client(wire(*["hang up"] * 20), budget=1.5).post("/tickets", {})

    assert never.value.sent is False and maybe.value.sent is True


def test_a_server_killed_while_it_answers_on_a_kept_connection_may_have_done_it(wire):
    server = wire(answer(200, {"ok": 1}), "hang up")
    talking = client(server, budget=1.5)
    talking.get("/hall")
    server.socket.shutdown(socket.SHUT_RDWR)  # nobody accepts any more; the kept connection still stands

    with pytest.raises(Away) as away:
        talking.post("/tickets", {})

    assert away.value.sent is True


def test_connections_are_kept_and_a_stale_one_is_no_news(wire):
    server = wire(answer(200, {"n": 1}), ("last", answer(200, {"n": 2})), answer(200, {"n": 3}))
    talking = client(server)

    assert [talking.get("/hall").data["n"] for _ in range(2)] == [1, 2]
    assert server.connections == 1
    assert talking.get("/hall").data["n"] == 3  # the server had closed after the second


def test_the_whole_call_keeps_to_its_budget(wire):
    for act in ("say nothing", "drip"):
        server, start = wire(*[act] * 5), time.monotonic()

        with pytest.raises(Away):
            client(server, timeout=0.2, budget=0.5).get("/hall")

        assert time.monotonic() - start < 60, act  # without a limit neither would ever end


def no_such_name(*_, **__):
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


def test_a_name_that_does_not_exist_is_away(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", no_such_name)

    with pytest.raises(Away, match=r"no address for no-such-host\.invalid") as away:
        HallClient("http://no-such-host.invalid:1", timeout=0.2, budget=0.3).get("/hall")

    assert away.value.sent is False


def test_a_name_server_that_never_answers_holds_nobody_up(monkeypatch):
    over, start = threading.Event(), time.monotonic()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: over.wait(600) and no_such_name())

    with pytest.raises(Away) as away:
        HallClient("http://no-such-host.invalid:1", timeout=0.2, budget=0.3).get("/hall")

    assert time.monotonic() - start < 60 and away.value.sent is False
    over.set()


def test_the_servers_clock_is_learned_from_its_answers(wire):
    server = wire(answer(200, {}, more="Date: Fri, 20 Nov 2026 01:31:00 GMT\r\n"))
    talking = client(server, wall=lambda: 1_000_000.0)

    talking.get("/hall")

    assert round(talking.now()) in (1795138260, 1795138261)


def test_a_slow_answer_moves_no_clock_and_a_wrong_clock_is_put_right():
    client = HallClient("http://hall.invalid", wall=lambda: 1000.0)

    client.heard(998.5, took=3.0)
    assert client.now() == 1000.0
    client.heard(4600.0, took=2.0)
    assert client.now() == 4601.0


@pytest.fixture
def sealed(tmp_path):
    """A server with TLS whose certificate is for `localhost` alone; gives its port and the file of the authority that signed it."""
    import datetime
    import ssl

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.datetime.now(datetime.UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "hall")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    made = made.not_valid_before(now - datetime.timedelta(1)).not_valid_after(now + datetime.timedelta(1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), False).sign(key, hashes.SHA256())
    authority, private = tmp_path / "authority.pem", tmp_path / "key.pem"
    authority.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority, private)
    family, _, _, _, address = socket.getaddrinfo("localhost", 0, type=socket.SOCK_STREAM)[0]
    listening = socket.create_server(address[:2], family=family)

    def serve():
        while True:
            try:
                peer, _ = listening.accept()
                with context.wrap_socket(peer, server_side=True) as line:
                    line.recv(4096)
                    line.sendall(answer(200, {"name": "hall"}, close=True))
            except ssl.SSLError:
                continue
            except OSError:
                return

    threading.Thread(target=serve, daemon=True).start()
    yield listening.getsockname()[1], str(authority)
    listening.close()


def test_a_certificate_is_held_to_the_name_in_the_address_though_the_name_is_looked_up_beside(sealed):
    port, authority = sealed

    assert HallClient(f"https://localhost:{port}", ca=authority).get("/hall").data == {"name": "hall"}
    with pytest.raises(Away, match="127.0.0.1|mismatch"):
        HallClient(f"https://127.0.0.1:{port}", ca=authority, budget=20).get("/hall", repeat=False)
    with pytest.raises(Away, match="certificate verify failed"):
        HallClient(f"https://localhost:{port}", budget=20).get("/hall", repeat=False)
