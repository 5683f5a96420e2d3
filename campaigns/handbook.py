"""How we do it: the pages of campaigns/handbook_texts, in the words of the group where it has own.

A file's first line is its title. Its number puts it in order; its name is the page's address.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.text import slugify

from campaigns import own_rows
from campaigns.forms import VersionedForm
from campaigns.models import HandbookPage, User

SHIPPED = Path(__file__).parent / "handbook_texts"
FALLBACK = "en"


@dataclass(frozen=True)
class Page:
    """One page as somebody reads it. `own` is the group's row, None where it reads as shipped."""

    slug: str
    language: str
    title: str
    text: str
    own: HandbookPage | None = None


@cache
def shipped(language: str) -> dict[str, Page]:
    """Return the pages that came with the product in a language, by address, in their order."""
    pages = {}
    for file in sorted((SHIPPED / language).glob("*.txt")):
        title, _empty, text = file.read_text(encoding="utf-8").partition("\n\n")
        slug = file.stem.split("-", 1)[1]
        pages[slug] = Page(slug, language, title.strip(), text.strip())
    return pages


def pages(*, reads: Iterable[str]) -> list[Page]:
    """Return every page once, in the first language of `reads` it is there in, or any other."""
    order = {language: n for n, language in enumerate(_order(reads))}
    own = HandbookPage.objects.select_related("changed_by")
    there: dict[str, list[Page]] = {}
    for page in [*map(_of_row, own), *(p for code in order for p in shipped(code).values())]:
        there.setdefault(page.slug, []).append(page)
    best = [min(versions, key=lambda p: order[p.language]) for versions in there.values()]
    place = {slug: n for n, slug in enumerate(shipped(FALLBACK))}
    return sorted(best, key=lambda p: (place.get(p.slug, len(place)), p.title.casefold()))


def page(slug: str, *, reads: Iterable[str]) -> Page | None:
    """Return one page, in the first language of `reads` it is there in, or any other."""
    own = {row.language: row for row in HandbookPage.objects.filter(slug=slug)}
    for language in _order(reads):
        if language in own:
            return _of_row(own[language])
        if slug in shipped(language):
            return shipped(language)[slug]
    return None


def _order(reads: Iterable[str]) -> list[str]:
    known = dict(settings.LANGUAGES)
    return [code for code in dict.fromkeys([*reads, FALLBACK, *known]) if code in known]


def _of_row(row: HandbookPage) -> Page:
    return Page(row.slug, row.language, row.title, row.text, row)


def for_editing(slug: str, language: str) -> HandbookPage:
    """Return the group's row, or one nobody has saved yet with the words that came with it."""
    row = HandbookPage.objects.select_related("changed_by").filter(slug=slug, language=language)
    words = shipped(language).get(slug)
    return row.first() or HandbookPage(
        slug=slug,
        language=language,
        title=words.title if words else "",
        text=words.text if words else "",
    )


def save(form: VersionedForm, *, by: User) -> bool:
    """Write a page. Return False when somebody else saved meanwhile."""
    return own_rows.save(form, same=("slug", "language"), by=by)


def new_slug(title: str) -> str:
    """Return an address for a page of the group's own that no page has yet."""
    begin = slugify(title)[:50].strip("-") or "page"
    taken = {*HandbookPage.objects.values_list("slug", flat=True), *shipped(FALLBACK)}
    names = [begin, *(f"{begin}-{n}" for n in range(2, len(taken) + 3))]
    return next(name for name in names if name not in taken)


def throw_away(slug: str, language: str) -> bool:
    """Delete what the group wrote there, and say whether there was anything.

    A page that came with the product reads as it came again.
    """
    return HandbookPage.objects.filter(slug=slug, language=language).delete()[0] > 0
