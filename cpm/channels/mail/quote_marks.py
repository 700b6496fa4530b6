"""How mail programs mark what is not new: introductions of quotes, quoted headers, signatures.

German and English with care, some neighbours' words beside them. All are matched against lines, or a few joined lines,
of bounded length.
"""

import re

ORIGINAL = re.compile(
    r"[>\s]*(?:[-_*]{2,}\s*)(?:original(?:[ -]message|[ -]?nachricht)|ursprüngliche(?: nachricht|-mail)|urspr(?:ü|ue)ngliche mail"
    r"|(?:forwarded|weitergeleitete) (?:message|nachricht)|antwort weitergeleitet|reply above this line)\b.*"
    r"|\s*-{2,}\s*(?:am|on)\b.{5,200}\b(?:schrieb|wrote)\s*-{2,}\s*",
    re.IGNORECASE,
)
FORWARDED = re.compile(
    r"\s*(?:begin forwarded message|anfang der weitergeleiteten (?:nachricht|e-mail)|original message processed by)\b.*",
    re.IGNORECASE,
)
#: "On 3 May 2026 at 10:00, A. Example <a@example.org> wrote:", "Am 03.05.26 um 10:00 schrieb A. Beispiel:",
#: and the same in the neighbours' languages. Matched against one to four joined lines.
ATTRIBUTION = re.compile(
    r"[-\u2013>\s]*(?:On|Am|Le|El|Il|Op|Den|Dnia|W dniu|Em|På|tor|fre|lör|sön|mån|tis|ons)\b.{5,400}?"
    r"(?:(?<!\bI )(?<!\bwe )\bwrote(?! (?:to|me|us|you)\b)|\bschrieb(?! (?:ich|wir|mir|uns|er|sie|man)\b)|\ba écrit|\bescribió|\bha scritto|\bschreef|\bskrev|\bnapisał(?:\(a\)|a)?|\bescreveu|\bgeschrieben)"
    r"(?:.{0,200}?:)?\s*",
    re.IGNORECASE,
)
#: "A. Example <a@example.org> schrieb am 3. Mai 2026 um 10:00:", "a@example.org wrote:",
#: "2026-05-03 10:00 GMT+02:00 A. Example <a@example.org>:", "> On 3 May 2026, at 10:00, ..."
#: Only the first @ of a line is looked at: trying each would take minutes for a hostile megabyte.
SENDER_FIRST = re.compile(
    r"[>\s]*+(?:[^@]{0,180}[\w.+-]@[\w.-]{3,250}+.{0,40}?(?:wrote|schrieb|writes|schreibt|hat geschrieben)\b.{0,80}"
    r"|.{0,100}\b(?:schrieb|wrote) (?:am|on) (?!.{0,120}\b(?:folgendes|dass)\b).{0,60}\d.{0,60}"
    r"|.{0,120}\bhat am .{0,60}\d.{0,60} geschrieben"
    r"|\d{1,4}[./-]\d{1,2}[./-]\d{2,4}.{0,160}<[^<>@\s]{1,64}@[^<>@\s]{1,250}>.{0,40}"
    r"|\d{4}年.{0,160}|(?:\w{2,4} )?\d{1,2}\.? \w{3,9}\.? \d{4} kl\. .{0,160}skrev .{0,160}):\s*",
    re.IGNORECASE,
)
#: In front of lines with `>` nothing more is needed.
SAID = re.compile(r".{1,100}\b(?:wrote|writes|said|schrieb|schreibt|meinte):\s*", re.IGNORECASE)
#: Yahoo's programs go on in the same line: "On Sat, Nov 21, 2026 at 10:00, A. Example<a@example.org> wrote:   Hello".
GOES_ON = re.compile(
    r"\s*(?:On|Am)\b.{5,100}?\d.{0,200}?<[^<>\s]{3,250}>\s?(?:wrote|schrieb)?:\s{2,}\S.*", re.IGNORECASE
)
#: Labels of a quoted header, by language; a block needs three of them, and begins with one that can come first.
_FIRST_LABELS = (
    "from|sent|date|subject|von|gesendet|datum|betreff|fra|sendt|från|skickat|van|verzonden|de|envoyé|enviado|da|inviato"
    "|od|wysłano|odesláno|от|от кого|отправлено|дата"
)
_OTHER_LABELS = (
    "to|cc|reply-to|an|kopie|antwort an|til|emne|till|ämne|aan|onderwerp|à|objet|para|asunto|a|oggetto|do|temat|komu|předmět"
    "|кому|тема|копия"
)
FIRST_HEADER = re.compile(
    rf"[>\s]*+\*{{0,2}}(?:{_FIRST_LABELS})\s?\*{{0,2}}\s*:\*{{0,2}}(?:\s|$)", re.IGNORECASE
)
HEADER = re.compile(
    rf"[>\s]*+\*{{0,2}}({_FIRST_LABELS}|{_OTHER_LABELS})\s?\*{{0,2}}\s*:\*{{0,2}}(?:\s|$)", re.IGNORECASE
)
#: A line of dashes, or with words between them ("-----Oprindelig meddelelse-----").
RULE = re.compile(r"[>\s]*(?:(?:[_\-=*]\s?){4,}|-{3,}\s?[^-]{3,60}-{3,})\s*")
TIME_OR_ADDRESS = re.compile(r"\d{1,2}[:.]\d{2}|\b\d{4}\b|@")
QUOTED = re.compile(r"\s{0,3}>")
SIGNED = "-----BEGIN PGP SIGNED MESSAGE-----"
SIGNATURE_BEGINS, SIGNATURE_ENDS = "-----BEGIN PGP SIGNATURE-----", "-----END PGP SIGNATURE-----"
#: RFC 3676 4.3 wants the blank; without it, a line of dashes may just part two paragraphs.
SIGNATURE = re.compile(r"-- [ \t\xa0]*|--\xa0")
LIKE_SIGNATURE = re.compile(r"(?:--|—)[ \t\xa0]*")
#: What telephones write below.
DEVICE = re.compile(
    r"\s*(?:(?:sent|gesendet) (?:from|with|via|von|mit)\s(?:my |mein(?:em|er) |a )?(?=[^.!?]*$)(?:\S+\s?){1,6}"
    r"|(?:sent|gesendet) (?:from my|von mein(?:em|er)) [^.!?]{1,60}\."
    r"|von (?:meinem|meiner|unterwegs)\b.{0,40}gesendet\.?)\s*",
    re.IGNORECASE,
)
ADVERTISEMENT = re.compile(
    r"\s*(?:get outlook for \w+.*|(?:holen sie sich|laden sie) outlook .*|outlook für (?:ios|android).*"
    r"|(?:sent|gesendet) (?:from|with|via|von|mit|über)(?: der| dem| my| meinem)? (?:web\.de|gmx|outlook (?:für|for)|proton ?mail|yahoo|freenet)\b.{0,80}"
    r"|diese (?:nachricht|e-mail|mail) wurde (?:von|mit) .{0,80}gesendet\.?)\s*",
    re.IGNORECASE,
)
