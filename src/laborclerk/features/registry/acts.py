"""What the use cases are called where a clerk reads of them: in a history, when one is undone."""

from __future__ import annotations

from collections.abc import Sequence

_WORDS = {
    "census.save": "入户登记", "census.visit": "访问记录", "census.delete_person": "撤出登记",
    "census.move_person": "转入他户", "census.import": "表格导入", "frame.import": "底册导入",
    "frame.add": "底册补户", "registry.set": "逐项修改",
    "registry.transfer_household": "户转移", "registry.transfer_person": "人员转移",
    "duplicates.merge": "合并重复", "duplicates.separate": "判为两个人",
    "duplicates.undo": "撤回判定",
    "places.load": "建站带入区划", "places.import": "区划导入", "places.recode": "区划变更",
    "places.export": "导出区划", "census.export": "导出人员", "frame.export": "导出底册",
    "places.add_group": "设村民小组",
    "places.close_group": "停用村民小组", "places.change": "区划修改",
    "round.new": "新开一轮", "round.change": "轮次修改", "round.close": "结束一轮",
    "coverage.sign_off": "村签认", "coverage.withdraw": "撤回签认", "coverage.paper": "纸表收发",
    "coverage.report": "月报", "coverage.assign": "分电脑", "clerk.change": "录入员变动",
    "enrol.approve": "批准登记", "enrol.renew": "换发证书", "enrol.approve_rotation": "批准换密钥",
    "enrol.revoke": "注销电脑", "enrol.accept": "接受批复", "enrol.rotate": "换本机密钥",
    "enrol.succession": "县站换密钥", "enrol.rotate_county": "换县站密钥",
    "enrol.recover": "恢复县站密钥", "print.county-key-sheet": "打印密钥恢复单",
    "bundle.import": "导入上报", "bundle.update": "升级后接上留存的变更",
    "bundle.accept": "接受待核变更", "conflict.resolve": "核定冲突",
    "finding.mend": "合并后改正",
    "dispatch.batch": "派遣批次", "dispatch.add": "加入批次", "dispatch.member": "批次人员修改",
    "dispatch.remove": "移出批次", "dispatch.leader": "乡镇带队人", "dispatch.edition": "名册定稿",
    "dispatch.arrive": "确认到岗", "dispatch.absent": "未成行登记", "dispatch.post": "调整岗位",
    "dispatch.return": "返乡登记", "dispatch.campaign": "季节行动", "dispatch.export": "导出名册",
    "lists.replace": "换代码表", "lists.reset": "改回内置代码表", "census.notice": "核定告知用语",
    "dispatch.import": "导入名册", "handbook.issue": "手册发放", "handbook.check": "手册核对",
    "work.spell": "务工登记", "work.end": "务工结束", "work.delete": "撤销务工记录",
    "work.check": "务工核实", "work.card": "务工卡", "work.update": "台账月报",
    "work.import": "台账导入", "work.adopt": "由调查表入册", "work.export": "导出台账",
    "seeking.register": "求职登记", "seeking.close": "注销求职登记",
    "seeking.delete": "撤销求职登记", "seeking.import": "导入求职登记",
    "seeking.export": "导出求职登记", "practice.seeking": "练习数据",
    "demand.employer": "用工单位", "demand.post": "用工岗位", "demand.close": "岗位停招",
    "demand.delete": "撤出用工需求", "demand.import": "导入用工需求",
    "demand.export": "导出用工需求", "matching.offer": "询问岗位意愿",
    "matching.advice": "分类指导", "fairs.fair": "招聘会", "fairs.posts": "招聘会岗位",
    "fairs.visit": "招聘会来访", "practice.demand": "练习数据",
    "practice.dispatch": "练习数据",
    "undo.entry": "撤销一条", "practice.places": "练习数据",
    "practice.work": "练习数据", "practice.census": "练习数据", "practice.papers": "练习数据",
}  # fmt: skip


def act_word(use_case: str) -> str:
    """The name of a use case; its own code for one of a newer version."""
    return _WORDS.get(use_case, use_case)


def passed_over(use_cases: Sequence[str]) -> str:
    """What is told of acts that an undo passed over, '' for none: nothing of them was left."""
    words = "、".join(dict.fromkeys(f"“{act_word(u)}”" for u in use_cases))
    return f"{words}那一步的内容已经是原样,接着往前一步。" if words else ""
