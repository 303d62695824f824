// The five grades and their tags as the hall sends them (5 = best). For sample states only: a live pad gets them from the server.
import type { GradeOption } from "../wire";

type Tag = [code: string, zh: string, en: string];
const grade = (value: GradeOption["grade"], zh: string, en: string, tags: Tag[]): GradeOption => ({
  grade: value,
  zh,
  en,
  tags: tags.map(([code, z, e]) => ({ code, zh: z, en: e })),
});

export const GRADES: GradeOption[] = [
  grade(5, "非常满意", "Very satisfied", [
    ["510", "一窗受理一次办结", "Done at one window in one visit"],
    ["511", "可以先受理后补材料", "Accepted first, documents later"],
    ["512", "不用提交证明", "No certificates needed"],
    ["513", "可以全程网上办理", "Can be done fully online"],
    ["514", "可以使用手机办理", "Can be done by phone"],
    ["515", "可以就近办理", "Can be done nearby"],
    ["516", "无需材料直接办理", "No documents needed"],
    ["517", "服务热情效率高", "Friendly and efficient"],
  ]),
  grade(4, "满意", "Satisfied", [
    ["406", "填写一张表单就可完成申报", "One form was enough"],
    ["407", "在线提交材料窗口核验", "Documents sent online, checked here"],
    ["408", "一张清单告知全部申报材料", "One list named all documents"],
    ["409", "用告知承诺减免申报材料", "A pledge replaced documents"],
    ["410", "可以在线预约办理", "Could be booked online"],
    ["411", "跑大厅一次办完", "One visit was enough"],
    ["412", "可以使用自助机办理", "Can be done at a machine"],
    ["413", "服务态度较好", "Good attitude"],
  ]),
  grade(3, "基本满意", "Fairly satisfied", [
    ["307", "一次性告知需要补正的材料", "Told at once what was missing"],
    ["308", "提供申报材料样本", "Sample documents were given"],
    ["309", "在承诺的时间内办结", "Done in the promised time"],
    ["310", "办事指南指引准确", "The guide was accurate"],
    ["311", "按办事指南要求的材料即可办理", "The guide’s documents were enough"],
    ["312", "可以快递送达", "Delivered by courier"],
    ["313", "跑动次数与承诺的一致", "As many visits as promised"],
    ["314", "服务态度一般", "Ordinary attitude"],
  ]),
  grade(2, "不满意", "Dissatisfied", [
    ["207", "没有提供材料样本", "No sample documents"],
    ["208", "没有提供材料清单", "No list of documents"],
    ["209", "未在承诺时间内办结", "Not done in the promised time"],
    ["210", "同样内容的证明材料被要求多次提交", "Same proof asked for more than once"],
    ["211", "承诺网办但无法在线办理", "Promised online, but impossible"],
    ["212", "在线预约办理后到实体大厅重复取号排队", "Booked online, yet had to queue again"],
    ["213", "窗口人员业务不熟练", "Staff not familiar with the matter"],
    ["214", "服务态度生硬", "Unfriendly attitude"],
  ]),
  grade(1, "非常不满意", "Very dissatisfied", [
    ["108", "在办事指南之外增加新的审批条件", "Conditions beyond the guide"],
    ["109", "需提供办事指南之外的申报材料", "Documents beyond the guide"],
    ["110", "无理由超过法定办理时间", "Legal time exceeded without reason"],
    ["111", "办事指南提供样本有错", "Samples in the guide are wrong"],
    ["112", "承诺在线收取申报材料实际无法收取", "Online filing promised, not possible"],
    ["113", "多头跑窗口和部门", "Sent from window to window"],
    ["114", "跑动次数与承诺的不一致", "More visits than promised"],
    ["115", "服务态度差效率低", "Bad attitude, slow"],
  ]),
];
