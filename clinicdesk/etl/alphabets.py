"""Which letters beyond A-Z the languages of clinics write, and the single-byte encodings of old."""

from collections.abc import Mapping

ENCODINGS = (  # in the order of preference between those that read a text alike
    "cp1252",
    "cp1250",
    "cp1251",
    "cp1253",
    "cp1254",
    "cp1257",
    "cp1255",
    "cp1256",
    "cp1258",
    "iso8859_2",
    "iso8859_5",
    "iso8859_7",
    "iso8859_15",
    "mac_roman",
    "mac_latin2",
    "mac_cyrillic",
    "koi8_r",
    "cp850",
    "cp852",
    "cp866",
    "cp437",
)

_LATIN = {
    "German": "äöüß",
    "French": "àâæçèéêëîïôœùûüÿ",
    "Spanish": "áéíñóúü",
    "Catalan": "àçèéíïòóúü",
    "Portuguese": "àáâãçéêíóôõúü",
    "Italian": "àèéìíòóùú",
    "Dutch": "áäéèëïíöóüú",
    "Swedish": "åäöéü",
    "Danish": "æøåéö",
    "Icelandic": "áæðéíóöúýþ",
    "Finnish": "åäöšž",
    "Estonian": "äõöüšž",
    "Polish": "ąćęłńóśźż",
    "Czech": "áčďéěíňóřšťúůýž",
    "Slovak": "áäčďéíĺľňóôŕšťúýž",
    "Hungarian": "áéíóöőúüű",
    "Romanian": "ăâîşţșț",
    "Croatian": "čćđšž",
    "Albanian": "ëç",
    "Turkish": "çğıİöşüâî",
    "Lithuanian": "ąčęėįšųūž",
    "Latvian": "āčēģīķļņšūž",
    "Vietnamese": "àáâãèéêìíòóôõùúýăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ"
    "\u0300\u0301\u0303\u0309\u0323",
    "Irish": "áéíóú",
    "Maltese": "ċġħż",
}
_OTHER = {
    "Russian": "абвгдежзийклмнопрстуфхцчшщъыьэюяё",
    "Ukrainian": "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
    "Bulgarian": "абвгдежзийклмнопрстуфхцчшщъьюя",
    "Serbian": "абвгдђежзијклљмнњопрстћуфхцчџш",
    "Greek": "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ",
    "Hebrew": "אבגדהוזחטיךכלםמןנסעףפץצקרשת",
    "Arabic": "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىيًٌٍَُِّْ",
    "Persian": "ءآأؤئابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهیيك",
}
ALPHABETS: Mapping[str, frozenset[str]] = {
    language: frozenset(letters.casefold() + letters.upper() + letters)
    for language, letters in (_LATIN | _OTHER).items()
}
COMMON: Mapping[str, frozenset[str]] = {  # letters that make most of a text of another script
    "Russian": frozenset("оеаинтсрвлОЕАИНТСРВЛ"),
    "Ukrainian": frozenset("оаинтрвесіОАИНТРВЕСІ"),
    "Bulgarian": frozenset("аоиентрсвлАОИЕНТРСВЛ"),
    "Serbian": frozenset("аоиеинтрсјАОИЕИНТРСЈ"),
    "Greek": frozenset("αοιετσνηυρΑΟΙΕΤΣΝΗΥΡάόίέή"),
    "Hebrew": frozenset("יוהלארמבתש"),
    "Arabic": frozenset("اليمونربتدع"),
    "Persian": frozenset("اینردمهوتب"),
}
SIGNS = frozenset("°µμ±€£§²³¹½¼¾–—‘’“”„‚«»…•·×÷©®™ªº¿¡≤≥\u00a0\u2011\u200e\u200f،؟؛־׳״")
"""Signs beside words that clinical tables do have."""
