"""Mail addresses as evidence: a domain says who somebody works for, unless everybody may have an address there."""

import re

#: Providers at which anybody has an address: large ones in German-speaking countries and the world, throwaways among them.
_FREEMAIL = """
    gmail.com googlemail.com gmx.de gmx.net gmx.at gmx.ch gmx.com gmx.org gmx.eu web.de freenet.de t-online.de magenta.de
    yahoo.com yahoo.de yahoo.co.uk yahoo.fr ymail.com rocketmail.com hotmail.com hotmail.de hotmail.co.uk hotmail.fr outlook.com
    outlook.de live.com live.de msn.com icloud.com me.com mac.com aol.com aol.de aim.com mail.de mail.com email.de online.de
    arcor.de vodafone.de vodafonemail.de kabelmail.de o2online.de o2mail.de alice.de alice-dsl.net 1und1.de onlinehome.de
    unity-mail.de unitybox.de netcologne.de ewetel.net ewe.net osnanet.de versanet.de htp-tel.de m-net.de mnet-mail.de
    posteo.de posteo.net posteo.org mailbox.org proton.me protonmail.com protonmail.ch pm.me tutanota.com tutanota.de tuta.io
    tuta.com tutamail.com keemail.me startmail.com fastmail.com fastmail.fm hushmail.com zoho.com zohomail.eu yandex.com
    yandex.ru mail.ru bk.ru inbox.ru list.ru rambler.ru ukr.net wp.pl o2.pl onet.pl interia.pl op.pl seznam.cz email.cz
    centrum.cz laposte.net orange.fr wanadoo.fr free.fr sfr.fr libero.it virgilio.it tiscali.it alice.it bluewin.ch
    hispeed.ch sunrise.ch swissonline.ch a1.net aon.at chello.at kabsi.at drei.at liwest.at inode.at telering.at utanet.at
    skynet.be telenet.be ziggo.nl kpnmail.nl planet.nl home.nl xs4all.nl btinternet.com sky.com virginmedia.com talktalk.net
    comcast.net verizon.net att.net sbcglobal.net cox.net qq.com 163.com 126.com naver.com hanmail.net daum.net
    mailinator.com trashmail.com trashmail.de byom.de wegwerfmail.de spambog.com temp-mail.org guerrillamail.com
"""
FREEMAIL = frozenset(_FREEMAIL.split())
#: Behind such an address there may be anybody of the house.
_SHARED = """
    info kontakt contact office buero mail post service support vertrieb sales einkauf bestellung order orders rechnung
    rechnungen buchhaltung invoice invoices accounting team hello hallo zentrale empfang sekretariat verwaltung admin
    webmaster postmaster noreply no-reply donotreply marketing presse jobs bewerbung datenschutz privacy shop kundenservice
    kundendienst anfrage anfragen termin praxis kanzlei reception helpdesk hilfe werkstatt lager
"""
SHARED = frozenset(_SHARED.split())
_FOR_SORTING = re.compile(r"\+.*$")


def parts(address: str) -> tuple[str, str]:
    """The local part without what stands for sorting behind a plus, and the domain; both lower case."""
    local, _, domain = address.lower().rpartition("@")
    return _FOR_SORTING.sub("", local), domain


def says_company(domain: str) -> bool:
    return bool(domain) and domain not in FREEMAIL


def shared(address: str) -> bool:
    """Whether it is one of a whole house: info@, buchhaltung@."""
    return parts(address)[0] in SHARED


def own_name(address: str) -> str:
    """The local part if it says something of a person: without signs, long enough, nobody's office."""
    local = parts(address)[0]
    plain = re.sub(r"[^a-z0-9]", "", local)
    return plain if len(plain) >= 6 and local not in SHARED else ""
