"""Proofs from elsewhere that tests hand in."""

from datetime import date
from io import BytesIO

from PIL import Image

from certifications.evidence_files import ProofFile, proof_file
from certifications.external_evidence import submit_evidence
from certifications.models import Certification, ExternalEvidence
from people.models import User

PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"
SAID = {"issuer": "Academy of Service", "issued_on": date(2026, 1, 15), "statement": "Complaints, two days"}


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30), **options) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **options)
    return out.getvalue()


def pdf_file() -> ProofFile:
    return proof_file("Academy.pdf", PDF)


def hand_in(person: User, certification: Certification, **said) -> ExternalEvidence:
    return submit_evidence(person, certification, **({"file": pdf_file()} | SAID | said))
