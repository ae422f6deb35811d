from certifications.models.awards import Award
from certifications.models.branding import CertificateBranding
from certifications.models.certifications import Certification
from certifications.models.criteria import CriteriaMigration
from certifications.models.external import ExternalEvidence
from certifications.models.files import CertificateFile

__all__ = ["Award", "CertificateBranding", "CertificateFile", "Certification", "CriteriaMigration", "ExternalEvidence"]
