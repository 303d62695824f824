// What a page shows, as a file to take away: CSV that spreadsheets open in Chinese. It asks the hall for nothing.

/** A cell of CSV. One that a spreadsheet would compute is told to be text. */
function cell(value: unknown): string {
  const text = value === null || value === undefined ? "" : String(value);
  const plain =
    typeof value !== "number" && /^[=+\-@\t\r]/.test(text) && !/^-?[\d.,]+%?$/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replace(/"/g, '""')}"` : plain;
}

export const csv = (rows: unknown[][]): string => rows.map((row) => row.map(cell).join(",") + "\r\n").join("");

/** Gives the browser a file to keep; the mark at its head tells Excel that it is UTF-8. */
export function takeAway(name: string, rows: unknown[][]): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(["\ufeff", csv(rows)], { type: "text/csv;charset=utf-8" }));
  link.download = `${name.replace(/[\\/:*?"<>|]+/g, " ").trim()}.csv`;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
