"""Each backup is taken to another machine: whole or not at all, to the server that was meant and to no other, again where it failed."""

import asyncio
import threading
from datetime import datetime, timedelta

import asyncssh
import pytest
from pydantic import ValidationError

from config import age
from config.schema import BackupTable
from server import doctor
from server.domain import watch
from server.outside import copies
from server.outside.copies import Copies, CopyFailed
from server.record import backup

NOON = datetime(2026, 11, 20, 12, 0).astimezone()
PUBLIC = age.new_key()[1]


@pytest.fixture(autouse=True)
def own_thread():
    """A test of pages that ran before in this process may have left the browser's event loop running: a command has none."""
    running = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    yield
    asyncio._set_running_loop(running)


@pytest.fixture
def data(tmp_path):
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


@pytest.fixture
def made(tmp_path):
    """A folder of two encrypted backups, the newest larger than a piece, and one that is not encrypted."""
    folder = tmp_path / "b"
    folder.mkdir()
    (folder / "hall-20261119-120000.tar.gz.age").write_bytes(b"old")
    (folder / "hall-20261120-120000.tar.gz.age").write_bytes(b"new" * copies.PIECE)
    (folder / "hall-20261120-130000.tar.gz").write_bytes(b"in clear")
    return folder


@pytest.fixture
def share(made, tmp_path, monkeypatch):
    """(what server.toml says, a mounted share)."""
    folder = tmp_path / "nas"
    folder.mkdir()
    monkeypatch.setattr(copies, "device", lambda path: 1 if path == folder else 0)
    return BackupTable(folder=str(made), public_keys=[PUBLIC], copy_to=str(folder)), folder


def names(folder):
    return sorted(path.name for path in folder.iterdir())


BOTH = ["hall-20261119-120000.tar.gz.age", "hall-20261120-120000.tar.gz.age"]


# -- a share


def test_what_is_encrypted_is_taken_there_and_nothing_else(share, data, made):
    own, nas = share

    assert copies.missing(own, data) == BOTH[::-1]
    assert sorted(copies.take_all(own, data)) == names(nas) == BOTH
    assert all((nas / name).read_bytes() == (made / name).read_bytes() for name in BOTH) and copies.missing(own, data) == []


def test_a_share_that_is_not_mounted_is_not_written_to(share, data, monkeypatch):
    own, nas = share
    monkeypatch.setattr(copies, "device", lambda path: 0)

    with pytest.raises(CopyFailed, match="copy_not_mounted"):
        copies.take_all(own, data)
    assert names(nas) == []
    nas.rmdir()
    with pytest.raises(CopyFailed, match="copy_away"):
        copies.take_all(own, data)


def test_a_copy_that_was_cut_short_is_none_and_is_made_again(share, data, made, monkeypatch):
    own, nas = share
    copy = copies.shutil.copyfileobj

    def cut(source, out, piece):
        out.write(source.read(100))
        raise OSError(104, "Connection reset by peer")

    monkeypatch.setattr(copies.shutil, "copyfileobj", cut)
    with pytest.raises(CopyFailed, match="Connection reset"):
        copies.take_all(own, data)
    assert not list(nas.glob("hall-*")) and copies.missing(own, data) == BOTH[::-1]

    monkeypatch.setattr(copies.shutil, "copyfileobj", lambda source, out, piece: out.write(b"other"))
    with pytest.raises(CopyFailed, match="copy_unlike"):
        copies.take_all(own, data)
    assert not list(nas.glob("hall-*"))

    monkeypatch.setattr(copies.shutil, "copyfileobj", copy)
    (nas / BOTH[1]).write_bytes(b"half of it")  # as a program of somebody else may leave it
    copies.take_all(own, data)
    assert names(nas) == BOTH and (nas / BOTH[1]).read_bytes() == (made / BOTH[1]).read_bytes()


def test_nothing_is_deleted_there_but_what_is_too_many(share, data):
    own, nas = share
    for name in ("hall-20261001-010000.tar.gz.age", "bad-hall-20261001-010000.tar.gz.age", "letter.txt"):
        (nas / name).write_bytes(b"x")

    copies.take_all(own, data)
    assert len(names(nas)) == 5

    copies.take_all(own.model_copy(update={"copy_keep": 2}), data)
    assert names(nas) == ["bad-hall-20261001-010000.tar.gz.age", *BOTH, "letter.txt"]


# -- an SFTP server


class Place:
    """An SFTP server on loopback that lets one key in."""

    def __init__(self, root, keys, host=None):
        self.host = host or asyncssh.generate_private_key("ssh-ed25519")
        self.loop, up = asyncio.new_event_loop(), threading.Event()
        self.root = root

        async def serve():
            sftp = lambda channel: asyncssh.SFTPServer(channel, chroot=str(root))
            self.server = await asyncssh.listen(
                "127.0.0.1", 0, server_host_keys=[self.host], authorized_client_keys=str(keys), sftp_factory=sftp
            )
            self.port = self.server.get_port()
            up.set()

        def run():
            self.loop.run_until_complete(serve())
            self.loop.run_forever()

        self.thread = threading.Thread(target=run, daemon=True)
        self.thread.start()
        up.wait(60)

    def close(self):
        async def stop():
            self.server.close()
            await self.server.wait_closed()

        asyncio.run_coroutine_threadsafe(stop(), self.loop).result(60)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(60)
        self.loop.close()


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sftp")
    mine = asyncssh.generate_private_key("ssh-ed25519")
    mine.write_private_key(str(folder / "backup_ssh"))
    mine.write_public_key(str(folder / "authorized"))
    (folder / "root").mkdir()
    one = Place(folder / "root", folder / "authorized")
    yield one
    one.close()


@pytest.fixture
def own(place, made):
    for file in place.root.rglob("*.age"):
        file.unlink()
    (place.root / "halls").mkdir(exist_ok=True)
    return BackupTable(
        folder=str(made), public_keys=[PUBLIC], copy_to=f"sftp://hall@127.0.0.1:{place.port}/halls",
        ssh_key=str(place.root.parent / "backup_ssh"), host_key=place.host.export_public_key().decode().strip(),
    )  # fmt: skip


def test_a_server_gets_each_backup_whole_and_no_more_are_kept_than_were_asked(own, place, made, data):
    there = place.root / "halls"
    (there / "hall-20261001-010000.tar.gz.age").write_bytes(b"x")
    (there / ".hall-20261120-120000.tar.gz.age.part").write_bytes(b"left of a line that broke" * copies.PIECE)

    assert copies.missing(own, data) == BOTH[::-1]
    copies.take_all(own.model_copy(update={"copy_keep": 2}), data)

    assert names(there) == BOTH and copies.missing(own, data) == []
    assert all((there / name).read_bytes() == (made / name).read_bytes() for name in BOTH)


def test_another_server_in_its_place_is_told_nothing(own, place, data):
    foreign = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()

    with pytest.raises(CopyFailed, match="copy_host_key"):
        copies.take_all(own.model_copy(update={"host_key": foreign}), data)

    assert names(place.root / "halls") == []


def test_what_stands_in_the_way_of_a_server_is_said(own, place, data, tmp_path):
    asyncssh.generate_private_key("ssh-ed25519").write_private_key(str(tmp_path / "other"))
    failing = {
        "copy_refused": {"ssh_key": str(tmp_path / "other")},
        "copy_key": {"ssh_key": str(tmp_path / "none")},
        "copy_away": {"copy_to": own.copy_to.replace("/halls", "/nowhere")},
    }
    for code, change in failing.items():
        with pytest.raises(CopyFailed, match=code):
            copies.take_all(own.model_copy(update=change), data)
    with pytest.raises(CopyFailed, match="copy_key"):
        copies.take_all(own.model_copy(update={"host_key": "not a key"}), data)


def test_a_server_that_is_away_is_said(own, data):
    away = own.model_copy(update={"copy_to": "sftp://hall@127.0.0.1:1/halls"})

    with pytest.raises(CopyFailed, match="copy_away"):
        copies.take_all(away, data)


# -- by plan


def test_a_copy_that_fails_is_an_alert_until_all_are_there_and_is_tried_ever_more_seldom(share, data, made):
    own, nas = share
    told, tries, broken = [], [], [True]

    def do(own, data):
        tries.append(own)
        if broken[0]:
            raise CopyFailed("copy_host_key", "nas")
        return copies.take_all(own, data)

    plan = Copies(own, data, do=do, trouble=told.append)
    for minute in range(24 * 60):
        plan.tick(NOON + timedelta(minutes=minute))
    assert 20 < len(tries) < 40 and set(told) == {"copy_host_key: nas"}
    alert = watch.storage("copy", told[-1])
    assert (alert.code, alert.facts, alert.level) == ("copy_host_key", {"fact": "nas"}, "bad")

    broken[0] = False
    plan.tick(NOON + timedelta(days=1, hours=1))
    assert told[-1] == "" and names(nas) == BOTH

    before = len(tries)
    plan.tick(NOON + timedelta(days=2))
    assert len(tries) == before  # all are there
    (made / "hall-20261122-120000.tar.gz.age").write_bytes(b"another")
    plan.tick(NOON + timedelta(days=2))
    assert len(names(nas)) == 3


def test_the_doctor_asks_whether_all_are_there(share, data):
    own, nas = share

    assert [(f.level, f.code, f.facts["n"]) for f in doctor.copied(own, data)] == [("trouble", "copy_behind", 2)]
    copies.take_all(own, data)
    assert [(f.level, f.code) for f in doctor.copied(own, data)] == [("ok", "copy_ok")]
    (nas / BOTH[0]).unlink()
    assert [f.facts["n"] for f in doctor.copied(own, data)] == [1]
    for file in nas.iterdir():
        file.unlink()
    nas.rmdir()
    (finding,) = doctor.copied(own, data)
    assert finding.level == "trouble" and "copies" in finding.say("en") and finding.say("zh")


@pytest.mark.parametrize(
    "wrong",
    [
        {"copy_to": "/mnt/nas"},  # in clear
        {"copy_to": "ftp://nas/hall"},
        {"copy_to": "sftp://hall:secret@nas/hall", "ssh_key": "k", "host_key": "h"},
        {"copy_to": "sftp://hall@nas/hall"},
        {"copy_to": "sftp://nas/hall", "ssh_key": "k", "host_key": "h"},
    ],
)
def test_what_cannot_be_a_safe_copy_is_a_mistake_of_the_config(wrong):
    keys = [] if wrong == {"copy_to": "/mnt/nas"} else [PUBLIC]

    with pytest.raises(ValidationError):
        BackupTable(folder="b", public_keys=keys, **wrong)


def test_the_command_takes_what_it_made_there(ledger, tmp_path, monkeypatch, capsys):
    import hallfloor

    nas, config = tmp_path / "nas", tmp_path / "server.toml"
    nas.mkdir()
    monkeypatch.setattr(copies, "device", lambda path: 1 if path == nas else 0)
    config.write_text(
        f'[backup]\nfolder = "{(tmp_path / "b").as_posix()}"\npublic_keys = ["{PUBLIC}"]\ncopy_to = "{nas.as_posix()}"\n', encoding="utf-8"
    )
    run = lambda: pytest.raises(SystemExit, hallfloor.main, ["backup", "--data", str(ledger.folder), "--config", str(config)]).value.code

    assert run() == 0 and names(nas) == names(tmp_path / "b") and age.encrypted(next(nas.iterdir()))
    monkeypatch.setattr(copies, "device", lambda path: 0)
    assert run() == 1 and "not mounted" in capsys.readouterr().err
    assert backup.newest(tmp_path / "b")
