"""The voice: how numbers are read, sentences from recordings or from the engine, and a loudspeaker that plays them."""

import os
import sys
import wave
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

import drivers
from drivers.contract import Announcement, DeviceAbsent, DeviceRefused, DeviceSilent
from drivers.speaker import can_speak, clips, espeak, render
from drivers.speaker.spoken import cardinal, number_words, spoken


@pytest.mark.parametrize(
    ("number", "lang", "one", "words"),
    [
        ("A001", "zh", "yi", "A 零 零 一"),
        ("A001", "zh", "yao", "A 零 零 幺"),
        ("vip1024", "zh", "yi", "V I P 一 零 二 四"),
        ("A-017", "en", "yi", "A zero one seven"),
        ("10", "zh", "yi", "一 零"),
        ("", "zh", "yi", ""),
    ],
)
def test_a_number_is_read_letter_by_letter_and_digit_by_digit(number, lang, one, words):
    assert number_words(number, lang, one=one) == words.split()


@pytest.mark.parametrize(
    ("text", "lang", "read"),
    [
        ("请A001号到3号窗口办理", "zh", "请 A 零零幺 号，到三号窗口办理"),
        ("请A017号到12号窗口办理", "zh", "请 A 零幺七 号，到十二号窗口办理"),
        ("请VIP1024号到A12号窗口", "zh", "请 V I P 幺零二四 号，到 A 幺二 号窗口"),
        ("前面等候2人，约20分钟", "zh", "前面等候两人，约二十分钟"),
        ("请028号到2号窗口", "zh", "请 零二八 号，到二号窗口"),
        ("请等候105人", "zh", "请等候一百零五人"),
        ("Number A001, please go to window 3.", "en", "Number A zero zero one, please go to window 3."),
        ("Number A001, please go to window 03.", "en", "Number A zero zero one, please go to window zero three."),
        ("", "zh", ""),
    ],
)
def test_a_sentence_is_worded_for_the_voice(text, lang, read):
    assert spoken(text, lang) == read


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, "零"), (7, "七"), (10, "十"), (12, "十二"), (20, "二十"), (21, "二十一"), (100, "一百"), (105, "一百零五"), (110, "一百一十")]
    + [(1005, "一千零五"), (1050, "一千零五十"), (9999, "九千九百九十九"), (3000, "三千")],
)
def test_numbers_in_chinese(number, words):
    assert cardinal(number) == words


@given(st.text(max_size=100), st.sampled_from(["zh", "en"]))
def test_any_sentence_can_be_worded(text, lang):
    assert isinstance(spoken(text, lang), str)


def tone(path, seconds=0.1, rate=8000, channels=1):
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(array("h", [1000] * int(seconds * rate) * channels).tobytes())


def recorded(folder, *names, **form):
    folder.mkdir(exist_ok=True)
    for name in names:
        tone(folder / f"{name}.wav", **form)
    return folder


def test_the_longest_recordings_are_joined_with_pauses(tmp_path):
    zh = recorded(tmp_path / "zh", *"请零幺一二三四五六七八九号到", "A", "窗口", "号窗口办理")

    assert clips.parts("请 A 零零幺 号，到三号窗口办理", clips.names(zh)) == [
        "请",
        "a",
        "零",
        "零",
        "幺",
        "号",
        0.25,
        "到",
        "三",
        "号窗口办理",
    ]
    seconds = render("请A001号到3号窗口办理", "zh", tmp_path / "out.wav", engine="clips", clips=tmp_path, volume=50)

    channels, rate, sound = clips.read(tmp_path / "out.wav")
    assert (channels, rate) == (1, 8000) and abs(seconds - (9 * 0.1 + 0.25)) < 0.01
    assert max(sound) == 500 and not list(tmp_path.glob("*.part"))


def test_one_word_that_was_not_recorded_gives_no_half_sentence(tmp_path):
    recorded(tmp_path / "zh", "请", "号")

    with pytest.raises(DeviceAbsent, match="not_recorded"):
        render("请A001号", "zh", tmp_path / "out.wav", engine="clips", clips=tmp_path)
    assert not (tmp_path / "out.wav").exists()


def test_a_latin_word_is_taken_whole(tmp_path):
    assert clips.parts("go to window", {"go", "to", "window", "win"}) == ["go", "to", "window"]
    assert clips.parts("gone", {"g", "one"}) is None


def test_recordings_of_two_forms_are_not_mixed(tmp_path, caplog):
    zh = recorded(tmp_path / "zh", "请")
    tone(zh / "号.wav", rate=16000)

    assert clips.join("请号", zh, tmp_path / "out.wav") is None and "号.wav" in caplog.text


needs_espeak = pytest.mark.skipif(not espeak.installed(), reason="espeakng-loader is an optional package")


@needs_espeak
@pytest.mark.parametrize(("text", "lang"), [("请A001号到3号窗口办理", "zh"), ("Number A001, please go to window 3.", "en")])
def test_the_engine_speaks_a_call(tmp_path, text, lang):
    seconds = render(text, lang, tmp_path / "call.wav")

    channels, rate, sound = clips.read(tmp_path / "call.wav")
    assert 1.5 < seconds < 8 and abs(len(sound) / rate - seconds) < 0.01 and channels == 1
    assert max(sound) > 1000


@needs_espeak
def test_a_folder_that_is_not_there_is_a_refusal_with_its_reason(tmp_path):
    with pytest.raises(DeviceRefused, match="cannot be written"):
        render("请", "zh", tmp_path / "none" / "x.wav", engine="espeak")


@needs_espeak
def test_an_engine_that_dies_is_started_again(tmp_path):
    engine = espeak.Espeak()
    engine.render("一", "zh", tmp_path / "a.wav")
    engine._process.kill()
    engine._process.wait()

    assert engine.render("二\n三", "zh", tmp_path / "b.wav") > 0.1
    engine.close()


@needs_espeak
def test_an_engine_that_hangs_is_given_up(tmp_path):
    program = tmp_path / "hang.py"
    program.write_text("import time\nwhile True: time.sleep(9)\n")
    engine = espeak.Espeak(program, patience=0.1)

    with pytest.raises(DeviceSilent):
        engine.render("一", "zh", tmp_path / "a.wav")


def test_a_language_without_a_voice_is_said_and_its_recordings_are_played(tmp_path):
    with pytest.raises(DeviceAbsent, match="no_voice .why=language, language=bo"):
        render("x", "bo", tmp_path / "x.wav", engine="espeak")
    recorded(tmp_path / "bo", "x")

    assert render("x", "bo", tmp_path / "x.wav", clips=tmp_path) == pytest.approx(0.1)


def test_no_voice_is_said(tmp_path):
    with pytest.raises(DeviceAbsent, match="switched_off"):
        render("请", "zh", tmp_path / "x.wav", engine="none")
    with pytest.raises(ValueError, match="engine is one of"):
        render("请", "zh", tmp_path / "x.wav", engine="siri")
    assert not can_speak(engine="clips", clips=tmp_path)


def player(tmp_path, code=0):
    """A program that keeps what it was given to play, and ends with `code`."""
    script = tmp_path / "player.py"
    script.write_text(
        f"import shutil, sys, uuid\nshutil.copy(sys.argv[1], {str(tmp_path)!r} + '/played-' + uuid.uuid4().hex)\nsys.exit({code})\n"
    )
    return f"{sys.executable} {script}"


def test_a_sound_file_is_played_as_often_and_as_loud_as_asked(tmp_path):
    tone(tmp_path / "call.wav")
    speaker = drivers.open("speaker", "audio://default", player=player(tmp_path))
    assert speaker.status().state == "unknown"

    speaker.say(Announcement(texts={"zh": "请"}, audio=str(tmp_path / "call.wav"), times=2, volume=10))

    played = list(tmp_path.glob("played-*"))
    assert len(played) == 2 and max(clips.read(played[0])[2]) == 100 and speaker.status().state == "ok"
    speaker.close()


def test_a_notice_without_a_file_is_spoken_from_the_halls_recordings(tmp_path):
    recorded(tmp_path / "zh", "请", "号")
    speaker = drivers.open("speaker", "audio://default", player=player(tmp_path), engine="clips", clips=str(tmp_path))

    speaker.say(Announcement(texts={"zh": "请号"}))

    assert len(list(tmp_path.glob("played-*"))) == 1
    speaker.close()


@pytest.mark.parametrize(
    ("command", "error", "code"), [("does-not-exist-xyz", DeviceAbsent, "no_player"), ("false", DeviceRefused, "player")]
)
def test_a_player_that_fails_is_trouble_with_a_sentence(tmp_path, command, error, code):
    tone(tmp_path / "call.wav")
    speaker = drivers.open("speaker", "audio://default", player=command)

    with pytest.raises(error):
        speaker.say(Announcement(texts={"zh": "请"}, audio=str(tmp_path / "call.wav")))

    assert (speaker.status().state, speaker.status().code) == ("trouble", code)
    speaker.close()


def test_a_sound_that_never_ends_is_given_up_and_holds_up_no_later_call(tmp_path):
    tone(tmp_path / "call.wav")
    (tmp_path / "hang.sh").write_text(f"printf x >>'{tmp_path / 'begun'}'\nexec sleep 999\n")  # begins at once, as Python would not
    speaker = drivers.open("speaker", "audio://default", player=f"sh {tmp_path / 'hang.sh'}", beyond=3.0)
    now = [0.0]
    speaker._clock = lambda: now[0]
    notice = Announcement(texts={"zh": "请"}, audio=str(tmp_path / "call.wav"), times=2)

    with pytest.raises(DeviceSilent):
        speaker.say(notice)
    status = speaker.status()
    assert (status.state, status.code, status.facts["why"]) == ("trouble", "stuck", "player")

    begun = (tmp_path / "begun").read_text()
    for _ in range(20):  # the next ones are shown only, at once
        with pytest.raises(DeviceSilent):
            speaker.say(notice)
    assert (tmp_path / "begun").read_text() == begun == "x"

    now[0] = 61.0  # then it is tried again
    with pytest.raises(DeviceSilent):
        speaker.say(notice)
    assert (tmp_path / "begun").read_text() == "xx"
    speaker.close()


def test_what_is_no_sound_file_is_refused(tmp_path):
    (tmp_path / "call.wav").write_bytes(b"not a sound")
    speaker = drivers.open("speaker", "audio://default", player="true")

    for path in (tmp_path / "call.wav", tmp_path / "none.wav"):
        with pytest.raises(DeviceRefused, match="sound_file"):
            speaker.say(Announcement(texts={"zh": "请"}, audio=os.fspath(path)))
    speaker.close()


def test_the_stand_in_remembers_what_was_said():
    speaker = drivers.open("speaker", "virtual://speaker")

    speaker.say(Announcement(texts={"zh": "请A001号到3号窗口办理"}))

    assert speaker.wait(1) and speaker.said[0].texts["zh"].startswith("请A001") and speaker.status().state == "ok"
    speaker.close()
