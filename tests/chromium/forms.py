"""Filling in what a page asks, the way a person does."""

from playwright.sync_api import Page


def answer(page: Page, **answers: str) -> None:
    """Fill in named fields of one form, press its first button, and wait for the next page."""
    for name, value in answers.items():
        box = page.locator(f"main [name={name}]")
        kind = box.first.evaluate("box => box.type")
        if kind in ("checkbox", "radio"):
            (box if value == "on" else page.locator(f"main [name={name}][value='{value}']")).check()
        elif kind.startswith("select"):
            box.select_option(value)
        else:
            box.fill(value)
    form = page.locator("main form", has=page.locator(f"[name={next(iter(answers))}]"))
    with page.expect_navigation():
        form.locator("button:not(.plain)").first.click()
