"""How much memory this process takes, by Linux's own account of it."""

from pathlib import Path

STATUS, PEAK = Path("/proc/self/status"), Path("/proc/self/clear_refs")


class Memory:
    """What the process holds when this is made."""

    def __init__(self):
        self.before = _kilobytes("VmRSS")
        try:
            PEAK.write_text("5")
        except OSError:  # then the peak is that of the whole run
            return

    def growth(self) -> float | None:
        """How much more it held since then at most, in MB; None where the system does not tell."""
        peak = _kilobytes("VmHWM")
        return None if peak is None or self.before is None else (peak - self.before) / 1024


def _kilobytes(name: str) -> int | None:
    lines = STATUS.read_text().splitlines() if STATUS.exists() else []
    return next((int(line.split()[1]) for line in lines if line.startswith(name)), None)
