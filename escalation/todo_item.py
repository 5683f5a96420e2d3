"""One thing on Today, and how much it presses. The modules that find such things meet here."""

from dataclasses import dataclass

URGENT, SOON, LATER = range(3)


@dataclass(frozen=True)
class Item:
    """`url` is a page that leads on; with `is_done_here` it is posted to, and that clears it."""

    rank: int
    about: str
    text: str
    label: str
    url: str
    is_done_here: bool = False
    also_label: str = ""  # a second way out, where there is one
    also_url: str = ""

    @property
    def is_urgent(self) -> bool:
        return self.rank == URGENT
