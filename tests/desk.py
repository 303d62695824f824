"""How tests press at a clerk's page, as a person does who reads before the next press. No tests here."""


def rest(page):
    """Until the desk takes a press again: the last is answered and shown, and not only just, for that would be the same press."""
    answered(page)
    page.wait_for_timeout(650)


def answered(page):
    """Until the last press is answered and shown: before that, no other key does anything."""
    page.wait_for_function("() => !document.querySelector('.next.busy')")
