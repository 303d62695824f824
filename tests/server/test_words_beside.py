"""Words kept beside the journal: a word that is quietly changed shows in `hall verify`; one that was forgotten by rule is no fault."""

import json
import sqlite3

import pytest

import hallfloor
from server import actions
from server.domain.private import Comment
from server.record import audit, store

SAID, NOTED = "窗口态度不好", "已当面道歉"


def evaluated(ledger, take, desk, comment=SAID):
    """The id of a bad evaluation with words."""
    take()
    called = desk("1").call_next()
    desk("1").start_service(called)
    _, opened = desk("1").finish(called)
    return ledger.do("pad:1", actions.evaluate, evaluation=opened.id, grade=1, comment=comment).id


@pytest.fixture
def settled(ledger, take, desk):
    """The id of a bad evaluation with words, followed up with a note."""
    id = evaluated(ledger, take, desk)
    ledger.do("staff:m", actions.close_case, id=id, owner="m", outcome="corrected", called_back=True, note=NOTED)
    return id


def insider(ledger, statement, *values):
    """Changes the database past the server, as whoever sits at the machine could."""
    with sqlite3.connect(ledger.folder / store.DATABASE) as db:
        assert db.execute(statement, values).rowcount == 1
    db.close()


def seq_of(ledger, kind):
    return ledger.connection.execute("SELECT max(seq) FROM events WHERE kind = ?", (kind,)).fetchone()[0]


def test_the_events_have_fingerprints_that_tell_nothing_of_the_words(ledger, settled):
    told = [json.loads(body).get("fingerprints", {}) for (body,) in ledger.connection.execute("SELECT body FROM events ORDER BY seq")]
    kept = store.fetch(ledger.connection, Comment, settled)

    assert [sorted(one["comments"][settled]) for one in told if one] == [["text"], ["note", "text"]]
    assert len(kept.salt) == 32 and not any(word in str(told) for word in (SAID, NOTED, kept.salt))


def test_the_same_words_twice_have_two_fingerprints(ledger, take, desk):
    first, second = evaluated(ledger, take, desk), evaluated(ledger, take, desk)

    bodies = [json.loads(b)["fingerprints"]["comments"] for (b,) in ledger.connection.execute(
        "SELECT body FROM events WHERE kind = 'evaluation.given' ORDER BY seq")]  # fmt: skip

    assert bodies[0][first]["text"] != bodies[1][second]["text"]


def test_words_as_they_were_written_are_counted(ledger, settled):
    verdict = audit.verify(ledger.folder)

    assert verdict.ok and (verdict.words, verdict.forgotten) == (2, 0)


@pytest.mark.parametrize(
    "change, kind, reason",
    [
        ("UPDATE comments SET text = '很满意' WHERE evaluation = ?", "case.closed", "not what was written"),
        ("UPDATE comments SET note = '无须处理' WHERE evaluation = ?", "case.closed", "not what was written"),
        ("UPDATE comments SET text = '' WHERE evaluation = ?", "case.closed", "missing"),
        ("UPDATE comments SET salt = '' WHERE evaluation = ?", "case.closed", "not what was written"),
        ("UPDATE comments SET contact = '假的' WHERE evaluation = ?", None, "covered by no event"),
        ("DELETE FROM comments WHERE evaluation = ?", "case.closed", "missing"),
    ],
)
def test_a_word_changed_added_or_taken_past_the_server_shows_with_the_event_that_says_otherwise(ledger, settled, change, kind, reason):
    insider(ledger, change, settled)

    verdict = audit.verify(ledger.folder)

    assert verdict.bad == (seq_of(ledger, kind) if kind else 0) and reason in verdict.reason


def test_words_forgotten_by_rule_are_forgotten_and_not_missing(ledger, settled, clock):
    clock.forward(seconds=2)
    gone = ledger.do("hall", actions.forget_comments, before=clock())

    verdict = audit.verify(ledger.folder)

    assert gone == 1 and verdict.ok and (verdict.words, verdict.forgotten) == (0, 2)
    (body,) = ledger.connection.execute("SELECT body FROM events WHERE kind = 'words.forgotten'").fetchone()
    assert json.loads(body) == {"forgotten": {"comments": [settled]}}
    assert audit.replay(ledger.folder) == []


def test_forgetting_nothing_leaves_no_event(ledger, settled):
    before = ledger.floor.seq

    assert ledger.do("hall", actions.forget_comments, before=1) == 0
    assert ledger.floor.seq == before


def test_words_of_versions_that_had_no_fingerprints_keep_verifying(ledger, take, desk):
    id = evaluated(ledger, take, desk, comment="")
    insider(ledger, "INSERT INTO comments(evaluation, text, contact, note) VALUES (?, '旧话', '', '')", id)
    assert audit.verify(ledger.folder).ok

    ledger.do("staff:m", actions.close_case, id=id, owner="m", outcome="corrected", called_back=True, note=NOTED)

    verdict = audit.verify(ledger.folder)
    assert verdict.ok and verdict.words == 2, "with the note the older words are covered as well"


def test_words_are_never_kept_without_an_event(ledger):
    with pytest.raises(ValueError, match="event"):
        ledger.do("test", lambda tx: tx.keep(Comment(evaluation="x.1", text=SAID)))


def test_the_command_says_how_many_words_are_as_written(ledger, settled, capsys):
    with pytest.raises(SystemExit) as ended:
        hallfloor.main(["verify", "--data", str(ledger.folder)])

    assert not ended.value.code
    said = capsys.readouterr()
    assert said.err.splitlines() == ["words beside the journal: 2 as written, 0 forgotten"] and said.out.startswith("ok ")
    assert len(said.out.splitlines()) == 1, "what programs outside read is one line"
