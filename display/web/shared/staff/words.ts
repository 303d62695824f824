// Words of signing in, the same on every staff page.
import { words } from "../words";

export const say = words({
  sign_in: ["登录", "Sign in"],
  name: ["姓名", "Name"],
  password: ["密码", "Password"],
  show: ["显示密码", "Show the password"],
  first: ["第一次登录，请设置自己的密码", "First sign-in: choose a password of your own"],
  first_hint: ["至少8个字符。以后只用新密码登录。", "At least 8 characters. From now on only the new one is good."],
  new_password: ["新密码", "New password"],
  again: ["再输一次", "Once more"],
  differ: ["两次输入的不一样。", "The two are not the same."],
  set: ["设置并继续", "Set and go on"],
  away: [
    "连不上大厅服务器，正在重试。请检查网线或联系管理员。",
    "The hall server cannot be reached; trying again. Check the network or call the administrator.",
  ],
  not_yours: ["{name}，您的身份不能使用这个页面。", "{name}, your role cannot use this page."],
  other: ["换人登录", "Sign in as someone else"],
  out: ["退出登录", "Sign out"],
  role_clerk: ["窗口人员", "Clerk"],
  role_guide: ["导服", "Guide"],
  role_manager: ["大厅管理", "Manager"],
  role_auditor: ["审计", "Auditor"],
  role_admin: ["系统管理", "Administrator"],
});
