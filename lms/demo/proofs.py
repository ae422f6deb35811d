"""Certificates of other organisations that people of the demo handed in."""

from datetime import timedelta

from certifications.evidence_files import ProofFile, proof_file
from certifications.external_evidence import submit_evidence
from certifications.models import Certification
from certifications.pdf import CertificateData, render_certificate
from lms.demo.content import read
from lms.demo.moments import days_ago, today
from lms.demo.people import person
from people.models import User


def load_proofs() -> None:
    for record in read("histories")["proof"]:
        submit_evidence(
            person(record["person"]),
            Certification.objects.get(code=record["certification"]),
            _certificate(record, person(record["person"])),
            record["statement"],
            record["issuer"],
            issued_on=today() - timedelta(days=record["issued"]),
            expires_on=today() + timedelta(days=record["lasts"]),
            at=days_ago(record["days_ago"], hour=15),
        )


def _certificate(record: dict, holder: User) -> ProofFile:
    """As the issuer, who is as fictional as the company, would have set it."""
    pdf = render_certificate(
        CertificateData(
            holder_name=holder.name,
            certification_title=record["title"],
            description="",
            organisation=record["issuer"],
            awarded_on=today() - timedelta(days=record["issued"]),
            expires_on=today() + timedelta(days=record["lasts"]),
            public_id="NSS-2231",
            verify_url="https://northgate.example/check/NSS-2231",
            accent="#5b3a6b",
            look="frame",
        )
    )
    return proof_file(f"{record['title']}.pdf", pdf)
