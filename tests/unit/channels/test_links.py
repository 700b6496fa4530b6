"""Links that open something: only ours, only for what they were made for, and nothing to be read from them."""

from cpm.channels import links

SECRET = b"a secret of the tests alone"


def test_a_link_gives_back_its_numbers_and_is_always_the_same():
    link = links.make(SECRET, "status", 42, 0, 2**64 - 1)
    assert links.read(SECRET, "status", link) == (42, 0, 2**64 - 1)
    assert links.make(SECRET, "status", 42, 0, 2**64 - 1) == link
    assert len(link) == 54


def test_a_link_for_one_purpose_opens_no_other():
    link = links.make(SECRET, "status", 42)
    assert links.read(SECRET, "opt-out", link) is None
    assert links.read(b"another secret of somebody", "status", link) is None


def test_no_letter_of_it_can_be_changed():
    link = links.make(SECRET, "status", 42, 7, 1)
    for at, letter in enumerate(link):
        for other in "aZ0-_":
            if other != letter:
                assert links.read(SECRET, "status", link[:at] + other + link[at + 1 :]) is None


def test_what_is_no_link_opens_nothing():
    link = links.make(SECRET, "status", 42)
    for text in ("", "a", link[:-1], link + "A", link + "=", "ü" * 54, "A" * 10_000, "../../etc", "%00"):
        assert links.read(SECRET, "status", text) is None


def test_nobody_learns_from_links_how_many_cases_there_are():
    first, second = links.make(SECRET, "status", 1), links.make(SECRET, "status", 2)
    assert sum(one == other for one, other in zip(first, second, strict=True)) < len(first) / 3
