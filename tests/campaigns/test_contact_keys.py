import pytest

from campaigns.contact_keys import email_key, phone_key


@pytest.mark.parametrize(
    "written",
    [
        "(206) 555-0134",
        "206.555.0134",
        "+1 206 555 0134",
        "206 555 0134",
        "1-206-555-0134 ext 5",
        "206 555 0134, after six",
        "call 2065550134 or 206 555 0199",
        "٢٠٦٥٥٥٠١٣٤",
    ],
)
def test_spellings_of_one_number_give_one_key(written: str) -> None:
    assert phone_key(written, country="US") == "+12065550134"


def test_a_number_without_prefix_is_read_as_one_of_the_country() -> None:
    assert phone_key("0161 496 0000", country="GB") == "+441614960000"


@pytest.mark.parametrize("written", ["", "call me", "12", "ask Ștefan", "\0"])
def test_text_without_a_number_gives_no_key(written: str) -> None:
    assert phone_key(written, country="US") == ""


def test_a_key_fits_its_column_however_long_the_text_is() -> None:
    assert len(phone_key("9" * 5000 + " +1 206 555 0134 " * 500, country="US")) <= 20


def test_case_and_outer_spaces_of_an_address_do_not_matter() -> None:
    assert email_key(" Rosa.Diaz@Mail.Example ") == email_key("rosa.diaz@mail.example")
