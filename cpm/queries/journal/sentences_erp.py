"""The journal's sentences about what a case did in its ERP."""

ERP: dict[str, tuple[str, str]] = {
    "erp.stood_in": (
        "{{main}} antwortet nicht: Dieser Vorgang arbeitet mit einem Ersatz und bleibt dabei ({{erp}}).",
        "{{main}} does not answer: this case works with a stand-in and stays with it ({{erp}}).",
    ),
    "erp.customer_saved": (
        "Kundendaten im ERP gespeichert ({{erp}}, Kunde {{number}}).",
        "Customer saved in the ERP ({{erp}}, customer {{number}}).",
    ),
    "erp.order_saved": (
        "Auftrag im ERP als Angebot gespeichert ({{erp}}, Nr. {{number}}).",
        "Order saved in the ERP as a quotation ({{erp}}, no. {{number}}).",
    ),
    "erp.order_confirmed": (
        "Auftrag im ERP bestätigt ({{erp}}, Nr. {{number}}).",
        "Order confirmed in the ERP ({{erp}}, no. {{number}}).",
    ),
    "erp.order_changed": (
        "Auftrag im ERP geändert ({{erp}}, Nr. {{number}}).",
        "Order changed in the ERP ({{erp}}, no. {{number}}).",
    ),
    "erp.order_cancelled": (
        "Auftrag im ERP storniert ({{erp}}, Nr. {{number}}).",
        "Order cancelled in the ERP ({{erp}}, no. {{number}}).",
    ),
    "erp.order_replaced": (
        "Ersatzlieferung im ERP angelegt ({{erp}}, Nr. {{number}}).",
        "Replacement ordered in the ERP ({{erp}}, no. {{number}}).",
    ),
    "erp.invoice_credited": (
        "Gutschrift im ERP gebucht ({{erp}}, Nr. {{number}}).",
        "Credit note booked in the ERP ({{erp}}, no. {{number}}).",
    ),
}
