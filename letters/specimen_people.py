"""Invented people and places whose names others printed as boxes, cut, or turned round.

One list for the specimens of every paper and for the tests of them.
"""

PEOPLE = (
    "Ștefan Țăranu",
    "Nguyễn Thị Hương",
    "Łukasz Żółć",
    "张伟",
    "김민준",
    "さくら",
    "محمد الأحمد",
    "שרה כהן",
    "अनिता शर्मा",
    "አበበ በቀለ",
    "Ελένη Παπαδοπούλου",
    "Юрий Ёлкин",
    "Siobhán O'Neil",
    "Maria Guadalupe de los Angeles Hernandez-Villanueva",
)
FIRM = "O'Fakerson & Daughters <Cafe>"
SIX_LINES = (
    "The Very Long Property Holdings and Management Company of Greater Northwest Washington LLC",
    "12345 The Extraordinarily Long Street Name Boulevard Northwest, Building 17, Suite 10,000",
    "Attention: Accounts Payable",
    "Mailbox 4410",
    "Second floor",
    "Seattle, WA 98118",
)
