"""Every make is opened by its address and keeps the same promises."""

import sys
from typing import get_args

import pytest

import drivers
from config import schema, words
from config.words import devices
from drivers import ports, standin
from drivers.contract import DeviceAbsent, Status
from drivers.keypad import serial_port
from drivers.sign.frames import PROFILES

MAKES = [
    ("printer", "virtual://"),
    ("printer", "tcp://127.0.0.1:1"),
    ("printer", "file:///dev/full"),
    ("printer", "serial:///dev/does-not-exist?baud=19200"),
    ("printer", "usb://0416:5011"),
    ("printer", "loop://"),
    ("reader", "virtual://"),
    ("reader", "serial:///dev/does-not-exist?baud=115200"),
    ("reader", "tcp://127.0.0.1:1"),
    ("scanner", "virtual://scanner"),
    ("scanner", "serial:///dev/does-not-exist"),
    ("scanner", "input:///dev/does-not-exist"),
    ("speaker", "virtual://speaker"),
    ("speaker", "audio://default"),
    ("sign", "virtual://sign"),
    ("sign", "serial:///dev/does-not-exist?baud=9600"),
    ("keypad", "virtual://keypad"),
    ("keypad", "serial:///dev/does-not-exist?baud=9600"),
    ("keypad", "input:///dev/does-not-exist"),
]


def has_words(status, lang):
    """No code is shown as it is, and no fact is missing in its sentence."""
    said = devices.sentence(status.code, status.facts, lang)
    return devices.known(status.code) and said != status.code and "…" not in said


@pytest.mark.parametrize(("kind", "url"), MAKES)
def test_a_make_opens_says_its_state_in_words_and_closes_twice(kind, url):
    device = drivers.open(kind, url)

    status = device.status()

    assert isinstance(status, Status) and status.state in ("ok", "trouble", "unknown")
    assert all(has_words(status, lang) for lang in words.LANGUAGES)
    assert device.verified is False or "virtual" in url
    device.close()
    device.close()


@pytest.mark.parametrize("kind", drivers.MAKES)
def test_no_device_is_ordinary(kind):
    assert drivers.open(kind, None) is None and drivers.open(kind, "") is None


def choices(table, key):
    return set(get_args(table.model_fields[key].annotation))


def test_a_config_may_name_what_drivers_open_and_nothing_else():
    kinds = choices(schema.ReaderTable, "kind") | choices(schema.ScannerTable, "kind")
    makes = {name for names in drivers.MAKES.values() for name in names} - {""}

    assert set(schema.DEVICE_SCHEMES) | kinds == makes | set(ports.SCHEMES) - {"loop", "socket"}  # these two are for tests
    assert choices(schema.SignTable, "profile") == {*PROFILES, "template"}
    assert choices(schema.KeypadTable, "profile") == {"usb", *serial_port.PROFILES}


def test_a_loudspeaker_at_a_port_is_explained():
    with pytest.raises(ValueError, match="audio://… or virtual://…, not at 'tcp://x:1'"):
        drivers.open("speaker", "tcp://x:1")


def test_a_wrong_kind_has_a_suggestion():
    with pytest.raises(ValueError, match="did you mean 'printer'"):
        drivers.open("pinter", "tcp://x:1")


@pytest.mark.parametrize("url", ["printer", "ttyUSB0", "/dev/usb/lp0"])
def test_an_address_without_a_scheme_is_explained(url):
    with pytest.raises(ValueError, match="tcp://"):
        drivers.open("printer", url)


def test_an_unknown_kind_of_reader_is_explained():
    with pytest.raises(ValueError, match="there is sam"):
        drivers.open("reader", "serial:///dev/x", kind="sims")


@pytest.mark.parametrize(
    ("kind", "line", "answer"),
    [
        ("reader", "lay hmt", "ok"),
        ("printer", "set paper_low", "ok"),
        ("printer", "state", "ok ok normal printed=0"),
        ("scanner", "scan x", "ok"),
        ("keypad", "press jump", "no A keypad has"),
        ("sign", "texts", "ok"),
    ],
)
def test_a_stand_in_runs_by_itself_and_does_what_is_typed(kind, line, answer, monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", iter([line + "\n"]))

    assert standin.main([kind]) == 0

    shown = capsys.readouterr().out.splitlines()
    assert shown[0].startswith(f"{kind} at ") and "control at 127.0.0.1:" in shown[1]
    assert shown[2].startswith(answer)


def test_ports_say_which_addresses_there_are():
    with pytest.raises(ValueError, match="is not a way to reach a device"):
        ports.open("ftp://x")
    with pytest.raises(ValueError, match="flow is one of"):
        ports.open("serial:///dev/null?flow=hard")
    with pytest.raises(ValueError, match="whole number"):
        drivers.open("printer", "serial:///dev/null?baud=fast")


def test_what_is_written_to_a_loop_comes_back():
    port = ports.open("loop://")

    port.write(b"hall", 1.0)

    assert port.read(1.0) == b"hall" and port.read(0) == b""
    port.write(b"x", 1.0)
    port.drain()
    assert port.read(0) == b""
    port.close()


def test_a_serial_port_is_found_by_its_usb_numbers_whatever_its_name(monkeypatch):
    from types import SimpleNamespace

    from drivers.ports import serial_port
    from drivers.wire import VirtualWire

    wire = VirtualWire(lambda data: b"")
    name = wire.url.removeprefix("serial://").split("?")[0]
    here = [SimpleNamespace(vid=None, pid=None, device="x"), SimpleNamespace(vid=0x1A86, pid=0x7523, device=name, location="1-1.2:1.0")]
    monkeypatch.setattr(serial_port.list_ports, "comports", lambda: here)

    ports.open("serial://?usb=1A86:7523&baud=9600").close()

    here.pop()
    with pytest.raises(DeviceAbsent, match="not_plugged_in, at=1A86:7523"):
        ports.open("serial://?usb=1A86:7523")
    wire.close()


@pytest.mark.parametrize("order", [1, -1])
def test_two_adapters_with_the_same_numbers_are_refused_by_name_and_told_apart_by_their_place(monkeypatch, order):
    from types import SimpleNamespace

    from drivers.ports import serial_port
    from drivers.wire import VirtualWire

    wires = VirtualWire(lambda data: b""), VirtualWire(lambda data: b"")
    names = [w.url.removeprefix("serial://").split("?")[0] for w in wires]
    here = [SimpleNamespace(vid=0x1A86, pid=0x7523, device=n, location=f"1-1.{i}") for i, n in enumerate(names, 1)]
    monkeypatch.setattr(serial_port.list_ports, "comports", lambda: here[::order])

    with pytest.raises(DeviceAbsent) as refusal:
        ports.open("serial://?usb=1a86:7523")
    said = devices.sentence(refusal.value.code, refusal.value.facts, "zh")
    assert all(name in said for name in names) and "有2个设备" in said and "serial://?usb=1a86:7523&location=1-1." in said

    for place, name in enumerate(names, 1):
        port = ports.open(f"serial://?usb=1a86:7523&location=1-1.{place}")
        assert port.name == name
        port.close()
    with pytest.raises(DeviceAbsent, match="not_plugged_in, at=1a86:7523 1-1.3"):
        ports.open("serial://?usb=1a86:7523&location=1-1.3")
    for wire in wires:
        wire.close()


def test_two_programs_on_one_line_are_refused():
    from drivers.wire import VirtualWire

    wire = VirtualWire(lambda data: b"")
    first = ports.open(wire.url)

    with pytest.raises(DeviceAbsent, match="cannot_open"):
        ports.open(wire.url)
    first.close()
    ports.open(wire.url).close()
    wire.close()


def test_a_missing_library_is_a_device_that_is_not_there(monkeypatch):
    import builtins

    ours = builtins.__import__

    def without_usb(name, *rest):
        if name.startswith("usb"):
            raise ModuleNotFoundError("no usb", name="usb")
        return ours(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without_usb)
    for module in [m for m in sys.modules if m.startswith(("usb.", "drivers.ports.usb"))]:
        monkeypatch.delitem(sys.modules, module)

    status = drivers.open("printer", "usb://0416:5011").status()

    assert (status.state, status.code, status.facts["library"]) == ("trouble", "library_missing", "usb")
