// What somebody has chosen of a package, ready to be taken or booked: answers, legs for another day, the first station, how many there are.
export interface Chosen {
  answers: Record<string, boolean>;
  without: string[];
  first: string;
  n: number;
}
