"""`hall doctor`: each thing that can be wrong with a machine is said with what to do, and nothing is said of a machine that is well."""

import re
import shutil
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from click.testing import CliRunner
from small_hall import TEN

import hallfloor
from config import age, load, machine, words
from config.codes import StaffRole
from config.schema import BackupTable, LinkTable, SecurityTable, ServerSettings, ServerTable
from server import doctor
from server.domain.things import Staff
from server.record import backup, condition, keys, store

GIGABYTE = 1 << 30
NOW = TEN / 1000 + 60


def codes(found):
    return {(one.level, one.code) for one in found if one.level != "ok"}


def run(*arguments):
    done = CliRunner().invoke(hallfloor.hall, ["doctor", *map(str, arguments)], env={"LANG": "C", "HALL_DATA": ""})
    return done.exit_code, done.output


@pytest.fixture
def folder(ledger):
    """A hall's folder, and the server away."""
    ledger.close()
    ledger.folder.chmod(0o700)
    return ledger.folder


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_every_finding_that_can_be_made_has_its_sentence(language):
    made = set()
    for room in (machine, doctor, __import__("server.commands.doctor", fromlist=["x"])):
        source = open(room.__file__, encoding="utf-8").read()
        made |= set(re.findall(r'\b(?:ok|look|trouble)\("(\w+)"', source)) | set(re.findall(r'code="(\w+)"', source))
        made |= {code for text in re.findall(r'trouble\("(\w+)" if .* else "(\w+)"', source) for code in text}
    said = words.load().codes("doctor", language)

    assert len(made) > 30 and made <= said
    assert {code.removesuffix("_do") for code in said} == made | {f"summary_{how}" for how in ("ok", "look", "trouble")}


@pytest.mark.parametrize(
    ("synchronised", "free", "found"),
    [(True, GIGABYTE, set()), (None, None, set()), (False, GIGABYTE, {("look", "clock_alone")}), (True, 1 << 20, {("look", "memory_low")})],
)
def test_a_machine(synchronised, free, found):
    assert codes(machine.machine(synchronised, free)) == found


def test_what_this_machine_says_of_itself_can_be_read():
    assert machine.synchronised() in (True, False, None)
    assert machine.free_memory() is None or machine.free_memory() > 0
    assert machine.mounts() == [] or any(where == "/" for where, _ in machine.mounts())


@pytest.mark.parametrize(
    ("free", "found"), [(9 * GIGABYTE, set()), (GIGABYTE, {("look", "disk_low")}), (1 << 20, {("trouble", "disk_full")})]
)
def test_room_on_the_disk(free, found, tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10 * GIGABYTE, 0, free))
    monkeypatch.setattr(machine, "pace", lambda _: 0.001)

    assert codes(machine.disk(tmp_path)) == found


def test_a_slow_disk_and_one_that_cannot_be_written(tmp_path, monkeypatch):
    monkeypatch.setattr(machine, "pace", lambda _: 0.2)
    assert ("look", "disk_slow") in codes(machine.disk(tmp_path))

    def shut(_):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(machine, "pace", shut)
    assert ("trouble", "disk_shut") in codes(machine.disk(tmp_path))


def test_trying_the_disk_leaves_nothing_behind(tmp_path):
    assert machine.pace(tmp_path) > 0 and list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("folder", "kind"),
    [("/srv/hall", ""), ("/mnt/nas", "cifs"), ("/mnt/nas/hall", "cifs"), ("/mnt/nas/hall/disk/data", ""), ("/mnt/nashville", "")],
)
def test_a_network_disk_is_known_by_the_mount_that_is_nearest(folder, kind, tmp_path):
    mounted = [("/", "ext4"), ("/mnt/nas", "cifs"), ("/mnt/nas/hall/disk", "ext4")]
    root = tmp_path.__class__

    assert machine.network_disk(root(folder), mounted) == kind


@pytest.mark.parametrize(
    ("said", "code"), [("Chromium 120.0.6099.224", "browser_ok"), ("Chromium 49.0.2623.75", "browser_old"), (None, "browser_none")]
)
def test_a_browser(said, code):
    assert machine.browser(said).code == code


def server(**more):
    return ServerSettings(**more)


@pytest.mark.parametrize(
    ("own", "secure", "found"),
    [
        ({}, False, {("trouble", "url_here")}),
        ({"host": "0.0.0.0"}, False, {("trouble", "url_here")}),
        ({"host": "0.0.0.0", "public_url": "http://10.1.2.3:8700"}, False, {("look", "url_plain")}),
        ({"public_url": "https://hall.example.gov.cn", "trusted_proxies": 1}, True, set()),
        ({"public_url": "https://hall.example.gov.cn", "trusted_proxies": 1}, False, set()),
        ({"public_url": "https://hall.example.gov.cn"}, True, {("trouble", "proxy_unsaid")}),
    ],
)
def test_where_the_codes_lead(own, secure, found):
    settings = server(server=ServerTable(**own), security=SecurityTable(secure_cookies=secure))

    assert codes(doctor.address(settings)) == found


def test_backups(folder, tmp_path):
    to = tmp_path / "backups"
    own, now = BackupTable(folder=str(to)), time.time()
    assert codes(doctor.backups(BackupTable(), folder, now)) == {("look", "backup_none")}
    assert ("look", "backup_missing") in codes(doctor.backups(own, folder, now))

    to.mkdir()
    (to / "hall-20260101-010000.tar.gz").touch()
    made = backup.newest(to)
    same_disk = {("look", "backup_same_disk"), ("look", "backup_plain")}
    assert codes(doctor.backups(own, folder, made + 47 * 3600)) == same_disk
    sealed = own.model_copy(update={"public_keys": [age.new_key()[1]]})
    assert codes(doctor.backups(sealed, folder, made + 47 * 3600)) == {("look", "backup_same_disk")}
    assert codes(doctor.backups(own, folder, made + 49 * 3600)) == same_disk | {("trouble", "backup_old")}


def test_who_may_sign_in(tmp_path):
    person = lambda role, **more: Staff(name=role, role=role, **more)
    of = lambda *people: codes(doctor.accounts(people, tmp_path))

    assert of() == {("trouble", "manager_none"), ("look", "auditor_none")}
    assert of(person(StaffRole.MANAGER, disabled=True), person(StaffRole.AUDITOR)) == {("trouble", "manager_none")}
    assert of(person(StaffRole.MANAGER), person(StaffRole.AUDITOR)) == set()


def test_a_folder_that_is_well_a_key_that_is_gone_and_a_page_that_is_damaged(folder):
    assert codes(doctor.database(folder, NOW)) == {("trouble", "manager_none"), ("look", "auditor_none")}
    assert condition.of(folder).rows > 0
    assert ("trouble", "clock_behind") in codes(doctor.database(folder, NOW - 7200))

    key = (folder / keys.FILE).read_bytes()
    (folder / keys.FILE).write_bytes(bytes(len(key)))
    assert codes(doctor.database(folder, NOW)) == {("trouble", "key_foreign")}
    (folder / keys.FILE).unlink()
    assert codes(doctor.database(folder, NOW)) == {("trouble", "key_missing")}
    (folder / keys.FILE).write_bytes(key)

    whole = (folder / store.DATABASE).read_bytes()
    (folder / store.DATABASE).write_bytes(whole[:4096] + b"\xff" * 8192 + whole[12288:])
    (found,) = [one for one in doctor.database(folder, NOW) if one.level == "trouble"]
    assert found.code == "damaged" and found.do("zh")
    (folder / store.DATABASE).unlink()
    assert codes(doctor.database(folder, NOW)) == {("look", "hall_none")}


def test_a_folder_that_others_can_read(folder):
    assert codes(doctor.shut_to_others(folder)) == set()
    folder.chmod(0o755)
    assert codes(doctor.shut_to_others(folder)) == {("look", "folder_open")}


class Answers(BaseHTTPRequestHandler):
    said = (200, b'{"status": "ok", "seq": 1}')

    def do_GET(self):
        self.send_response(self.said[0])
        self.send_header("Content-Length", str(len(self.said[1])))
        self.end_headers()
        self.wfile.write(self.said[1])

    def log_message(self, *_):
        """Not in the tests' output."""


@pytest.fixture
def answering():
    """An address that answers as it is told to."""
    listening = HTTPServer(("127.0.0.1", 0), type("Answers", (Answers,), {}))
    thread = threading.Thread(target=listening.serve_forever, args=(0.01,))
    thread.start()

    def says(status, body):
        listening.RequestHandlerClass.said = (status, body)
        return f"http://127.0.0.1:{listening.server_port}"

    yield says
    listening.shutdown()
    thread.join()
    listening.server_close()


@pytest.fixture
def nobody():
    """An address at which nobody listens, as long as it is held."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{held.getsockname()[1]}"


def test_the_service(answering, nobody):
    at = lambda status, body: codes(doctor.service(answering(status, body)))

    assert at(200, b'{"status": "ok", "seq": 1}') == set()
    assert at(200, b'{"status": "ok", "seq": 1, "warnings": {"wal": "900 MB"}}') == {("look", "wal_large")}
    assert at(503, b'{"status": "not ready", "problems": {"disk": "full"}}') == {("trouble", "storage")}
    assert at(200, b"<html>another program</html>") == at(200, b"[]") == {("trouble", "server_away")}
    assert codes(doctor.service(nobody)) == {("trouble", "server_away")}


def test_the_way_to_the_server(answering, nobody):
    way = lambda url, token="": codes(machine.to_server(LinkTable(url=url, token=token, timeout=0.5 if url == nobody else 20)))

    assert way(answering(200, b"{}")) == {("look", "link_unpaired")}
    assert way(answering(200, b"{}"), "one") == set()
    assert way(answering(401, b'{"code": "unknown_token"}'), "one") == {("trouble", "link_unknown")}
    assert way(answering(403, b'{"code": "not_allowed"}'), "one") == {("trouble", "link_refused")}
    assert way(nobody) == {("trouble", "link_away")}


def test_the_command_says_each_thing_with_what_to_do_and_ends_with_1(folder, tmp_path):
    config = tmp_path / "server.toml"
    config.write_text('[server]\nport = 1\npublic_url = "http://10.1.2.3"\n[backup]\nfolder = "/nowhere"\n', encoding="utf-8")

    code, said = run("--config", config, "--data", folder, "--lang", "zh")

    assert code == 1 and "大厅服务在 http://127.0.0.1:1 没有应答" in said and "→ systemctl start hall-server" in said
    assert re.search(r"\d处需要处理。$", said.strip()) and "✓" not in said

    assert "✓ Database, key and seal fit" in run("--config", config, "--data", folder, "--all")[1]


def test_a_mistake_in_the_config_is_the_first_thing_said(tmp_path):
    config = tmp_path / "server.toml"
    config.write_text("[server]\nprot = 8700\n", encoding="utf-8")

    code, said = run("--config", config, "--data", tmp_path)

    assert code == 1 and "did you mean 'port'" in said and "To be" not in said


def test_a_kiosk_with_stand_ins_is_not_taken_for_a_real_one(tmp_path, nobody):
    config = tmp_path / "kiosk.toml"
    port = nobody.rpartition(":")[2]
    config.write_text(
        f'[kiosk]\nname = "k1"\nport = {port}\n[server]\nurl = "{nobody}"\ntimeout = 0.2\n[reader]\nurl = "virtual://reader"\n',
        encoding="utf-8",
    )

    code, said = run("--config", config)

    assert code == 1 and "reader (virtual://reader) is a stand-in" in said and "cannot be reached" in said
    assert load.kiosk(config).kiosk.name == "k1"


def test_without_any_file_it_says_what_it_wants(monkeypatch, tmp_path):
    monkeypatch.setattr("server.commands.doctor.OF_THE_SERVICE", tmp_path)

    code, said = run()

    assert code == 2 and "--config" in said


def test_what_a_running_server_sees_of_itself_writes_nothing(ledger):
    before = {path.name: path.stat().st_mtime_ns for path in ledger.folder.iterdir()}
    found = codes(doctor.of_this_server(server(), ledger.folder, ledger.floor.staff.values(), TEN))

    assert {("trouble", "manager_none"), ("trouble", "url_here"), ("look", "backup_none")} <= found
    assert {path.name: path.stat().st_mtime_ns for path in ledger.folder.iterdir()} == before
