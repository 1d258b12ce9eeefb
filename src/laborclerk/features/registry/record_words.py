"""What the registers are called where a clerk reads of their records."""

from __future__ import annotations

_WORDS = {
    "household": "户", "person": "人员", "census_form": "调查表", "visit": "访问记录",
    "place": "区划", "round": "调查轮次", "frame_edition": "底册", "frame_entry": "底册户",
    "sign_off": "签认", "paper_forms": "纸表收发", "assignment": "分工", "group_report": "月报",
    "person_verdict": "重复判定", "work_spell": "务工经历", "work_update": "台账月报",
    "work_card": "务工卡", "work_check": "核实", "job_seeking": "求职登记",
    "employer": "用工单位", "post": "用工岗位",
    "offer": "岗位询问", "advice": "分类指导", "fair": "招聘会", "fair_post": "招聘会岗位",
    "fair_visit": "招聘会来访", "batch": "批次", "batch_member": "批次人员",
    "batch_leader": "乡镇带队人", "post_change": "调岗", "roster_edition": "名册版次",
    "campaign": "季节行动", "handbook_issue": "手册发放", "handbook_check": "手册核对",
    "own_list": "代码表", "census_notice": "告知用语",
    "bundle": "上报文件", "sheet": "表格",
    "clerk": "录入员", "enrolment": "登记批复", "station": "本站设置",
}  # fmt: skip


def record_word(record_type: str) -> str:
    """The register's name; its own key for one of a newer version."""
    return _WORDS.get(record_type, record_type)
