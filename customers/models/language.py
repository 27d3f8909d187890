"""The languages of a customer: the union of what the three systems document."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Language(models.TextChoices):
    DANISH = "da", _("Danish")
    GERMAN = "de", _("German")
    GREEK = "el", _("Greek")
    ENGLISH = "en", _("English")
    SPANISH = "es", _("Spanish")
    FRENCH = "fr", _("French")
    JAPANESE = "ja", _("Japanese")
    DUTCH = "nl", _("Dutch")
    NORWEGIAN = "no", _("Norwegian")
    POLISH = "pl", _("Polish")
