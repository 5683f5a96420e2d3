"""Links in e-mails that open something of one person without an account.

Of the private link shown after the sign-up only a hash is kept, so no mail can repeat it. A mailed
link is signed instead: it opens the same page, and nothing is stored for it. A dot tells the two
apart, since the other kind has none.
"""

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

_ANSWER = Signer(salt="escalation.my_sign_up", sep=".")
_MAIL = Signer(salt="escalation.mail_choice", sep=".")


def token(sign_up_number: int) -> str:
    """Return the token of the page on which somebody changes their answer."""
    return _ANSWER.sign(str(sign_up_number))


def number_in(token: str) -> int | None:
    """Return the number of the sign-up that a mailed token opens, or None if it is another kind.

    A forged one gives 0, which no row has.
    """
    if "." not in token:
        return None
    return _opened(_ANSWER, token)


def mail_token(kind: str, number: int) -> str:
    """Return the token of the page where mails are turned off, for a "sign_up" or an "account"."""
    return _MAIL.sign(f"{kind}-{number}")


def mail_owner(token: str) -> tuple[str, int]:
    """Return whose mails a token is about: "sign_up" or "account", and the number of the row."""
    try:
        kind, _dash, number = _MAIL.unsign(token).partition("-")
    except BadSignature:
        return "", 0
    return kind, int(number)


def url(name: str, *args: object) -> str:
    return settings.SITE_URL + reverse(name, args=args)


def _opened(signer: Signer, token: str) -> int:
    try:
        return int(signer.unsign(token))
    except BadSignature:
        return 0
