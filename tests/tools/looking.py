"""Looks at a drawn page as a critic would: text that is cut or lies over other text. It opens no browser and changes no page."""

from __future__ import annotations

# Text is cut when its letters reach out of a box that hides them, or out of a screen that does not scroll. The middle
# of a line's height is what counts: a face's ascent and descent may well reach beyond a line that is set tight.
CUT = r"""
() => {
  const faults = [];
  const shown = (el) => {
    const style = getComputedStyle(el);
    if (el.checkVisibility && !el.checkVisibility()) return false; // in a closed <details>
    return style.visibility !== 'hidden' && style.display !== 'none' && Number(style.opacity) > 0.05;
  };
  // what is scrolled out of its box is not cut: a person can bring it back
  const scroller = (el) => {
    let seen = null; // what all scrolling boxes around it leave to be seen
    for (let box = el; box && box !== document.body; box = box.parentElement) {
      const style = getComputedStyle(box);
      if (!/auto|scroll/.test(style.overflowX + style.overflowY)) continue;
      const { left, top, right, bottom } = box.getBoundingClientRect();
      const old = seen || { left, top, right, bottom };
      seen = { left: Math.max(old.left, left), top: Math.max(old.top, top), right: Math.min(old.right, right),
          bottom: Math.min(old.bottom, bottom) };
    }
    return seen;
  };
  const fixed = getComputedStyle(document.documentElement).overflowY === 'hidden' || getComputedStyle(document.body).overflowY === 'hidden';
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const lines = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.textContent.trim();
    const el = node.parentElement;
    if (!text || !el || !shown(el) || el.closest('.unseen, script, style, svg, option, [data-may-cut]')) continue;
    const box = scroller(el);
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const rect of range.getClientRects()) {
      if (rect.width < 1 || rect.height < 1) continue;
      const inset = rect.height * 0.2;
      if (box && (rect.bottom - inset > box.bottom || rect.top + inset < box.top)) continue;
      if (box && (rect.left >= box.right || rect.right <= box.left)) continue;
      lines.push({ el, text, left: rect.left, right: rect.right, top: rect.top + inset, bottom: rect.bottom - inset });
    }
  }
  const page = document.documentElement;
  const name = (line) => `"${line.text.slice(0, 40)}" in <${line.el.tagName.toLowerCase()} class="${line.el.className}">`;
  for (const line of lines) {
    for (let box = line.el; box && box !== document.documentElement; box = box.parentElement) {
      const style = getComputedStyle(box);
      const scrolls = /auto|scroll/.test(style.overflowX + style.overflowY);
      if (scrolls) break;
      if (box === document.body || (style.overflowX === 'visible' && style.overflowY === 'visible')) continue;
      const b = box.getBoundingClientRect();
      if (line.left < b.left - 1.5 || line.right > b.right + 1.5 || line.top < b.top - 1 || line.bottom > b.bottom + 1) {
        faults.push(`cut: ${name(line)} by <${box.tagName.toLowerCase()} class="${box.className}">`);
        break;
      }
    }
    const outside = line.left < -1 || line.right > innerWidth + 1 || line.top < -1 || line.bottom > innerHeight + 1;
    if (fixed && outside) faults.push(`off the screen: ${name(line)}`);
    else if (!fixed && line.right > page.clientWidth + 1) faults.push(`off the side: ${name(line)}`);
  }
  const modal = document.querySelector('[aria-modal="true"], .gone');
  const seenAt = (line, x, y) => {
    for (let box = document.elementFromPoint(x, y); box && !box.contains(line.el) && !line.el.contains(box); box = box.parentElement)
      if (!/^(transparent|rgba\(.*, 0\))$/.test(getComputedStyle(box).backgroundColor)) return false; // what it paints lies over the text
    return true;
  };
  for (const line of lines) {
    const key = line.el.closest('button');
    const k = key && key.getBoundingClientRect();
    const out = k && (line.top < k.top || line.bottom > k.bottom || line.left < k.left || line.right > k.right);
    if (out) faults.push(`out of its key: ${name(line)}`);
    if (!fixed || (modal && !modal.contains(line.el)) || line.el.closest('[data-over]')) continue;
    const middle = (line.top + line.bottom) / 2;
    if (!seenAt(line, line.left + 2, middle) || !seenAt(line, line.right - 2, middle)) faults.push(`covered: ${name(line)}`);
  }
  for (const button of document.querySelectorAll('button, a, input, textarea, select')) {
    const b = button.getBoundingClientRect();
    const held = scroller(button.parentElement);
    if (!shown(button) || b.width < 2 || b.height < 2 || button.closest('.unseen')) continue;
    if (held && (b.bottom > held.bottom || b.top < held.top)) continue;
    const what = `<${button.tagName.toLowerCase()} class="${button.className}"> "${button.textContent.trim().slice(0, 30)}"`;
    const off = b.left < -1 || b.right > innerWidth + 1 || b.top < -1 || b.bottom > innerHeight + 1;
    if (fixed && off) faults.push(`off the screen: ${what}`);
    for (let box = button.parentElement; box && box !== document.body; box = box.parentElement) {
      const style = getComputedStyle(box);
      if (style.overflowX === 'visible' && style.overflowY === 'visible') continue;
      const outer = box.getBoundingClientRect();
      const out = b.bottom > outer.bottom + 1.5 || b.right > outer.right + 1.5 || b.top < outer.top - 1.5;
      if (out) faults.push(`cut: ${what} by <${box.tagName.toLowerCase()} class="${box.className}">`);
      break;
    }
  }
  const over = document.querySelector('[aria-modal="true"], .gone');
  for (let i = 0; i < lines.length; i++) for (let j = i + 1; j < lines.length; j++) {
    const a = lines[i], b = lines[j];
    if (a.el === b.el || (over && over.contains(a.el) !== over.contains(b.el))) continue;
    if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 3 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 3) {
      if (a.el.closest('[data-over]') || b.el.closest('[data-over]')) continue;
      faults.push(`over one another: ${name(a)} and ${name(b)}`);
    }
  }
  return [...new Set(faults)];
}
"""

# What is short and moves is at its end at once, until nothing moves. What begins later is not waited for: the bar of a countdown moves
# once in every second until its minute is over. An observer's first word comes when the page has been laid out.
SETTLED = """async () => {
  const drawn = () => new Promise((done) => {
    const once = new ResizeObserver(() => { once.disconnect(); done(); });
    once.observe(document.documentElement);
  });
  const short = (one) => one.playState === "running" && one.effect.getComputedTiming().endTime < 2000;
  for (let moved = true, most = 20; moved && most; most--) {
    await drawn();
    const moving = document.getAnimations().filter(short);
    moving.forEach((one) => one.finish());
    moved = moving.length > 0;
  }
}"""

TURN = """asked => {
  const address = new URL(location.href);
  address.hash = "";
  for (const [name, value] of Object.entries(asked)) address.searchParams.set(name, value);
  history.replaceState(null, "", address);
  dispatchEvent(new PopStateEvent("popstate"));
}"""

# What is drawn, without what a second changes: the numbers, and the lines of charts.
SHAPE = r"""() => {
  const own = (one) => [...one.childNodes].filter((inner) => inner.nodeType === 3).map((inner) => inner.data.replace(/\d+/g, ""));
  const all = [...document.querySelectorAll("#page *:not(svg *)")];
  return [document.title].concat(all.map((one) => [one.tagName, one.getAttribute("class"), ...own(one)].join(" ")));
}"""

# What is touched is large enough, and far enough from what else is touched.
SMALL = r"""
([least, apart]) => {
  const faults = [], one = (el) => `<button class="${el.className}"> "${el.textContent.trim().slice(0, 30)}"`;
  const all = [...document.querySelectorAll('button')].filter((el) => el.checkVisibility({ visibilityProperty: true }));
  const boxes = all.map((el) => [el, el.getBoundingClientRect()]).filter(([, b]) => b.width && b.height);
  boxes.forEach(([el, a], i) => {
    if (a.width < least - 0.5 || a.height < least - 0.5) faults.push(`small, ${a.width} x ${a.height}: ${one(el)}`);
    boxes.slice(i + 1).forEach(([other, b]) => {
      const aside = Math.max(b.left - a.right, a.left - b.right), above = Math.max(b.top - a.bottom, a.top - b.bottom);
      if (Math.max(aside, above) < apart - 0.5) faults.push(`too near: ${one(el)} and ${one(other)}`);
    });
  });
  return faults;
}
"""

# Which text has been judged on which colours: what it is, and all that lies under its middle.
ONCE = r"""
() => {
  const seen = new Set(), rule = axe._audit.rules.find((one) => one.id === 'color-contrast'), usual = rule.matches;
  const painted = (el) => {
    const { backgroundColor, backgroundImage, opacity, filter, mixBlendMode } = getComputedStyle(el);
    return [backgroundColor, backgroundImage, opacity, filter, mixBlendMode];
  };
  const key = (el) => {
    const { color, fontSize, fontWeight, textShadow, webkitTextFillColor } = getComputedStyle(el);
    const box = el.getBoundingClientRect(), over = document.elementsFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    const up = [];
    for (let one = el; one; one = one.parentElement)
      up.push(one.tagName, one.getAttribute('class'), one.getAttribute('style'), painted(one));
    return JSON.stringify([color, fontSize, fontWeight, textShadow, webkitTextFillColor, up, over.map(painted)]);
  };
  rule.matches = (node, virtual, context) => {
    if (!usual(node, virtual, context)) return false;
    const mine = key(node);
    return !seen.has(mine) && Boolean(seen.add(mine));
  };
}
"""

AXE = r"""
async (tags) => {
  const heavy = ['serious', 'critical'];
  const light = axe._audit.rules.filter((rule) => !heavy.includes(rule.impact)).map((rule) => [rule.id, { enabled: false }]);
  const options = { runOnly: tags, rules: Object.fromEntries(light), resultTypes: ['violations'] };
  const { violations } = await axe.run(document, options);
  return violations.filter((one) => heavy.includes(one.impact)).flatMap((one) => one.nodes.slice(0, 3).map((node) =>
    `${one.id}: ${one.help} — ${node.html.slice(0, 120)} ${(node.failureSummary || '').split('\n').slice(-1)}`));
}
"""

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def settle(tab, ms: int = 60) -> None:
    """Lets `ms` pass on the page's own clock (installed by who opened it), which takes no time, and ends all that moves."""
    for part in (ms, 60):
        tab.clock.run_for(part)
        tab.evaluate(SETTLED)


def turn(tab, language: str, **more: str) -> None:
    """Turns a Playwright page in a sample state to another language, or another `state`, in its place, without loading it again."""
    tab.evaluate(TURN, {"lang": language, **more})


def shape(tab) -> list[str]:
    """The elements of a Playwright page in their order, each with its classes and its own text but for the numbers."""
    return tab.evaluate(SHAPE)


def cut(tab) -> list[str]:
    """Sentences about text that is cut, off the screen or over other text on a Playwright page; empty where all is well."""
    return tab.evaluate(CUT)


def small(tab, *, least: int, apart: int = 0) -> list[str]:
    """Sentences about keys of a Playwright page that are less than `least` px broad or tall, or less than `apart` px from another one."""
    return tab.evaluate(SMALL, [least, apart])


def faults(tab) -> list[str]:
    """What axe (WCAG 2.2 AA) finds serious or critical on a Playwright page, as sentences.

    Rules that can find nothing of that weight are not run. In one document the contrast of a text is judged once: another text of the
    same place in the page's structure (tags, classes and styles up to the root) that lies on the same colours has the same.
    """
    from axe_playwright_python.base import AXE_SCRIPT

    if not tab.evaluate("Boolean(window.axe)"):
        tab.evaluate(AXE_SCRIPT)
        tab.evaluate(ONCE)
    return tab.evaluate(AXE, RULES)
