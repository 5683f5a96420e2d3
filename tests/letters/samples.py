"""Letters for the tests of the letter engine: plain data, no database."""

import datetime as dt
import zoneinfo
from decimal import Decimal
from typing import Any

from letters.document import LetterDocument, Network, Row
from letters.specimen_people import FIRM, PEOPLE

SEATTLE = zoneinfo.ZoneInfo("America/Los_Angeles")
DEVANAGARI = "अनिता शर्मा"
# pypdf reads no ActualText, which carries what DEVANAGARI was; test_pdf.py looks for it itself.
NAMES = tuple(name for name in (*PEOPLE, FIRM, "José García") if name != DEVANAGARI)
# In which order it reads the words of these is its own affair.
RIGHT_TO_LEFT = ("محمد الأحمد", "שרה כהן")


def wages_letter(**changes: Any) -> LetterDocument:
    words: dict[str, Any] = {
        "language": "en",
        "paper": "letter",
        "network": Network(
            name="Rain City Solidarity Network",
            address=["PO Box 28417", "Seattle, WA 98118"],
            phone="206 555 0142",
            email="letters@raincity.example",
        ),
        "issued_on": dt.date(2026, 11, 13),
        "recipient_name": "Harold Finch, Manager",
        "recipient_address": ["Blue Heron Kitchen", "4410 Rainier Avenue", "Seattle, WA 98118"],
        "subject": "Unpaid wages of José García and Ana Morales",
        "facts": ["José García and Ana Morales cooked for you until 25 September 2026."],
        "rows": [
            Row(
                person="José García",
                label="14 to 25 September",
                working="80 hours × $18.00 − $200.00 paid",
                amount=Decimal("1240.00"),
            ),
            Row(
                person="Ana Morales",
                label="14 to 25 September",
                working="about 72 hours × $18.00",
                amount=Decimal("1296.00"),
            ),
        ],
        "total": Decimal("2536.00"),
        "demands": ["Pay $2,536.00.", "Give each of them a pay statement."],
        "how_to_pay": ["One money order for each worker, in their own name."],
        "deadline": dt.datetime(2026, 11, 27, 17, 0, tzinfo=SEATTLE),
        "signers": ["José García", "Ana Morales"],
        "reference": "W-0042",
    }
    return LetterDocument(**(words | changes))


def deposit_letter(**changes: Any) -> LetterDocument:
    """Return the deposit case of the handbook: $1,800 paid, $515 back, one of four items right."""
    deductions = [("Cleaning", 240, 0), ("Carpet", 600, 0), ("Paint", 360, 0), ("Lock", 85, 85)]
    words: dict[str, Any] = {
        "kind": "deposit",
        "subject": "Deposit of Nguyễn Thị Hương, 114 Maple Street, unit 6",
        "facts": ["Nguyễn Thị Hương moved out on 30 September 2026."],
        "rows": [
            Row(label="Deposit paid", amount=Decimal("1800.00")),
            *(
                Row(
                    label=label,
                    amount=Decimal(-accepted),
                    claimed=Decimal(claimed),
                    accepted=Decimal(accepted),
                    note="Ordinary wear." if not accepted else "",
                )
                for label, claimed, accepted in deductions
            ),
            Row(label="Returned by check", amount=Decimal("-515.00")),
        ],
        "total": Decimal("1200.00"),
        "demands": ["Return $1,200.00."],
        "how_to_pay": ["By check to Nguyễn Thị Hương."],
        "signers": ["Nguyễn Thị Hương"],
    }
    return wages_letter(**(words | changes))
