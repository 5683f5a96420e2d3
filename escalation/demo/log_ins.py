"""Who can log in to the demo, for everybody who tries it."""

from campaigns.models import User

PASSWORD = "try it out here"  # noqa: S105 - printed for everybody who tries the demo
LOGINS = (
    # name, e-mail, role, on intake duty
    ("Ana", "ana@demo.example", User.Role.ORGANIZER, True),
    ("Ben", "ben@demo.example", User.Role.ORGANIZER, False),
    ("Hương", "huong@demo.example", User.Role.ORGANIZER, False),
    ("Chidi", "chidi@demo.example", User.Role.ORGANIZER, False),
    ("José", "jose@demo.example", User.Role.MEMBER, False),
    ("Siobhán", "siobhan@demo.example", User.Role.MEMBER, False),
)


def log_ins() -> list[str]:
    lines = ["Log in with any of these, and the password: " + PASSWORD]
    return lines + [f"  {email:<22} {name}, {role}" for name, email, role, _duty in LOGINS]
