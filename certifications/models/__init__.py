from certifications.models.awards import Award
from certifications.models.certifications import Certification

__all__ = ["Award", "Certification"]
