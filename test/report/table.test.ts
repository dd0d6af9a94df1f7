import { expect, test } from "vitest";
import { formatTable } from "../../runner/report/table.ts";
import { widthOf } from "../../runner/report/width.ts";

const columns = ["vendor", "requests", "note"];
const rows = [
  ["amazon", "1,234", "the largest of them all, by far"],
  ["日本", "7", null],
  ["", null, "cafe\u0301 👩‍👩‍👧"],
];

test("numbers stand to the right, texts to the left, wide letters take their room", () => {
  expect(formatTable(columns, rows)).toBe(
    [
      "vendor  requests  note",
      "------  --------  -------------------------------",
      "amazon     1,234  the largest of them all, by far",
      "日本           7  null",
      "            null  cafe\u0301 👩‍👩‍👧",
    ].join("\n"),
  );
});

test("a table without rows says so under its names", () => {
  expect(formatTable(["a", "bb"], [])).toBe("a  bb\n-  --\n(no rows)");
});

test("the widest text is cut where the table is too wide for the screen, numbers never are", () => {
  const table = formatTable(columns, rows, { width: 40 });
  expect(table.split("\n")[2]).toBe("amazon     1,234  the largest of them a…");
  for (const line of table.split("\n")) expect(widthOf(line)).toBeLessThanOrEqual(40);
});

test("columns for which there is no room are left out and named", () => {
  const table = formatTable(["key", "first_number", "second_number"], [["a", "1234567890", "9876543210"]], {
    width: 24,
  });
  expect(table).toBe("key  first_number\n---  ------------\na      1234567890\n(no room for: second_nu…");
});

test("a table fits at any width", () => {
  for (let width = 1; width < 60; width += 1)
    for (const line of formatTable(columns, rows, { width }).split("\n"))
      expect(widthOf(line)).toBeLessThanOrEqual(width);
});

test("line breaks and control characters of a value move nothing on the screen", () => {
  expect(formatTable(["a"], [["one\r\n two\x1b[2J\x07\u009b3m"]])).toBe("a\n---------------\none two?[2J??3m");
});
