"""The card of a model: what it is, for whom, how good, where it stops."""

from html import escape

from PySide6.QtWidgets import QTextBrowser, QWidget

from clinicdesk.models.card import ModelCard
from clinicdesk.ui.widgets.forms import Card, label


class ModelCardView(Card):
    """The card as a page to read."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=1, gap=0)
        heading = label(self.tr("About this model"), "heading")
        heading.setContentsMargins(10, 6, 10, 4)
        self.text = QTextBrowser()
        self.text.setProperty("plain", "true")
        self.text.setOpenLinks(False)
        self.text.setAccessibleName(self.tr("Model card"))
        self.rows.addWidget(heading)
        self.rows.addWidget(self.text, stretch=1)

    def show_card(self, card: ModelCard | None) -> None:
        self.text.setHtml(_page(card) if card else "")


def _page(card: ModelCard) -> str:
    figures = "".join(
        f"<tr><td>{_words(name)}</td><td><b>{m.value:.3f}</b></td>"
        f"<td>{m.low:.3f} to {m.high:.3f}</td></tr>"
        for name, m in card.metrics.items()
    )
    sections = "".join(
        f"<p><b>{_words(name)}</b><br>{escape(text)}</p>" for name, text in card.sections.items()
    )
    references = "".join(f"<li>{escape(text)}</li>" for text in card.references)
    return (
        f"<p><b>{escape(card.title)}</b>, version {escape(card.version)}<br>"
        f"{escape(card.size)}</p>"
        f"<table cellspacing='6'>{figures}</table>{sections}"
        f"<p><b>References</b></p><ul>{references}</ul>"
    )


def _words(name: str) -> str:
    known = {"auroc": "AUROC"}
    return escape(known.get(name, name.replace("_", " ").capitalize()))
