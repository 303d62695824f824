"""The past that `hall bench` measures with: it is one that the hall itself could have written."""

from server.commands._past import fill
from server.record import audit, store


def test_a_filled_past_is_whole_and_what_its_journal_says(ledger):
    ledger.close()

    fill(ledger.folder, 600, of_today=40)

    assert audit.verify(ledger.folder).ok and audit.replay(ledger.folder) == []
    reader = store.open_reader(ledger.folder)
    count = lambda sql: reader.execute(sql).fetchone()[0]
    assert count("SELECT count(*) FROM tickets") == 600
    assert count("SELECT count(*) FROM tickets WHERE day = (SELECT max(day) FROM tickets)") == 40
    assert count("SELECT count(DISTINCT service) FROM tickets") == count("SELECT count(*) FROM services")
    assert 200 < count("SELECT count(*) FROM evaluations") < 300
    reader.close()
