"""What stands on the paper, and what never does."""

import json
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from config import ConfigError, words
from config.schema import SlipWords
from config.settings.small import Look
from kiosk import slip as slips

ZONE = ZoneInfo("Asia/Shanghai")
HALL = {"code": "33100200000001", "name": "椒江区政务服务中心", "name_en": "Jiaojiang Service Centre"}
SERVICE = {"code": "social", "name": "社保登记", "name_en": "Social security", "materials": ["身份证", "户口本"]}
SERVICE["materials_en"] = ["ID card"]
TICKET = {
    "id": "t1", "number": "A007", "service": "social", "class": "ordinary", "state": "waiting",
    "issued_at": "2026-11-20T01:31:00.000+00:00",
    "ahead": 3, "wait": {"p50": 480, "p90": 900, "at": "…", "say": {"zh": "8–15分钟", "en": "8–15 min"}}, "offline": False,
}  # fmt: skip
RETURNS = {"within": 1800, "times": 1}
PERSON = {"masked": "张*", "last4": "002X"}


def made(ticket=None, template=None, **more):
    more = {"hall": HALL, "service": SERVICE, "zone": ZONE, "returns": RETURNS} | more
    return slips.slip(TICKET | (ticket or {}), template or slips.load(), **more)


def test_a_slip_says_where_which_number_for_what_how_long_and_how_to_follow():
    slip = made(person=PERSON, url="http://hall/t/abc")

    assert (slip.heading, slip.number, slip.title, slip.qr) == ("椒江区政务服务中心", "A007", "社保登记", "http://hall/t/abc")
    assert [(f.label, f.value) for f in slip.highlights] == [("前面等候", "3 人"), ("预计等候", "8–15分钟")]
    assert [(f.label, f.value) for f in slip.facts] == [("取号时间", "2026-11-20 09:31"), ("取号人", "张*")]
    assert "请备好：身份证、户口本" in [ln.text for ln in slip.lines]
    assert any("过号" in ln.text for ln in slip.footer) and slip.mark == "" and slip.qr_lines


def test_a_reprint_is_marked_and_keeps_the_number():
    assert (made(reprint=True).mark, made(reprint=True).number) == ("补打", "A007")
    assert made(reprint=True, language="en").mark == "REPRINT"


def test_issued_alone_says_so_and_claims_nothing_it_does_not_know():
    slip = made({"offline": True, "ahead": None, "wait": None, "number": "AX007"})

    assert slip.mark == "离线取号" and slip.highlights == ()
    assert "网络中断" in slip.lines[0].text
    assert made({"offline": True, "ahead": None, "wait": None}, reprint=True).mark == "补打 · 离线取号"


def test_an_appointment_made_at_the_kiosk_has_its_time_where_the_number_stands():
    slip = made(
        {"number": None, "issued_at": None, "ahead": None, "wait": None, "slot_at": "2026-11-23T09:30:00+08:00"}, url="http://hall/t/a"
    )

    assert (slip.number, slip.label, slip.highlights, slip.qr) == ("09:30", "您的预约", (), "http://hall/t/a")
    assert slip.lines[0].text == "预约日期：2026-11-23"


def test_nobody_ahead_is_a_fact_and_is_printed():
    assert made({"ahead": 0}).highlights[0].value == "0 人"


def test_an_english_visitor_gets_an_english_slip():
    slip = made(language="en")

    assert (slip.heading, slip.title, slip.label) == ("Jiaojiang Service Centre", "Social security", "Your number")
    assert slip.lines[0].text == "Please have ready: ID card"


def write(tmp_path, text):
    path = tmp_path / "slip.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_hall_changes_some_words_and_keeps_the_rest(tmp_path):
    (tmp_path / "logo.png").write_bytes(b"")
    template = slips.load(write(tmp_path, 'language = "zh"\nlogo = "logo.png"\n[zh]\nfooter = ["咨询电话 {phone_of_hall}", "祝您顺利"]\n'))

    slip = made(template=template, language="en")

    assert [ln.text for ln in slip.footer] == ["祝您顺利"]  # the hall's phone is not known, so that line is left out
    assert slip.label == "您的号码" and slip.logo.endswith("logo.png")


def test_the_phone_of_the_hall_is_printed_as_the_hall_tells_it(tmp_path):
    """It was looked for where no hall tells it, so that its line was always left out."""
    told = json.loads((Path(__file__).parents[1] / "wire" / "answers" / "get_hall.json").read_text(encoding="utf-8"))["answer"]
    template = slips.load(write(tmp_path, 'language = "zh"\n[zh]\nfooter = ["咨询电话 {phone_of_hall}"]\n'))

    assert "look" in told
    slip = made(template=template, hall=told | {"look": Look(phone="0576-88880000").model_dump(mode="json")})

    assert [ln.text for ln in slip.footer] == ["咨询电话 0576-88880000"]


def test_both_languages_on_one_slip(tmp_path):
    slip = made(template=slips.load(write(tmp_path, 'language = "both"\n')))

    assert (slip.heading, slip.subheading, slip.title) == ("椒江区政务服务中心", "Jiaojiang Service Centre", "社保登记")
    assert slip.highlights[0].label == "前面等候 Ahead of you" and slip.subtitle == "Social security"


def test_every_mistake_in_a_template_is_told_with_a_suggestion(tmp_path):
    path = write(tmp_path, 'langage = "zh"\n[zh]\nheding = "x"\ntitle = "{servce}"\nfacts = ["x"]\n')

    with pytest.raises(ConfigError) as wrong:
        slips.load(path)

    text = str(wrong.value)
    for part in ("did you mean 'language'", "did you mean 'heading'", "did you mean 'service'", "zh.facts"):
        assert part in text, part


def test_a_logo_that_is_not_there_is_told(tmp_path):
    with pytest.raises(ConfigError, match="no picture 'no.png'"):
        slips.load(write(tmp_path, 'logo = "no.png"\n'))


def test_an_unmasked_person_cannot_be_put_on_paper_by_a_template(tmp_path):
    with pytest.raises(ConfigError):
        slips.load(write(tmp_path, '[zh]\ntitle = "{name} {id_number}"\n'))

    assert "11010519491231002X" not in repr(made({"holder": {"name": "张三", "id_number": "11010519491231002X"}}, person=PERSON))


def test_the_command_draws_what_the_printer_would_get(tmp_path):
    import zxingcpp
    from click.testing import CliRunner
    from PIL import Image

    from kiosk.commands import slip

    for width in ("576", "384"):
        out = tmp_path / f"{width}.png"
        done = CliRunner().invoke(slip, ["--out", str(out), "--width", width, "--reprint"])

        assert done.exit_code == 0 and "mm of paper" in done.output
        image = Image.open(out)
        assert image.width == int(width)
        assert zxingcpp.read_barcodes(image.convert("L"))[0].text == "http://127.0.0.1:8700/t/k3vq5xabcdefghijklmn234567"


@pytest.mark.parametrize(
    ("rule", "language", "said", "never"),
    [
        ({"within": 1800, "times": 1}, "zh", "30分钟内可恢复排队", "重新取号，请留意"),
        ({"within": 7200, "times": 2}, "zh", "2小时内可恢复排队", "30分钟"),
        ({"within": 300, "times": 1}, "en", "Within 5 minutes", "today"),
        ({"within": 3600, "times": 1}, "en", "Within 1 hour the", "hours"),
        ({"within": 0, "times": 1}, "zh", "过号后须重新取号", "可恢复"),
        ({"within": 1800, "times": 0}, "zh", "过号后须重新取号", "可恢复"),
        ({"within": 1800, "times": 0}, "en", "a new number", "back in line"),
        ({}, "zh", "留意叫号", "过号"),  # a rule that nobody has told is not promised
    ],
)
def test_what_the_slip_says_of_a_missed_number_is_the_halls_own_rule(rule, language, said, never):
    footer = " ".join(line.text for line in made(returns=rule, language=language).footer)

    assert said in footer or language == "en" and said.lower() in footer.lower()
    assert never not in footer and "当天" not in footer


def test_where_it_is_called_stands_on_the_slip_and_a_number_that_nobody_serves_says_so():
    served = made(place=lambda language: {"zh": "3、5号窗口（A区）", "en": "Counter 3 and 5 (area A)"}[language], language="en")
    unserved = made(unserved=True)

    assert ("Where", "Counter 3 and 5 (area A)") in [(f.label, f.value) for f in served.facts]
    assert "没有窗口办理" in unserved.lines[0].text and "没有窗口" not in " ".join(line.text for line in served.lines)


def test_a_template_may_hold_further_languages_and_chinese_stands_in_for_those_it_lacks():
    shipped = slips.load()
    template = replace(shipped, words=shipped.words | {"bo": shipped.words["en"] | {"label": "ཁྱེད་ཀྱི་ཨང་།"}})

    assert made(template=template, language="bo").label == "ཁྱེད་ཀྱི་ཨང་།"
    assert made(template=template, language="ug").label == "您的号码"


def test_the_words_of_a_slip_are_whole_in_every_language_of_the_catalogue():
    parts = set(SlipWords.model_fields)

    for lang in words.LANGUAGES:
        shipped = words.load().section("slip", lang)
        assert set(shipped) == parts and SlipWords.model_validate(shipped), lang


def test_a_service_is_called_on_paper_as_its_hall_calls_it_in_the_visitors_language():
    shipped = slips.load()
    template = replace(shipped, words=shipped.words | {"bo": shipped.words["en"]})
    service = SERVICE | {"names": {"zh": "社保登记", "en": "Social security", "bo": "སྤྱི་ཚོགས"}, "material_lists": {"bo": ["ལག་ཁྱེར"]}}

    slip = made(template=template, service=service, language="bo")

    assert slip.title == "སྤྱི་ཚོགས" and "ལག་ཁྱེར" in " ".join(line.text for line in slip.lines)
    assert made(language="en").title == "Social security"  # of a server that tells `name` and `name_en` only


def test_the_halls_own_slip_stands_over_the_machines_template_and_keeps_the_number():
    own = {"language": "visitor", "words": {"zh": {"label": "请记住", "footer": ["二楼等候"]}}}

    slip = made(template=slips.with_halls(slips.load(), own))

    assert (slip.number, slip.label, slip.heading) == ("A007", "请记住", "椒江区政务服务中心")
    assert [line.text for line in slip.footer] == ["二楼等候"] and slips.with_halls(slips.load(), {}) == slips.load()
