"""How tests press at the pages of staff, as a person does who reads before the next press. No tests here."""


def rest(page):
    """Until the desk takes a press again: the last is answered and shown, and not only just, for that would be the same press."""
    answered(page)
    page.wait_for_timeout(650)


def answered(page):
    """Until the last press is answered and shown: before that, no other key does anything."""
    page.wait_for_function("() => !document.querySelector('.next.busy')")


def save(office):
    """Saved on the managers' page, whomever other tests' bookings make it ask about."""
    saved, asked = office.locator(".note[role=status]", has_text="已保存"), office.get_by_role("button", name="仍要保存")
    office.get_by_role("button", name="保存", exact=True).click()
    saved.or_(asked).wait_for()
    if asked.count():
        asked.click()
    saved.wait_for()


def go(office, page):
    """To one of the managers' pages as by its link, and there: the page before is drawn no more (its rows would be found too).
    Where one is already, it is read anew."""
    if office.url.endswith(f"#{page}"):
        office.reload()
    else:
        office.goto(f"/manage#{page}")
    office.locator(f'.side nav a[href="#{page}"][aria-current=page]').wait_for()
