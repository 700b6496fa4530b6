"""What ships beside the code: processes, rules, and the teams that the tables name."""

from cpm.cli import files
from cpm.settings import SHIPPED

#: German and English names (PROCESSES 1); who keeps which hours stands in `cpm.calendars.TEAMS`.
TEAM_NAMES = {
    "service": ("Kundenservice", "Customer service"),
    "order_desk": ("Auftragsbearbeitung", "Order desk"),
    "sales": ("Vertrieb", "Sales"),
    "marketing": ("Marketing", "Marketing"),
    "field_service": ("Technischer Kundendienst", "Field service"),
    "finance": ("Buchhaltung", "Finance"),
    "master_data": ("Stammdaten", "Master data"),
    "privacy": ("Datenschutz", "Data protection"),
    "supervisors": ("Teamleitung", "Supervisors"),
    "management": ("Geschäftsleitung", "Management"),
    "operations": ("IT-Betrieb", "IT operations"),
}


def definitions() -> dict[str, bytes]:
    """File name, relative to what ships, to content."""
    return files.read([SHIPPED / "rules", SHIPPED / "processes"])


#: The lines of business of the first installation, for one that has none yet.
BUSINESS_FIELDS = {
    "solar": ("Solar", "Solar"),
    "geothermal": ("Geothermie", "Geothermal"),
    "pellet": ("Pellet-Heizungen", "Pellet heating"),
    "climate": ("Klima", "Air conditioning"),
}
