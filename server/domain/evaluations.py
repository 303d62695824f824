"""The five grades and the national platform's tags (domain facts: 好差评, three digits, first digit the grade). Values only.

Grades are kept as 5 = 非常满意 … 1 = 非常不满意; GB/T 39046 numbers them the other way round, which only an export may do.
"""

from __future__ import annotations

GRADES: dict[int, tuple[str, str]] = {
    5: ("非常满意", "Very satisfied"),
    4: ("满意", "Satisfied"),
    3: ("基本满意", "Fairly satisfied"),
    2: ("不满意", "Dissatisfied"),
    1: ("非常不满意", "Very dissatisfied"),
}
GOOD = frozenset({5, 4, 3})  # counted as 好评 unless the hall says otherwise
BAD = frozenset({2, 1})
OUTCOMES = ("corrected", "explained", "mistaken", "malicious", "unverified")  # of a case; 误评 and 恶意 are kept, and not deleted

TAGS: dict[int, dict[str, tuple[str, str]]] = {
    5: {
        "510": ("一窗受理一次办结", "One window, done at once"),
        "511": ("可以先受理后补材料", "Accepted first, papers later"),
        "512": ("不用提交证明", "No certificates needed"),
        "513": ("可以全程网上办理", "Can be done wholly online"),
        "514": ("可以使用手机办理", "Can be done by phone"),
        "515": ("可以就近办理", "Can be done nearby"),
        "516": ("无需材料直接办理", "No papers needed"),
        "517": ("服务热情效率高", "Friendly and quick"),
    },
    4: {
        "406": ("填写一张表单就可完成申报", "One form was enough"),
        "407": ("在线提交材料窗口核验", "Papers online, checked at the window"),
        "408": ("一张清单告知全部申报材料", "One list named all papers"),
        "409": ("用告知承诺减免申报材料", "Fewer papers by declaration"),
        "410": ("可以在线预约办理", "Could be booked online"),
        "411": ("跑大厅一次办完", "One visit was enough"),
        "412": ("可以使用自助机办理", "Self-service was possible"),
        "413": ("服务态度较好", "Good manner"),
    },
    3: {
        "307": ("一次性告知需要补正的材料", "All corrections named at once"),
        "308": ("提供申报材料样本", "Sample papers were offered"),
        "309": ("在承诺的时间内办结", "Done within the promised time"),
        "310": ("办事指南指引准确", "The guide was accurate"),
        "311": ("按办事指南要求的材料即可办理", "The listed papers were enough"),
        "312": ("可以快递送达", "Sent by courier"),
        "313": ("跑动次数与承诺的一致", "Visits as promised"),
        "314": ("服务态度一般", "Average manner"),
    },
    2: {
        "207": ("没有提供材料样本", "No sample papers"),
        "208": ("没有提供材料清单", "No list of papers"),
        "209": ("未在承诺时间内办结", "Not within the promised time"),
        "210": ("同样内容的证明材料被要求多次提交", "Same papers asked for again"),
        "211": ("承诺网办但无法在线办理", "Promised online, was not possible"),
        "212": ("在线预约办理后到实体大厅重复取号排队", "Booked online, had to queue again"),
        "213": ("窗口人员业务不熟练", "Staff not well trained"),
        "214": ("服务态度生硬", "Curt manner"),
    },
    1: {
        "108": ("在办事指南之外增加新的审批条件", "Conditions not in the guide"),
        "109": ("需提供办事指南之外的申报材料", "Papers not in the guide"),
        "110": ("无理由超过法定办理时间", "Past the legal time without reason"),
        "111": ("办事指南提供样本有错", "Wrong samples in the guide"),
        "112": ("承诺在线收取申报材料实际无法收取", "Online papers could not be sent"),
        "113": ("多头跑窗口和部门", "Sent from window to window"),
        "114": ("跑动次数与承诺的不一致", "More visits than promised"),
        "115": ("服务态度差效率低", "Bad manner and slow"),
    },
}
