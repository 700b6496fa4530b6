"""What an agent reads first is what is new; nothing new may be cut away."""

import pytest

from cpm.channels.mail.replies import new_text

INTRODUCTIONS = [
    "Am 21.11.2026 um 14:00 schrieb Kundenservice <service@example.com>:",
    "Am Sa., 21. Nov. 2026 um 14:00 Uhr schrieb Kundenservice <\nservice@example.com>:",
    "On Sat, Nov 21, 2026 at 2:00 PM Service <service@example.com> wrote:",
    "On Sat, Nov 21, 2026 at 2:00 PM Service <service@example.com>\nwrote:",
    "service@example.com schrieb am 21.11.2026 um 14:00:",
    "Kundenservice schrieb am Samstag, 21. November 2026 um 14:00:",
    "-----Ursprüngliche Nachricht-----\nVon: Kundenservice\nGesendet: Samstag, 21. November 2026 14:00\nAn: Mara\nBetreff: x",
    "-----Original Message-----\nFrom: Service",
    "Von: Kundenservice <service@example.com>\nGesendet: Samstag, 21. November 2026 14:00\nAn: Mara\nBetreff: AW: x",
    "________________________________\nVon: Kundenservice\nGesendet: Samstag\nAn: Mara\nBetreff: x",
    "Gesendet: Samstag, 21. November 2026 um 14:00 Uhr\nVon: Kundenservice\nAn: Mara\nBetreff: x",
    "*From:* Service\n*Sent:* Saturday\n*To:* Mara\n*Subject:* x",
    "21.11.2026 14:00, Service <service@example.com>:",
    "Le 21 nov. 2026 à 14:00, Service <service@example.com> a écrit :",
]


@pytest.mark.parametrize("introduction", INTRODUCTIONS)
def test_what_was_written_before_is_cut(introduction):
    reply = f"Einverstanden, danke.\n\nMara\n\n{introduction}\n\n> Wir bieten Ersatz.\n> Passt das?\n"
    assert new_text(reply) == "Einverstanden, danke.\n\nMara"


@pytest.mark.parametrize("introduction", INTRODUCTIONS[:6])
def test_an_answer_below_the_quote_is_found(introduction):
    reply = f"{introduction}\n> Wir bieten Ersatz.\n> Passt das?\n\nJa, das passt.\n"
    assert new_text(reply) == "Ja, das passt."


def test_answers_between_the_quoted_lines_are_all_kept():
    reply = (
        "Hallo,\n\nAm 21.11.2026 um 14:00 schrieb Service <s@example.com>:\n> Wann?\nMorgen.\n> Wo?\nHier.\n"
    )
    assert new_text(reply) == "Hallo,\n\nMorgen.\nHier."


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("Passt.\n-- \nMara Beispiel\nBeispielstraße 1", "Passt."),
        ("Passt.\n\nVon meinem iPhone gesendet", "Passt."),
        ("Passt.\n\nSent from my phone", "Passt."),
        ("Passt.\n\nGesendet von Mail für Windows", "Passt."),
        ("Passt.\n\nDiese Nachricht wurde von meinem Gerät mit einem Programm gesendet.", "Passt."),
    ],
)
def test_signatures_are_cut(text, new):
    assert new_text(text) == new


@pytest.mark.parametrize(
    "text",
    [
        "Am Montag habe ich angerufen, da schrieb niemand etwas auf.\nBitte um Rückruf.",
        "On Monday I wrote to you:\nnothing happened.",
        "Von: hier bis dort ist alles nass.\nDanke.",
        "Es fehlen:\n- Schrauben\n- Muttern\n----\nund das Rohr",
        "Das Paket wurde\nGesendet mit der Post",
        "Oben.\n--\n" + "\n".join(f"Absatz {number}" for number in range(20)),
        "A -- B ist keine Unterschrift",
        "> nur ein Zitat",
        "-- \nnur eine Unterschrift",
        "Von: Mara\nGesendet: gestern\nAn: Service\nBetreff: x\n\nweitergeleitet ohne ein eigenes Wort",
    ],
)
def test_ordinary_words_are_no_quotes_and_something_always_remains(text):
    words = set(new_text(text).split())
    assert words
    assert set(text.splitlines()[-1].split()) <= words


def test_mailing_with_greetings_keeps_them():
    assert (
        new_text("Danke.\n\nMit freundlichen Grüßen\nMara Beispiel")
        == "Danke.\n\nMit freundlichen Grüßen\nMara Beispiel"
    )
