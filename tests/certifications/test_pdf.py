import io
import json
import threading
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from unittest import mock

import pypdf
import typst
from django.test import SimpleTestCase
from PIL import Image

from certifications import pdf, typesetting
from certifications.pdf import LOOKS, CertificateData, render_certificate
from certifications.texts import MISSING

ENGLISH = CertificateData(
    holder_name="Nino Beridze",
    certification_title="Heat Pump Support, Level 1",
    description="Finds the cause of the ten most frequent faults with the customer.",
    organisation="Lodestar Home Appliances",
    awarded_on=date(2026, 3, 12),
    expires_on=date(2027, 3, 12),
    public_id="7Kq2vX9dTfR4mWzB1cYpNa",
    verify_url="https://lodestar.example/verify/7Kq2vX9dTfR4mWzB1cYpNa/",
    signatory_name="Layla Haddad",
    signatory_title="Head of Customer Service",
)
ARABIC = replace(
    ENGLISH,
    language="ar",
    holder_name="ليلى عبد الرحمن الحداد",
    certification_title="دعم المضخات الحرارية",
    organisation="لودستار للأجهزة المنزلية",
)
GEORGIAN = replace(
    ENGLISH,
    language="ka",
    holder_name="ნინო ბერიძე",
    certification_title="სითბური ტუმბოების მხარდაჭერა",
    organisation="ლოდესტარი",
)
LANGUAGES = [ENGLISH, ARABIC, GEORGIAN]


def read(data: CertificateData) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(render_certificate(data)))


def letters_of(text: str) -> str:
    """What can be compared after extraction: readers return shaped Arabic in presentation forms, with marks moved
    to other letters and with the words of a line in the order in which they are seen."""
    text = unicodedata.normalize("NFKC", text)
    return "".join(character for character in text if unicodedata.category(character)[0] not in "CMZ")


def text_of(reader: pypdf.PdfReader) -> str:
    return letters_of(reader.pages[0].extract_text())


def picture_of(data: CertificateData) -> Image.Image:
    """The certificate with one pixel a millimetre."""
    png = typesetting.compiler("certificate").compile(
        format="png", ppi=25.4, sys_inputs={"certificate": json.dumps(pdf._content(data))}
    )
    return Image.open(io.BytesIO(png)).convert("L")


class CertificateText(SimpleTestCase):
    def test_the_name_and_title_can_be_read_in_each_language(self):
        for data in LANGUAGES:
            with self.subTest(data.language):
                text = text_of(read(data))
                for word in f"{data.holder_name} {data.certification_title}".split():
                    self.assertIn(letters_of(word), text)

    def test_a_name_in_another_script_than_the_labels_can_be_read(self):
        for data, other in [(ENGLISH, ARABIC), (ARABIC, ENGLISH), (GEORGIAN, ARABIC), (ARABIC, GEORGIAN)]:
            with self.subTest(language=data.language, name=other.language):
                text = text_of(read(replace(data, holder_name=other.holder_name)))
                for word in other.holder_name.split():
                    self.assertIn(letters_of(word), text)

    def test_dates_are_written_in_the_language_of_the_certificate(self):
        for data, month in zip(LANGUAGES, ["March", "مارس", "მარტი"], strict=True):
            with self.subTest(data.language):
                self.assertIn(month, text_of(read(data)))

    def test_a_certificate_without_expiry_date_description_and_signatory_is_drawn(self):
        reader = read(replace(ENGLISH, expires_on=None, description="", signatory_name="", signatory_title=""))
        self.assertNotIn("2027", text_of(reader))
        self.assertNotIn("Layla", text_of(reader))

    def test_the_address_is_printed_and_linked(self):
        reader = read(ARABIC)
        self.assertIn("lodestar.example/verify/7Kq2vX9dTfR4mWzB1cYpNa", text_of(reader))
        links = [note.get_object()["/A"]["/URI"] for note in reader.pages[0]["/Annots"]]
        self.assertEqual(links, [ARABIC.verify_url])

    def test_a_name_is_never_read_as_typst_source(self):
        name = '#panic("x") $1/0$ *b* \\ "'
        self.assertIn(letters_of(name), text_of(read(replace(ENGLISH, holder_name=name))))

    def test_direction_controls_and_line_breaks_in_a_name_are_dropped(self):
        reader = read(replace(ENGLISH, holder_name="Nino\u202e\u2066\x00\n  Beridze\ud800"))
        self.assertTrue(reader.metadata.title.endswith(f"Nino Beridze{MISSING}"), reader.metadata.title)


class CertificateFile(SimpleTestCase):
    def test_each_look_is_tagged_and_says_the_same(self):
        for look in LOOKS:
            for data in LANGUAGES:
                with self.subTest(look=look, language=data.language):
                    reader = read(replace(data, look=look))
                    claims = reader.trailer["/Root"]["/Metadata"].get_data().decode()
                    self.assertIn("pdfuaid:part>1<", claims)
                    said = f"{data.holder_name} {data.certification_title} {data.organisation} {data.signatory_name}"
                    for word in [*said.split(), data.public_id]:
                        self.assertIn(letters_of(word), text_of(reader))

    def test_a_look_that_is_none_is_refused(self):
        with self.assertRaises(ValueError):
            replace(ENGLISH, look="../parts")

    def test_it_is_tagged_and_claims_pdf_ua_and_pdf_a(self):
        for data in LANGUAGES:
            with self.subTest(data.language):
                root = read(data).trailer["/Root"]
                self.assertTrue(root["/MarkInfo"]["/Marked"])
                self.assertIn("/StructTreeRoot", root)
                self.assertEqual(root["/Lang"], data.language)
                claims = root["/Metadata"].get_data().decode()
                for claim in ["pdfuaid:part>1<", "pdfaid:part>2<", "pdfaid:conformance>A<"]:
                    self.assertIn(claim, claims)

    def test_its_metadata_name_the_title_the_holder_and_the_organisation(self):
        for data in LANGUAGES:
            with self.subTest(data.language):
                metadata = read(data).metadata
                self.assertIn(data.certification_title, metadata.title)
                self.assertIn(data.holder_name, metadata.title)
                self.assertEqual(metadata.author, data.organisation)
                self.assertEqual(metadata.creation_date.date(), data.awarded_on)

    def test_the_same_data_give_the_same_bytes(self):
        for data in LANGUAGES:
            first = render_certificate(data)
            render_certificate(ENGLISH)
            self.assertEqual(render_certificate(data), first)

    def test_all_fonts_are_embedded_and_none_is_of_this_machine(self):
        fonts = typesetting._fonts().families()
        self.assertEqual(fonts, ["FiraGO", "IBM Plex Sans Arabic", "Noto Sans", "Noto Sans Symbols2"])
        drawn = read(ENGLISH).pages[0]["/Resources"]["/Font"].values()
        names = {font["/BaseFont"].split("+")[1] for font in drawn}
        self.assertEqual(names, {"FiraGO-Regular", "FiraGO-Bold"})

    def test_an_accent_that_is_no_colour_is_refused(self):
        with self.assertRaises(ValueError):
            replace(ENGLISH, accent="red")


class LongTexts(SimpleTestCase):
    NAMES = {
        "many words": "Maria Alexandra Konstantinopoulou Papadimitriou von Hohenzollern " * 3,
        "one word": "X" * 150,
        "Arabic": "عبد الرحمن مصطفى علاء الدين الحداد " * 5,
        "Georgian": "ქეთევან გიორგაძე " * 8,
    }

    def long(self, data: CertificateData, name: str) -> CertificateData:
        return replace(
            data,
            holder_name=name,
            certification_title="Advanced Diagnosis and Repair Advice " * 5,
            description="Finds the cause of the most frequent faults. " * 30,
            organisation="Lodestar Home Appliances " * 5,
            signatory_name="Dr Maximiliana Featherstonehaugh-Cholmondeley " * 2,
            signatory_title="Vice President of Customer Service, Europe " * 2,
            verify_url="https://training.lodestar-home-appliances.example/verify/7Kq2vX9dTfR4mWzB1cYpNa/",
        )

    def test_long_texts_stay_whole_and_on_one_page(self):
        for kind, name in self.NAMES.items():
            with self.subTest(kind):
                reader = read(self.long(ENGLISH, name))
                self.assertEqual(len(reader.pages), 1)
                for word in name.split():
                    self.assertIn(letters_of(word), text_of(reader))

    def test_long_texts_stay_whole_in_each_look(self):
        for look in LOOKS:
            for data, kind in zip(LANGUAGES, ["many words", "Arabic", "Georgian"], strict=True):
                with self.subTest(look=look, language=data.language):
                    reader = read(replace(self.long(data, self.NAMES[kind]), look=look))
                    self.assertEqual(len(reader.pages), 1)
                    missing = [w for w in self.NAMES[kind].split() if letters_of(w) not in text_of(reader)]
                    self.assertEqual(missing, [])

    def test_long_texts_leave_the_margins_and_the_gap_before_the_rosette_white(self):
        for data, gap in [(ENGLISH, (183, 187)), (ARABIC, (110, 114))]:
            for kind, name in self.NAMES.items():
                with self.subTest(language=data.language, name=kind):
                    picture = picture_of(self.long(data, name))
                    boxes = [(15, 15, 23, 195), (274, 15, 282, 195), (15, 189, 282, 195), (gap[0], 40, gap[1], 150)]
                    self.assertEqual([picture.crop(box).getextrema() for box in boxes], [(255, 255)] * 4)


class MissingGlyphs(SimpleTestCase):
    def test_a_character_that_no_font_has_is_drawn_as_a_square(self):
        reader = read(replace(ENGLISH, holder_name="王小明 Wang \N{GRINNING FACE}"))
        self.assertIn(f"{MISSING * 3}Wang{MISSING}", text_of(reader))
        self.assertIn("王小明 Wang", reader.metadata.title)
        self.assertIn("pdfuaid:part>1<", reader.trailer["/Root"]["/Metadata"].get_data().decode())

    def test_georgian_capitals_are_drawn_as_small_letters(self):
        self.assertIn("ნინო", text_of(read(replace(ENGLISH, holder_name="ᲜᲘᲜᲝ"))))

    def test_greek_cyrillic_and_vietnamese_are_drawn(self):
        for name in ["Νίκος", "Жанна", "Nguyễn"]:
            with self.subTest(name):
                self.assertIn(letters_of(name), text_of(read(replace(ENGLISH, holder_name=name))))

    def test_where_the_standards_cannot_be_met_the_certificate_is_drawn_without_and_logged(self):
        compile_certificate = pdf._compile

        def refuse_standards(content, awarded_on, standards):
            if standards:
                raise typst.TypstError("PDF/UA-1 error")
            return compile_certificate(content, awarded_on, standards)

        with mock.patch.object(pdf, "_compile", refuse_standards), self.assertLogs(pdf.logger, "ERROR") as logs:
            self.assertIn("Beridze", text_of(read(ENGLISH)))
        self.assertIn(ENGLISH.public_id, logs.output[0])


class Threads(SimpleTestCase):
    def test_eight_threads_draw_what_one_draws(self):
        people = [replace(data, holder_name=f"{data.holder_name} {n}") for n in range(16) for data in LANGUAGES]
        expected = [render_certificate(person) for person in people]
        with ThreadPoolExecutor(8) as threads:
            self.assertEqual(list(threads.map(render_certificate, people)), expected)

    def test_fonts_are_loaded_once_when_threads_start_together(self):
        typesetting._load_fonts.cache_clear()
        start = threading.Barrier(8)

        def load(_):
            start.wait()
            return typesetting._fonts()

        with ThreadPoolExecutor(8) as threads:
            self.assertEqual(len(set(map(id, threads.map(load, range(8))))), 1)
