// Neighbours that somebody may be referred to, in the samples of desk and guide.
import type { HallToRefer } from "../wire";

export const referrals: { items: HallToRefer[] } = {
  items: [
    {
      code: "33108100000002",
      names: { zh: "天台县平桥镇便民服务中心", en: "Pingqiao Town Service Centre" },
      ready: true,
      open: true,
      waiting: 4,
      services: [
        { code: "sb-pension", names: { zh: "基本养老保险待遇核定及关系转移接续", en: "Pension benefits" }, waiting: 1 },
        { code: "yb", names: { zh: "医疗保险", en: "Medical insurance" }, waiting: 3 },
      ],
    },
    {
      code: "33108100000003",
      names: { zh: "企业服务中心", en: "Enterprise Service Centre" },
      ready: false,
      open: null,
      waiting: null,
      services: [],
    },
  ],
};
