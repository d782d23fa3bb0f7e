"""A notebook as slides, in a browser: jupyterlab-deck shows what the cells' marks say."""

FORWARD = ".jp-deck-mod-direction-forward:not(.jp-mod-disabled)"
SHOWN = ".jp-deck-mod-visible"
FIRST = '.jp-Cell[data-windowed-list-index="0"]'
# What is shown and where: it changes with every step.
LOOK = f"""() => [...document.querySelectorAll("{SHOWN}")].map(cell =>
  cell.dataset.windowedListIndex + cell.textContent.slice(0, 99) + cell.className).join()"""
MOST_STEPS = 150


def start(page) -> None:
    """Select the first cell, and start the deck from the command palette."""
    page.locator(".jp-WindowedPanel-outer").first.evaluate("panel => { panel.scrollTop = 0; }")
    page.locator(f"{FIRST} .jp-InputPrompt").click()
    page.wait_for_selector(f"{FIRST}.jp-mod-active")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+Shift+c")
    page.wait_for_selector(".lm-CommandPalette-input")
    page.keyboard.type("Start Deck")
    page.wait_for_selector('.lm-CommandPalette-item.lm-mod-active:has-text("Start Deck")')
    page.keyboard.press("Enter")
    page.wait_for_selector(".jp-deck-mod-stop")
    page.wait_for_selector(SHOWN)


def walk(page) -> tuple[list[str], int]:
    """Go forward to the end; return the headings seen in their order, and the live explorers."""
    headings, explorers = [], 0
    for _ in range(MOST_STEPS):
        for heading in page.locator(f"{SHOWN} :is(h1, h2)").all_inner_texts():
            if heading.rstrip("¶") not in headings:
                headings.append(heading.rstrip("¶"))
        explorers += moves_the_figure(page)
        button = page.locator(FORWARD)
        if button.count() == 0:
            return headings, explorers
        before = page.evaluate(LOOK)
        button.first.click()
        wait_for_another(page, before)
    raise AssertionError(f"the deck has no end within {MOST_STEPS} steps")


def wait_for_another(page, before: str) -> None:
    """Wait until a step has come, and is complete."""
    last = before
    for _ in range(40):
        page.wait_for_timeout(50)
        now = page.evaluate(LOOK)
        if now != before and now == last:
            return
        last = now
    raise AssertionError("a step forward showed nothing else")


def moves_the_figure(page) -> bool:
    """Move the slider of an explorer that is shown; return whether its figure follows."""
    explorer = page.locator(f"{SHOWN} .jp-OutputArea-output:has(img.widget-image)")
    if explorer.count() == 0:
        return False
    image = explorer.locator("img.widget-image").first
    before = image.get_attribute("src")
    explorer.locator(".noUi-handle").first.focus()
    page.keyboard.press("ArrowRight")
    for _ in range(100):
        page.wait_for_timeout(100)
        if image.get_attribute("src") != before:
            return True
    raise AssertionError("the slider was moved on a slide, and its figure stayed")
