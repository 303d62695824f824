"""Every mistake in a file has its sentence: the key, the value, what is allowed, what was probably meant; all at once."""

import pytest
from click.testing import CliRunner

import config
from config import load
from server.commands.check import command

HALL = """
[hall]
code = "33100200000001"
name = "测试大厅"
[[services]]
code = "tax"
name = "税务"
prefix = "A"
[[windows]]
no = "1"
services = ["tax"]
"""


def told(tmp_path, text, name="x.toml", loader=load.any_file):
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(config.ConfigError) as error:
        loader(tmp_path / name)
    return str(error.value).replace(f"{tmp_path}/", "").replace(f"{tmp_path}\\", "")


CASES = [
    # the file, and what the installer reads
    ("[server]\nprot = 8700\n", "x.toml:2: server.prot: unknown key 'prot'; did you mean 'port'?"),
    ("[server]\nhost = '127.0.0.1'\n\nport = 70000\n", "x.toml:4: server.port: 70000 is out of range; it must be between 1 and 65535"),
    ("[server]\nport = 'eighty'\n", "x.toml:2: server.port: 'eighty' is not a whole number"),
    ("[server]\n[voice]\nengine = 'espeek'\n", "voice.engine: 'espeek' is not one of auto, clips, espeak, none; did you mean 'espeak'?"),
    ("[server]\n[voise]\nrate = 3\n", "x.toml:2: voise: unknown key 'voise'; did you mean 'voice'?"),
    ("[server]\nlockout = 60\n", "unknown key 'lockout'; it belongs in [security]"),
    ("[server]\npublic_url = 'hall.gov.cn'\n", "server.public_url: 'hall.gov.cn': a web address begins with http:// or https://"),
    ("[hall]\nfile = 'halls/cuonty.toml'\n", "hall.file: there is no file 'halls/cuonty.toml'; did you mean 'county.toml'?"),
    ("[server]\n[hall]\ntimezone = 'Asia/Shanghia'\n", "hall.timezone: 'Asia/Shanghia': no such time zone"),
    ("[server]\nport = \n", "x.toml: is not TOML: Invalid value (at line 2, column 8)"),
    ("[kiosk]\n[printer]\nurl = 'tcp://10.0.0.9'\n", "printer.url: 'tcp://10.0.0.9': a network device is written tcp://host:port"),
    ("[kiosk]\n[printer]\nurl = 'seriel://COM3'\n", "did you mean 'serial://'?"),
    ("[kiosk]\n[printer]\nurl = 'serial://?usb=1a86'\n", "serial://?usb=1a86:7523"),
    ("[kiosk]\n[printer]\nurl = 'tcp://x:1'\nband = 256\n", "printer.band"),
    ("[display]\n[[signs]]\nwindow = '1'\nurl = 'virtual://sign'\nprofile = 'zhonyi'\n", "signs[1].profile: 'zhonyi' is not one of"),
    ("[display]\n[[signs]]\nwindow = '1'\nurl = 'virtual://sign'\nprofile = 'zhonyi'\n", "did you mean 'zhongyi'?"),
    ("[display]\n[[keypads]]\nwindow = '1'\nurl = 'virtual://keypad'\nprofile = 'buss'\n", "did you mean 'bus'?"),
    ("[kiosk]\n[printer]\nurl='virtual://p'\nwidth = 575\n", "printer.width: 575 is out of range; it must be between 192 and 1280"),
    ("[kiosk]\n[printer]\nmode = 'picture'\n", "x.toml:2: printer.url: is missing and has no default"),
    ("[kiosk]\n[server]\ntoken_file = 'none.token'\n", "server.token_file: the token file"),
    ("[display]\n" + 2 * "[[signs]]\nwindow='1'\nurl='virtual://a'\n", "signs[2].window: '1' is already signs[1]"),
    (HALL.replace("33100200000001", "331002"), "hall.code: '331002' is not 14 digits: the 12-digit division code and 2 digits"),
    (HALL.replace('prefix = "A"', 'prefix = "a1"'), "services[1].prefix: 'a1' is not one to three capital letters"),
    (HALL.replace('["tax"]', '["tex"]'), "x.toml:11: windows[1].services: there is no service 'tex'; did you mean 'tax'?"),
    (HALL.replace('no = "1"', 'no = "窗1"'), "windows[1].no: '窗1' is not one to eight letters and digits"),
    (HALL + '[[windows]]\nno = "1"\n', "windows[2].no: '1' is already windows[1]"),
    (HALL + "[hours]\nmonday = ['12:00-08:30']\n", "hours.monday[1]: '12:00-08:30': hours are written \"08:30-12:00\", opening"),
    (HALL + "[hours]\nmonday = ['08:30-12:00', '11:00-17:00']\n", "hours.monday: its hours overlap"),
    (HALL + "[hours]\nmonnday = []\n", "hours.monnday: unknown key 'monnday'; did you mean 'monday'?"),
    (HALL + "[[rules]]\nservice = 'tx'\ntarget = 600\n", "rules[1].service: there is no service 'tx'; did you mean 'tax'?"),
    (
        HALL + "[[rules]]\nclass = 'apointment'\n",
        "'apointment' is not one of ordinary, appointment, green, transfer; did you mean 'appointment'?",
    ),
    (HALL + "[[rules]]\nquota = 9\n", "rules[1]: a quota needs the service it is for"),
    (HALL + "[[rules]]\ntarget = -1\n", "rules[1].target: -1 is out of range; it must be between 1 and 86400"),
    (HALL + "[[neighbours]]\ncode = '33100200000002'\nname = 'x'\nadress = 'y'\n", "unknown key 'adress'; did you mean 'address'?"),
    (HALL + "[[neighbours]]\ncode = '33100200000002'\nname = 'x'\nurl = 'b.gov.cn'\n", "neighbours[1].url: 'b.gov.cn': a web address"),
    (HALL + "[[neighbours]]\ncode = '33100200000001'\nname = 'x'\n", "neighbours[1].code: '33100200000001' is this hall itself"),
    (HALL + 2 * "[[neighbours]]\ncode = '33100200000002'\nname = 'x'\n", "neighbours[2].code: '33100200000002' is already neighbours[1]"),
    (HALL + "[[neighbors]]\ncode = '33100200000002'\n", "unknown key 'neighbors'; did you mean 'neighbours'?"),
    ('[hall]\ncode = "33100200000001"\nname = "x"\nservices = 3\n', "unknown key 'services'"),
    ("services = []\nwindows = []\n", "hall: is missing and has no default"),
]


@pytest.mark.parametrize(("text", "sentence"), CASES, ids=[c[1][:60] for c in CASES])
def test_every_mistake_has_its_sentence(text, sentence, tmp_path):
    assert sentence in told(tmp_path, text)


def test_all_mistakes_are_told_at_once_and_once_each(tmp_path):
    text = HALL.replace("33100200000001", "1").replace('["tax"]', '["taxes", "bank"]') + "[calling]\nmod = 'x'\nrecalls = 99\n"

    sentences = told(tmp_path, text).splitlines()

    assert len(sentences) == len(set(sentences)) == 5  # code, two services, mod, recalls


def test_a_service_that_no_window_serves_may_be_lent_and_is_said_and_not_refused(tmp_path):
    path = tmp_path / "hall.toml"
    path.write_text(HALL + '[[services]]\ncode = "x"\nname = "x"\nprefix = "B"\n', encoding="utf-8")

    (doubt,) = load.doubts(load.any_file(path))
    said = CliRunner().invoke(command, [str(path)])

    assert doubt == "services[2]: 没有窗口办理“x”，除非借调或预案给了窗口；不办的请写 open = false"
    assert said.exit_code == 0 and ": ok (hall)" in said.output and f"{path}：请核对：{doubt}" in said.output
    english = path.with_name("english.toml")
    english.write_text(path.read_text(encoding="utf-8") + '[voice]\nlanguages = ["en", "zh"]\n', encoding="utf-8")
    (doubt,) = load.doubts(load.any_file(english))
    assert doubt.startswith("services[2]: no window serves 'x' unless one is lent to it")
    assert f"{english}: please look: {doubt}" in CliRunner().invoke(command, [str(english)]).output
    path.write_text(path.read_text(encoding="utf-8") + "open = false\n", encoding="utf-8")
    assert load.doubts(load.any_file(path)) == []


def test_quick_and_long_services_with_one_prefix_are_said_with_letters_that_are_free(tmp_path):
    path = tmp_path / "hall.toml"
    long = '[[services]]\ncode = "{0}"\nname = "{0}"\nprefix = "A"\nminutes = {1}\nkind = "{2}"\n'
    two = HALL.replace('["tax"]', '["tax", "x"]').replace('prefix = "A"', 'prefix = "A"\nminutes = 4')
    doubts = lambda text: (path.write_text(text, encoding="utf-8"), load.doubts(load.any_file(path)))[1]

    (doubt,) = doubts(two + long.format("x", 15, "ordinary"))
    assert "A：“tax”（一般，4分钟）和“x”（一般，15分钟）" in doubt and "同一字头的号按先后叫" in doubt
    assert doubt.endswith("（还空着的字头：B、C、D、E、F、G、H、J、K、M、N、P、Q、R、S、T、U、V、W、Z）")  # Y and L are marks of classes
    assert "和“x”（复杂，4分钟）" in doubts(two + long.format("x", 4, "complex"))[0]
    (doubt,) = doubts(two + long.format("x", 15, "ordinary") + '[voice]\nlanguages = ["en"]\n')
    assert "A: 'tax' (ordinary, 4 min) and 'x' (ordinary, 15 min)" in doubt and "never pass each other" in doubt
    assert doubt.endswith("(free letters: B, C, D, E, F, G, H, J, K, M, N, P, Q, R, S, T, U, V, W and Z)")
    assert doubts(two + long.format("x", 5, "ordinary")) == []
    assert doubts(two + long.format("x", 15, "ordinary").replace('"A"', '"B"')) == []
    assert doubts(two + long.format("x", 15, "ordinary") + "open = false\n") == []
    apart = two.replace('["tax", "x"]', '["tax"]') + long.format("x", 15, "ordinary") + '[[windows]]\nno = "2"\nservices = ["x"]\n'
    assert doubts(apart) == []  # no window has to choose between them


def test_an_inline_hall_is_checked_as_a_hall_file_is(tmp_path):
    text = "[server]\nport = 0\n" + HALL.replace('prefix = "A"', 'prefix = "a"')

    sentences = told(tmp_path, text)

    assert "server.port" in sentences and "services[1].prefix" in sentences and sentences.count("\n") == 1


def test_a_file_that_is_not_there_is_one_sentence(tmp_path):
    with pytest.raises(config.ConfigError, match="there is no such file"):
        config.load_server(tmp_path / "none.toml")


def test_a_file_that_is_not_utf8_is_one_sentence(tmp_path):
    (tmp_path / "x.toml").write_bytes("[hall]\nname = '大厅'\n".encode("gbk"))

    with pytest.raises(config.ConfigError, match="save it as UTF-8"):
        load.any_file(tmp_path / "x.toml")


def test_a_shipped_hall_found_by_a_near_name_is_not_taken_silently(tmp_path):
    (tmp_path / "server.toml").write_text("[hall]\nfile = 'county.tml'\n")

    with pytest.raises(config.ConfigError, match="did you mean 'county.toml'"):
        config.load_server(tmp_path / "server.toml")
