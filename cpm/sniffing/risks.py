"""What a file may do to who opens it: programs run, macros may."""

PROGRAM, MACROS = "program", "macros"
_RUN = frozenset(
    {
        "application/x-msdownload",
        "application/x-executable",
        "application/x-msi",
        "application/java-archive",
        "application/x-deb",
        "application/x-rpm",
        "application/x-google-chrome-extension",
        "application/x-shockwave-flash",
        "application/wasm",
    }
)
#: What Windows, macOS or a desktop of Linux runs when somebody opens it; after the blocked list of Outlook.
_RUNNING = (
    "ade adp app appimage appref-ms application appx appxbundle bas bat chm cmd com cpl dll dmg exe "
    "gadget hta hlp img inf ins iso isp jar jnlp job js jse ksh lnk mad maf mag mam maq mar mas mat mau mav maw "
    "mda mdb mde mdt mdw mdz msc msh msh1 msh2 mshxml msi msix msixbundle msp mst msu ops osd pcd pif pkg pl plg "
    "prf prg printerexport ps1 ps1xml ps2 ps2xml psc1 psc2 psd1 psdm1 py pyc pyo pyw pyz rb reg scf scr sct "
    "settingcontent-ms sh shb shs theme udl url vb vbe vbp vbs vhd vhdx vsmacros vsw webpnp website ws wsb "
    "wsc wsf wsh xbap xll xnk zsh desktop run command deb rpm"
)
_WITH_MACROS = "docm dotm xlsm xltm xlam xlsb pptm potm ppam ppsm sldm"
_ENDINGS, _MACRO_ENDINGS = frozenset(_RUNNING.split()), frozenset(_WITH_MACROS.split())
_SHORTCUT = b"L\x00\x00\x00\x01\x14\x02\x00"  # [MS-SHLLINK] 2.1


def runs(sniffed: str, name: str) -> bool:
    """Whether its bytes are a program while its name says something else."""
    return sniffed in _RUN and _ending(name) not in _ENDINGS


def of(sniffed: str, head: bytes, name: str, *, macros: bool) -> str | None:
    """The worst that its bytes or its name say."""
    ending = _ending(name)
    if sniffed in _RUN or head.startswith((b"MZ", b"#!", _SHORTCUT)) or ending in _ENDINGS:
        return PROGRAM
    return MACROS if macros or ending in _MACRO_ENDINGS else None


def _ending(name: str) -> str:
    return name.lower().rstrip(". ").rpartition(".")[2]
