"""A browser without JavaScript: it opens pages, fills in their forms as they stand, and sends them.

What a form already carries (tokens, versions, first values) goes along, as it does for a person.
"""

import html
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

from django.http import HttpResponse
from django.test import Client


@dataclass
class Form:
    action: str
    method: str
    values: dict[str, list[str]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    choices: dict[str, list[str]] = field(default_factory=dict)
    buttons: set[tuple[str, str]] = field(default_factory=set)


class _FormReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._inside: Form | None = None
        self._select = self._textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = dict(attrs)
        if tag == "form":
            self._inside = Form(at.get("action") or "", (at.get("method") or "get").lower())
            self.forms.append(self._inside)
        name = at.get("name") or ""
        if self._inside is None:
            return
        if tag == "option" and self._select:
            self._inside.choices.setdefault(self._select, []).append(at.get("value") or "")
            if "selected" in at:
                self._inside.values.setdefault(self._select, []).append(at.get("value") or "")
        if not name:
            return
        if tag in ("input", "select", "textarea", "button"):
            self._inside.names.add(name)
        if tag == "button":
            self._inside.buttons.add((name, at.get("value") or ""))
        elif tag == "select":
            self._select = name
        elif tag == "textarea":
            self._textarea = name
            self._inside.values[name] = [""]
        elif tag == "input":
            self._read_input(name, at)

    def _read_input(self, name: str, at: dict[str, str | None]) -> None:
        value = at.get("value") or ("on" if at.get("type") == "checkbox" else "")
        if at.get("type") in ("checkbox", "radio"):
            self._inside.choices.setdefault(name, []).append(value)
            if "checked" in at:
                self._inside.values.setdefault(name, []).append(value)
        elif at.get("type") not in ("file", "submit"):
            self._inside.values.setdefault(name, []).append(value)

    def handle_data(self, data: str) -> None:
        if self._textarea and self._inside:
            self._inside.values[self._textarea][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            # A browser drops the line break right after the tag.
            text = self._inside.values[self._textarea][0] if self._inside else ""
            if self._inside:
                self._inside.values[self._textarea] = [text.removeprefix("\n")]
            self._textarea = ""


class Browser:
    """One person at one machine. `page` is the last answer, redirects followed."""

    def __init__(self) -> None:
        self.client = Client()
        self.page: HttpResponse | None = None
        self.url = ""

    def open(self, url: str, *, status: int = 200) -> "Browser":
        return self._arrive(self.client.get(url, follow=True), url, status)

    def _arrive(self, answer: HttpResponse, url: str, status: int) -> "Browser":
        chain = getattr(answer, "redirect_chain", [])
        self.page, self.url = answer, urljoin(url, chain[-1][0]) if chain else url
        problem = self.text[:3000] if answer.status_code != status else ""
        assert answer.status_code == status, f"{self.url} answered {answer.status_code}: {problem}"
        return self

    @property
    def text(self) -> str:
        """The words of the page, without its markup."""
        body = re.sub(r"(?s)<(script|style|head).*?</\1>", " ", self.page.content.decode())
        return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))).strip()

    @property
    def forms(self) -> list[Form]:
        reader = _FormReader()
        reader.feed(self.page.content.decode())
        return reader.forms

    def form(self, *, having: str = "", to: str = "") -> Form:
        """Return the one form of the page that has the field `having` and posts to `to`."""
        fitting = [
            form
            for form in self.forms
            if form.method == "post"
            and (not having or having in form.names)
            and (not to or to in (form.action or self.url))
        ]
        assert len(fitting) == 1, [(f.action, sorted(f.names)) for f in self.forms]
        return fitting[0]

    def send(self, *, to: str = "", having: str = "", status: int = 200, **typed: Any) -> "Browser":
        """Type into the form and send it. A field the page does not have is a mistake."""
        form = self.form(having=having or next(iter(typed), ""), to=to)
        unknown = set(typed) - form.names
        assert not unknown, f"{sorted(unknown)} not in {sorted(form.names)} of {self.url}"
        data: dict[str, Any] = dict(form.values)
        for name, value in typed.items():
            if value is None or value is False:
                data.pop(name, None)
            else:
                data[name] = value if isinstance(value, list) else [value]
        url = urljoin(self.url, form.action) if form.action else self.url
        sent = {k: v[0] if len(v) == 1 else v for k, v in data.items()}
        return self._arrive(self.client.post(url, sent, follow=True), url, status)

    def press(self, name: str, value: str, *, status: int = 200, **typed: Any) -> "Browser":
        """Send the form in which the button stands that says so, and not another of its page."""
        (form,) = (form for form in self.forms if (name, value) in form.buttons)
        data = {key: values[0] for key, values in form.values.items()} | typed | {name: value}
        url = urljoin(self.url, form.action) if form.action else self.url
        return self._arrive(self.client.post(url, data, follow=True), url, status)

    def done(self) -> "Browser":
        """Check that the last form was taken: no error summary stands on the page."""
        assert 'class="errors"' not in self.page.content.decode(), self.text
        return self
