"""`hall devices`: what it says of stand-ins, of what is not there, and of a file without devices."""

import pytest

import hallfloor

KIOSK = '[reader]\nurl = "{reader}"\n[printer]\nurl = "{printer}"\n'


def devices(tmp_path, capsys, text, *more):
    file = tmp_path / "some.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        hallfloor.main(["devices", "--config", str(file), *more])
    said = capsys.readouterr()
    return ended.value.code, said.out.splitlines(), said.err


def test_stand_ins_are_in_order(tmp_path, capsys):
    code, lines, _ = devices(tmp_path, capsys, KIOSK.format(reader="virtual://reader", printer="virtual://printer"))

    assert code == 0 and [line.split()[::2][:2] for line in lines] == [["reader", "ok"], ["printer", "ok"]]


def test_each_device_in_trouble_has_its_sentence_and_the_exit_says_so(tmp_path, capsys):
    text = KIOSK.format(reader="serial:///dev/does-not-exist", printer="virtual://printer")

    code, lines, error = devices(tmp_path, capsys, text, "--lang", "zh")

    assert code == 1 and "trouble" in lines[0] and "请" in lines[0] and " ok " in lines[1]
    assert error == "hall: 1 of 2 devices in trouble.\n"


def test_bars_keypads_and_loudspeakers_of_a_display(tmp_path, capsys):
    text = """
        [speaker]
        url = "virtual://speaker"
        [[signs]]
        window = "1"
        url = "virtual://sign"
        [[signs]]
        window = "2"
        url = "virtual://sign"
        profile = "template"
        [[keypads]]
        window = "1"
        url = "virtual://keypad"
        profile = "bus"
        grades = [5, 4, 3, 2]
    """

    code, lines, _ = devices(tmp_path, capsys, text)

    states = {line.split()[0]: line.split()[2] for line in lines}
    assert code == 1 and states == {"speaker": "ok", "sign-1": "unknown", "sign-2": "trouble", "keypad-1": "unknown"}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("[server]\nport = 8700\n", "is a server file"), ('[kiosk]\nname = "k"\n', "names no device"), ("[sevrer", "not TOML")],
)
def test_a_file_without_devices_is_one_sentence(tmp_path, capsys, text, sentence):
    code, lines, error = devices(tmp_path, capsys, text)

    assert code == 1 and not lines and sentence in error and error.count("\n") == 1
