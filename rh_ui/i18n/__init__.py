"""Every sentence of the program in English and Chinese: of the page, of refusals and of the catalog."""

from rh_ui.i18n.loader import LANGUAGES
from rh_ui.i18n.message import Message, Spoken, Words, fill, load_words, translate

__all__ = ["LANGUAGES", "Message", "Spoken", "Words", "fill", "load_words", "translate"]
