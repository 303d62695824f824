// Words of the wall board.
export const board = {
  title: ["叫号大屏", "Board"],
  counter: ["号窗口", "Counter"],
  call_again: ["第{n}次呼叫", "Call no. {n}"],
  next: ["请准备", "Next up"],
  next_hint: ["请到窗口附近等候", "Please wait near the counters"],
  next_none: ["暂无", "Nobody"],
  waits: ["等候情况", "Waiting"],
  n_waiting: ["{n}人等候", "{n} waiting"],
  nobody: ["无人等候", "nobody waiting"],
  quiet: ["请取号后在此等候", "Please take a number and wait here"],
  quiet_hint: ["轮到您时，这里会显示您的号码，并有语音播报", "Your number will appear here and be called out"],
  closed: ["大厅未开放", "The hall is closed"],
  hours: ["服务时间", "Opening hours"],
  online: ["不用排队，扫码网上办", "No need to queue: scan and do it online"],
  notice: ["公告", "Notice"],
  sound_off: ["声音未打开，请点一下屏幕", "Sound is off: touch the screen once"],
} as const;
