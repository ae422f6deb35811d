"""The service strategy: KPIs, vision, steps and goals, competencies."""

from lms.demo.content import labels, read
from lms.demo.people import DOMAIN
from people.models import User
from strategy.models import Competency, Kpi, ServiceGoal


def load_strategy() -> None:
    content = read("strategy")
    kpis = {
        record["code"]: Kpi.objects.create(
            code=record["code"], unit=record["unit"], better=record["better"], **labels(record, "name")
        )
        for record in content["kpi"]
    }
    goals: dict[str, ServiceGoal] = {}
    for position, record in enumerate(content["goal"]):
        goals[record["code"]] = _goal(record, position, goals.get(record["parent"]), kpis.get(record["kpi"]))
    for record in content["competency"]:
        Competency.objects.create(code=record["code"], **labels(record, "name", "description"))


def _goal(record: dict, position: int, parent: ServiceGoal | None, kpi: Kpi | None) -> ServiceGoal:
    return ServiceGoal.objects.create(
        code=record["code"],
        level=record["level"],
        parent=parent,
        kpi=kpi,
        baseline=record.get("baseline"),
        target=record.get("target"),
        owner=User.objects.filter(email=f"{record['owner']}@{DOMAIN}").first(),
        position=position,
        **labels(record, "title", "description"),
    )
