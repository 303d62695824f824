"""What a scanner reads: ours, another's, expired; from any line, with or without an Enter, through any input method."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from soon import until

import drivers
from config import words
from drivers.reader import codes, scanner
from drivers.reader.codes import Lines, Pattern

NOW = 1_795_000_000.0
PROVINCE = Pattern(kind="identity", form=r"ZLB:(?P<value>\w{16,64}):(?P<at>\d{10,14})", seconds=60)


def read(text, bases=("http://hall.example.cn:8700",)):
    code = codes.read(text, codes.standard(bases, [PROVINCE]), NOW)
    return code.kind, code.value, code.problem


@pytest.mark.parametrize(
    ("text", "kind", "value", "problem"),
    [
        ("http://hall.example.cn:8700/t/7Kq2ZpXw9dLm", "track", "7Kq2ZpXw9dLm", ""),
        ("HTTP://HALL.example.cn:8700/t/7Kq2ZpXw9dLm/", "track", "7Kq2ZpXw9dLm", ""),
        ("ｈｔｔｐ：／／hall.example.cn:8700/t/7Kq2ZpXw9dLm", "track", "7Kq2ZpXw9dLm", ""),
        ("7Kq2ZpXw9dLm", "track", "7Kq2ZpXw9dLm", ""),
        ("HTTP://HALL.EXAMPLE.CN:8700/T/7KQ2ZPXW9DLM", "track", "7kq2zpxw9dlm", ""),
        ("]Q1http://hall.example.cn:8700/t/7Kq2ZpXw9dLm", "track", "7Kq2ZpXw9dLm", ""),
        ("]Q17Kq2ZpXw9dLm", "track", "7Kq2ZpXw9dLm", ""),
        ("http：//hall。example．cn：8700／t、7Kq2ZpXw9dLm", "track", "7Kq2ZpXw9dLm", ""),
        ("ｈｔｔｐ：／／hall｡example。cn：8700/t/7Kq2ZpXw9dLm", "track", "7Kq2ZpXw9dLm", ""),
        ("http://hall.example.cn:8700@evil.cn/t/7Kq2ZpXw9dLm", "foreign", "", "foreign"),
        ("  7Kq2ZpXw9dLm\r\n", "track", "7Kq2ZpXw9dLm", ""),
        ("http://other.example.cn/t/7Kq2ZpXw9dLm", "foreign", "", "foreign"),
        ("https://hall.example.cn:8700/menu", "foreign", "", "foreign"),
        ("http://[", "foreign", "", "foreign"),
        ("134567890123456789", "foreign", "", "payment"),
        ("281234567890123456", "foreign", "", "payment"),
        ("6901234567892", "foreign", "", "foreign"),
        ("", "foreign", "", "unreadable"),
        ("\x00\x1b", "foreign", "", "unreadable"),
        (f"ZLB:abcdefgh12345678:{int(NOW) - 59}", "identity", "abcdefgh12345678", ""),
        (f"ZLB:abcdefgh12345678:{int(NOW) - 61}", "identity", "", "expired"),
        (f"ZLB:abcdefgh12345678:{int(NOW - 61) * 1000}", "identity", "", "expired"),
        ("ZLB:abcdefgh12345678:20200101000000", "identity", "", "expired"),
    ],
)
def test_a_code_is_ours_or_refused_with_a_name(text, kind, value, problem):
    assert read(text) == (kind, value, problem)


def test_a_refused_code_has_a_kind_sentence_in_both_languages_and_does_not_carry_the_text():
    assert set(codes.PROBLEMS) == words.load().codes("scans")
    for problem in codes.PROBLEMS:
        assert all(words.load().text("scans", problem, lang) != problem for lang in words.LANGUAGES)
        assert codes.refused("foreign", problem).value == ""


@pytest.mark.parametrize(
    "base", ["https://hall.example.cn", "https://Hall.example.cn:443", "hall.example.cn", "https://hall.example.cn/queue"]
)
@pytest.mark.parametrize(
    ("text", "ours"),
    [
        ("https://hall.example.cn/t/7Kq2ZpXw9dLm", True),
        ("https://hall.example.cn:443/t/7Kq2ZpXw9dLm", True),
        ("HTTPS://HALL.EXAMPLE.CN:443/T/7KQ2ZPXW9DLM", True),
        ("http://hall.example.cn:80/t/7Kq2ZpXw9dLm", True),
        ("https://hall.example.cn:8443/t/7Kq2ZpXw9dLm", False),
        ("https://hall.example.cn.evil.cn/t/7Kq2ZpXw9dLm", False),
    ],
)
def test_a_port_that_a_scheme_means_by_itself_may_be_written_out(base, text, ours):
    assert (read(text, bases=(base,))[0] == "track") is ours


def test_without_a_list_of_our_addresses_any_link_of_the_form_is_taken():
    assert read("http://192.168.1.5/t/7Kq2ZpXw9dLm", bases=())[2] == ""


@pytest.mark.parametrize("form", ["(", "no group", "(?P<other>x)"])
def test_a_pattern_that_cannot_work_is_refused_when_it_is_set(form):
    with pytest.raises(ValueError, match="The form of 'x'"):
        codes.standard(patterns=[{"kind": "x", "form": form}])


@given(st.text(max_size=300))
def test_no_text_crashes_it(text):
    assert read(text)[2] in ("", *codes.PROBLEMS)


def test_lines_end_at_enter_or_after_a_pause_and_a_persons_keys_are_no_scan():
    lines = Lines(pause=0.1)

    assert lines.feed("ghijklm", 1.0) == [] and lines.tick(1.05) == [] and lines.tick(1.2) == ["ghijklm"]
    assert lines.feed("x", 2.0) == [] and lines.feed("y", 3.0) == [] and lines.tick(9.0) == []
    assert lines.feed("abc", 20.0) == [] and lines.feed("def\r\n", 20.05) == ["abcdef"]


@pytest.mark.parametrize("enters_before", [True, False])
def test_a_gap_inside_a_code_does_not_make_two_of_it(enters_before):
    lines = Lines(pause=scanner.PAUSE)
    if enters_before:
        assert lines.feed("abcdefgh\r", 0.0) == ["abcdefgh"]

    assert lines.feed("http://h/t/", 1.0) == [] and lines.tick(1.05) == [] and lines.tick(1.155) == []
    assert lines.feed("7kq2zpxw\r\n", 1.16) == ["http://h/t/7kq2zpxw"]


def test_a_scanner_that_sends_enter_may_pause_for_longer_and_half_a_code_is_not_kept_for_the_next():
    lines = Lines(pause=scanner.PAUSE)
    lines.feed("abcdefgh\r", 0.0)

    assert lines.feed("http://h/t/7", 1.0) == [] and lines.tick(2.9) == [] and lines.tick(3.1) == ["http://h/t/7"]
    assert lines.feed("ijklmnop\r", 4.0) == ["ijklmnop"]


def test_a_scan_arrives_once_although_the_scanner_repeats_it():
    scanner = drivers.open("scanner", "virtual://scanner?control=0", kind="line", bases=["http://h"])
    heard = []
    scanner.start(heard.append)
    assert scanner.status().state == "unknown"

    for text in ("http://h/t/abcdefgh", "http://h/t/abcdefgh", "http://h/t/ijklmnop"):
        scanner.standin.scan(text)

    assert until(lambda: len(heard) == 2)
    assert [c.value for c in heard] == ["abcdefgh", "ijklmnop"] and scanner.status().state == "ok"
    scanner.close()
    scanner.close()


def test_a_wedge_scanner_is_read_from_its_input_device(tmp_path):
    import os

    from drivers.ports.input import KEYS

    path = tmp_path / "event0"
    os.mkfifo(path)
    keep = os.open(path, os.O_RDWR)
    scanner = drivers.open("scanner", f"input://{path}")
    heard = []
    scanner.start(heard.append)
    press = lambda code, value=1: struct.pack("llHHi", 0, 0, 1, code, value)
    by_key = {pair[0]: code for code, pair in reversed(KEYS.items())}

    data = press(42) + press(by_key["a"]) + press(42, 0) + b"".join(press(by_key[c]) + press(by_key[c], 0) for c in "bcdefgh1\n")
    os.write(keep, data[:37])
    os.write(keep, data[37:])

    assert until(lambda: heard) and heard[0].value == "Abcdefgh1"
    scanner.close()
    os.close(keep)
