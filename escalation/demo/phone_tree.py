"""The phone tree of the story: who agreed to be called, two callers, and an evening of calls."""

import datetime as dt

from escalation import call_notes, calling, phone_tree
from escalation.demo.steps import Steps
from escalation.models import Action, Call

# Name, language they read, part of town, what they need to come.
ON_TREE = (
    ("Abdi", "en", "Rainier Valley", ""),
    ("Beatriz", "es", "South Park", "Childcare"),
    ("Carmen", "es", "White Center", ""),
    ("Dariusz", "en", "Ballard", ""),
    ("Efua", "en", "Beacon Hill", "A ride home"),
    ("Fernando", "es", "South Park", ""),
    ("Goran", "en", "Lake City", ""),
    ("Hana", "en", "", ""),
    ("Inés", "es", "Burien", "Spanish only"),
    ("Jamal", "en", "Central District", ""),
    ("Kateryna", "en", "Northgate", ""),
    ("Linh", "en", "Little Saigon", ""),
    ("Mateo", "es", "", ""),
    ("Nadia", "en", "Georgetown", ""),
    ("Óscar", "es", "Georgetown", ""),
    ("Paulette", "en", "Columbia City", "No stairs"),
    ("Quyên", "en", "Beacon Hill", ""),
    ("Ruth", "en", "Wallingford", ""),
    ("Samir", "en", "", ""),
    ("Tomás", "es", "White Center", ""),
    ("Uma", "en", "University District", ""),
    ("Vera", "en", "Fremont", ""),
)
SAID = ("yes", "no_answer", "maybe", "no", "yes", "wrong_number", "no_answer", "yes")


class PhoneTree(Steps):
    def called_for(self, action: Action) -> None:
        """José and Siobhán share the list, and each has begun."""
        for number, (name, language, area, logistics) in enumerate(ON_TREE):
            phone_tree.put_on(
                by=self.ana,
                country=self.group.country,
                now=self.now,
                name=name,
                phone=f"206 555 08{number:02}",
                language_read=language,
                may_text=True,
                may_leave_voicemail=number % 3 == 0,
                good_times="After six" if number % 4 == 0 else "",
                area=area,
                logistics=logistics,
            )
        self._speaks_spanish("José")
        callers = [self.people["José"], self.people["Siobhán"]]
        calling.split(action, by=self.ana, callers=callers, now=self.now)
        for position, caller in enumerate(callers):
            mine = Call.objects.of(caller).with_people().select_related("action")
            for call, outcome in zip(list(mine), SAID[position * 3 :], strict=False):
                call_notes.note(
                    call,
                    by=caller,
                    outcome=outcome,
                    seen_tries=0,
                    country=self.group.country,
                    now=self.now - dt.timedelta(hours=2),
                )

    def _speaks_spanish(self, name: str) -> None:
        jose = self.people[name]
        phone_tree.join(
            jose,
            country=self.group.country,
            now=self.now,
            phone="206 555 0899",
            language_read="es",
            may_text=True,
        )
