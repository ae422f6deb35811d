import gzip
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta

from django.test import SimpleTestCase, TestCase
from hypothesis import given
from hypothesis import strategies as st

from certifications.awards import grant_award, revoke_award
from certifications.badges.status import (
    LIST_SIZE,
    PURPOSES,
    BadStatusList,
    bit,
    condition,
    encoded,
    entries,
    place_of,
    status_list,
)
from certifications.models import Award
from tests.certifications.badges.cast import AwardCastMixin, signed_by_the_first_key
from tests.queries import at_most

AT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


def packed(bits: bytes) -> str:
    return "u" + urlsafe_b64encode(gzip.compress(bits)).rstrip(b"=").decode()


class BitstringTest(SimpleTestCase):
    def test_an_empty_list_is_the_one_of_the_standard(self):
        """Bitstring Status List v1.0, example 6 unpacks to the same bits."""
        of_the_standard = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA"
        bits = [gzip.decompress(urlsafe_b64decode(text[1:] + "==")) for text in (encoded([]), of_the_standard)]
        self.assertEqual(bits[0], bits[1])

    def test_bits_are_counted_from_the_left(self):
        bits = gzip.decompress(urlsafe_b64decode(encoded([0, 9, LIST_SIZE - 1])[1:] + "=="))
        self.assertEqual((bits[0], bits[1], bits[-1], len(bits)), (0b10000000, 0b01000000, 1, 16_384))

    @given(st.sets(st.integers(0, LIST_SIZE - 1), max_size=40), st.integers(0, LIST_SIZE - 1))
    def test_what_is_set_is_read_and_nothing_else(self, indexes, other):
        text = encoded(indexes)
        self.assertTrue(all(bit(text, index) for index in indexes))
        self.assertEqual(bit(text, other), other in indexes)

    def test_hostile_lists_are_refused(self):
        whole = packed(bytes(LIST_SIZE // 8))
        for text, index in (
            (None, 0),
            ("", 0),
            ("zabc", 0),
            ("u!!!", 0),
            ("uAAAA", 0),
            (whole[:-20], 0),
            (packed(bytes(100)), 0),
            (packed(bytes(50_000_000)), 0),
            (whole, LIST_SIZE),
            (whole, -1),
        ):
            with self.subTest(str(text)[:12], index=index), self.assertRaises(BadStatusList):
                bit(text, index)


@signed_by_the_first_key
class PublishedListTest(AwardCastMixin, TestCase):
    def subject(self, purpose, at):
        payload = status_list(purpose, 0, at).split(".")[1]
        return json.loads(urlsafe_b64decode(payload + "=="))["credentialSubject"]

    def is_set(self, award, purpose, at):
        return bit(self.subject(purpose, at)["encodedList"], place_of(award)[1])

    def test_each_award_has_its_own_place_for_ever(self):
        first, second = self.award(AT), self.award(AT, self.layla)
        places = {entries(award)[0]["statusListIndex"] for award in (first, second)}
        self.assertEqual(len(places), 2)
        revoke_award(first, self.daniel, "Shared the answers")
        self.assertEqual(entries(first), entries(Award.objects.get(pk=first.pk)))
        far = Award(pk=3 * LIST_SIZE + 5)
        self.assertEqual(place_of(far), (3, 5))

    def test_the_bits_follow_the_award(self):
        valid, revoked, old = (self.award(AT, who) for who in (self.maya, self.layla, self.sam))
        revoke_award(revoked, self.daniel, "Shared the answers", AT)
        grant_award(self.certification, self.sam, {}, AT, by=self.daniel, reason="A wrong name")
        day = timedelta(days=1)
        for award, purpose, at, expected in (
            (valid, "revocation", AT + day, False),
            (valid, "suspension", AT + day, False),
            (valid, "suspension", AT + 400 * day, True),
            (revoked, "revocation", AT + day, True),
            (revoked, "suspension", AT + day, False),
            (old, "revocation", AT + day, False),
            (old, "suspension", AT + day, True),
        ):
            with self.subTest(award=award.holder_name, purpose=purpose, at=at):
                self.assertEqual(self.is_set(award, purpose, at), expected)
                self.assertEqual(Award.objects.filter(condition(purpose, at), pk=award.pk).exists(), expected)

    def test_a_list_costs_one_query_and_hides_how_many_there_are(self):
        for holders in ((self.maya,), (self.layla, self.sam, self.tamar)):
            for holder in holders:
                self.award(AT, holder)
            for purpose in PURPOSES:
                with at_most(1):
                    text = self.subject(purpose, AT)["encodedList"]
                self.assertEqual(len(gzip.decompress(urlsafe_b64decode(text[1:] + "=="))), LIST_SIZE // 8)
