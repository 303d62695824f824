// Words of the screen over a window.
export const windowScreen = {
  title: ["窗口屏", "Counter screen"],
  counter: ["号窗口", "Counter"],
  called: ["请到本窗口办理", "Please come to this counter"],
  again: ["第{n}次呼叫", "Call no. {n}"],
  serving: ["正在办理", "Now serving"],
  open: ["请等候叫号", "Please wait to be called"],
  services: ["受理事项", "Services here"],
  paused: ["暂停服务", "Paused"],
  paused_hint: ["请稍候，或听从导服人员安排", "Please wait a moment, or ask a guide"],
  closed: ["未开放", "Closed"],
  closed_hint: ["请到其他窗口办理", "Please go to another counter"],
  clerk: ["工作人员", "Clerk"],
  unknown: ["没有{no}号窗口", "There is no counter {no}"],
} as const;
