import { readFile } from "node:fs/promises";

type Row = (string | number | bigint | boolean | null)[];
type Work = {
  inputs: Record<string, { path: string; name: string }[]>;
  out: Record<string, { write(row: Row): void | Promise<void> }>;
};

/** One line a loan: book, reader, day lent, days. A line whose numbers are none is rejected. */
export default async function parse({ inputs, out }: Work): Promise<void> {
  let loanNumber = 0;
  for (const file of inputs.loans ?? [])
    for (const [index, line] of (await readFile(file.path, "utf8")).split("\n").entries()) {
      if (index === 0 || line === "") continue;
      const [book = "", reader = "", lentOn = "", days = ""] = line.split(",");
      if (/^\d+$/.test(book) && /^\d+$/.test(days)) {
        loanNumber += 1;
        await out.loan?.write([loanNumber, Number(book), reader, lentOn, Number(days)]);
      } else await out.loan_rejects?.write([index + 1, "book or days is no number"]);
    }
}
