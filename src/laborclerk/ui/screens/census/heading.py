"""What stands above the household form in words: whose it is, what is known, who was there."""

from __future__ import annotations

from laborclerk.catalog.codes import code_list
from laborclerk.catalog.names import display_name
from laborclerk.ui.screens.census.state import FormState


def label_of(codes: str, code: object) -> str:
    """The word of a code; '' for none."""
    return code_list(codes).label(str(code)) if code else ""


def title(state: FormState) -> tuple[str, str]:
    """The record's title, and what else is known of the household, in one line."""
    household = state.form.household
    number = household.get("number")
    name = f"户 {number}" if number else "新的一户"
    head = household.get("head_name")
    place = household.get("place")
    parts = [state.places.label(place)] if isinstance(place, int) else []
    parts.append(label_of("household_kind", household.get("kind")))
    parts.append(label_of("residence", household.get("residence")))
    parts.append(str(household.get("head_phone") or ""))
    visits = state.form.visits
    if visits:
        last = visits[0]
        told = (
            f"访问 {str(last.get('date') or '')[5:]} {label_of('visit_result', last.get('result'))}"
        )
        if last.get("next_date"):
            told += f" → {str(last['next_date'])[5:]}"
        parts.append(told)
    if state.form.form.get("status"):
        parts.append(label_of("form_status", state.form.form["status"]))
    return f"{name}  {display_name(str(head))}" if head else name, " · ".join(p for p in parts if p)


def visits_so_far(state: FormState) -> str:
    """The visits that are recorded, latest first, in one line; '' when there is none."""
    visits = state.form.visits
    if not visits:
        return ""
    told = []
    for visit in visits:
        parts = [str(visit.get("date") or ""), label_of("visit_result", visit.get("result"))]
        if visit.get("next_date"):
            parts.append(f"约 {visit['next_date']} 再访")
        parts.append(str(visit.get("visitor") or ""))
        told.append(" ".join(p for p in parts if p))
    return f"已访 {len(visits)} 次:" + ";".join(told)
