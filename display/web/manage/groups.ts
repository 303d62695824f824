// What figures may be told by, and how the hall tells them. It knows no sums.
import type { Both, Grouping } from "../shared/wire";

export interface GroupFigures {
  code?: string;
  no?: string;
  name?: string;
  issued: number;
  served: number;
  no_shows: number;
  kept_pct: number | null;
  wait_p50: number | null;
  wait_p90: number | null;
  wait_mean?: number | null;
  wait_max?: number | null;
  handling_mean?: number | null;
  long_pct?: number | null;
  at_once?: number;
  promised?: number;
  tolerated?: number;
  waived?: number;
  referred?: number;
}
/** How many needed no window, their shares of all who came, and the shares that the hall wants to reach, in percent. */
export interface Diverted {
  selfservice: number;
  online: number;
  window: number;
  online_pct: number | null;
  elsewhere_pct: number | null;
  online_goal: number;
  elsewhere_goal: number;
}
/** Of numbers taken for a package; times in seconds. */
export interface PackageFigures {
  code: string;
  issued: number;
  over: number;
  complete_pct: number | null;
  first_pass_pct: number | null;
  legs: number | null;
  door_mean: number | null;
  door_p50: number | null;
  door_p90: number | null;
  by_leg: {
    service: string;
    visits: number;
    done_pct: number | null;
    evaluated_pct: number | null;
    good_pct: number | null;
  }[];
}
export interface Beside {
  packages?: PackageFigures[];
  diverted?: Diverted;
  names?: Partial<Record<Grouping | "package", Record<string, Both>>>;
  definitions?: { figure: string; name: Both; is: Both }[];
  [list: string]: unknown;
}
