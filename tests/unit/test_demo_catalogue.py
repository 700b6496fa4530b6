"""What the demo sells: the stories that the shipped processes tell need certain goods."""

from decimal import Decimal

from cpm.connectors.erp.demo.catalogue import articles

_FIELDS = {"SO": "solar", "GE": "geothermal", "PE": "pellet", "KL": "climate"}


def test_every_article_has_a_price_and_the_field_of_its_group():
    """The field is told by the group's first letters (PROCESSES 5.6); an article of another field would be sold wrongly."""
    assert len({article.sku for article in articles()}) == len(articles()) >= 14
    for article in articles():
        assert article.price > 0
        assert article.price == article.price.quantize(Decimal("0.01"))
        assert article.field == _FIELDS[article.group[:2]]
        assert bool(article.incoming) == (article.in_days is not None)
        assert article.name.endswith("(Demo)")


def test_hundred_of_one_article_are_short_by_forty_until_its_delivery_and_another_can_stand_for_it():
    (short,) = [article for article in articles() if article.stock == 60]
    assert short.in_days == 10
    assert short.incoming >= 40
    assert any(other.group == short.group and other.stock >= 100 for other in articles() if other != short)


def test_of_one_article_there_is_none_and_nobody_knows_when_it_comes():
    assert [
        article.sku for article in articles() if not (article.stock or article.incoming or article.service)
    ]
