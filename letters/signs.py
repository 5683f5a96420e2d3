"""Picket signs: what the team shouts, each on a page of its own, in the largest letters there are.

Nothing of it is kept. The words are checked like those of a poster before they are drawn.
"""

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from campaigns.models import Case, Group
from letters import fitting, posters, sheets

MOST_SIGNS = 12
LONGEST = 60
EDGE = 10.0  # millimetres left free on each side
LEADING = 1.02


class SignsForm(forms.Form):
    """What stands on the signs, and how they are printed."""

    slogans = forms.CharField(
        label=_l("What the signs say"),
        max_length=MOST_SIGNS * (LONGEST + 2),
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_l(
            "One sign a line, up to 12. A few words are read from far away. Only what can be "
            "shown, and no names but those people chose."
        ),
    )
    language = forms.ChoiceField(label=_l("Language of the words"), choices=settings.LANGUAGES)
    paper = forms.ChoiceField(label=_l("Paper"))

    def __init__(self, *args: object, case: Case, group: Group, **kwargs: object) -> None:
        self.case = case
        initial = {"language": group.language, "paper": group.paper}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["paper"].choices = sheets.paper_choices(group)

    def clean_slogans(self) -> list[str]:
        typed = self.cleaned_data["slogans"]
        slogans = [" ".join(line.split()) for line in typed.splitlines() if line.strip()]
        problems = posters.not_wanted_in(self.case, typed)
        if len(slogans) > MOST_SIGNS:
            problems.append(_("These are more than %(most)d signs.") % {"most": MOST_SIGNS})
        problems += [
            _("“%(start)s…” is too long for a sign. Use at most %(most)d letters.")
            % {"start": slogan[:20], "most": LONGEST}
            for slogan in slogans
            if len(slogan) > LONGEST
        ]
        if problems:
            raise forms.ValidationError(problems)
        return slogans


def draw(slogans: list[str], *, language: str, paper: str) -> bytes:
    """Draw the signs, each upright or lying, whichever makes its letters larger."""
    return sheets.draw(
        "letters/sheets/signs.html",
        language=language,
        paper=paper,
        signs=[(slogan, *_fitted(slogan, paper)) for slogan in slogans],
    )


def _fitted(slogan: str, paper: str) -> tuple[int, int, bool]:
    """Return the size, the space above, and whether the sign lies on its side."""
    sheet = sheets.FORMATS[paper]
    wide, high = sheet.width - 2 * EDGE, sheet.height - 2 * EDGE
    leading = fitting.leading(slogan, LEADING)
    over, under = fitting.beyond(slogan, LEADING) if leading == LEADING else (0.0, 0.0)
    space = {"leading": leading, "more": over + under}
    upright = fitting.largest(slogan, room=wide, height=high, **space)
    lying = fitting.largest(slogan, room=high, height=wide, **space)
    is_lying = lying > upright
    size, room, height = (lying, high, wide) if is_lying else (upright, wide, high)
    count = fitting.lines(slogan, size, room, fitting.DISPLAY)
    used = (count * leading + over + under) * size * fitting.MM
    above = EDGE + max(0, height - used) / 2 + over * size * fitting.MM
    if leading > LEADING:  # its letters reach higher than the line they stand on
        above = max(above, EDGE + 0.15 * size * fitting.MM)
    return size, max(top for top in sheets.TOPS if top <= above), is_lying
