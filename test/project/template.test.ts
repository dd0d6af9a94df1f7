import { expect, test } from "vitest";
import { partialsOf } from "../../runner/project/partials.ts";
import { renderSql } from "../../runner/project/render.ts";
import { readTemplate } from "../../runner/project/template.ts";
import { mistakesIn, projectOf } from "./folder.ts";

/** The SQL of a Postgres template with its symbols spelled out, and the mistakes as `line:column: ...`. */
function read(body: string, partials: Record<string, string> = {}, side: "postgres" | "warehouse" = "postgres") {
  const files = Object.entries(partials).map(([name, text]) => ({ file: `models/partials/${name}.sql`, text }));
  const template = readTemplate(body, {
    start: { file: "m.sql", line: 1, column: 1 },
    partials: partialsOf(files, side),
  });
  const rendered = renderSql(template.pieces, {
    ref: (name) => `<ref ${name}>`,
    source: (source, table) => `<source ${source}.${table}>`,
    variable: (name, type) => `<var ${name} ${type}>`,
    ident: (text) => `<ident ${text}>`,
    this: "<this>",
  });
  const mistakes = template.mistakes.map(
    ({ place, message, expected }) => `${place.file}:${place.line}:${place.column}: ${message}; ${expected}`,
  );
  return { ...rendered, mistakes };
}

test("references, vars, identifiers and the table itself stay symbols", () => {
  const { sql } = read(
    'select {{ident "a b"}}, {{var "x"}}, {{var "y" "date"}} from {{ref "m"}}, {{source "s" "t"}}, {{this}}',
  );
  expect(sql).toBe("select <ident a b>, <var x string>, <var y date> from <ref m>, <source s.t>, <this>");
});

test("nothing is escaped as HTML", () => {
  expect(read('select \'<&>"\' {{> p x="a < b & c"}}', { p: "{{x}} {{{x}}}" }).sql).toBe(
    "select '<&>\"' a < b & c a < b & c",
  );
});

test("a partial takes arguments, also symbols, and passes them on", () => {
  const partials = {
    outer: '{{> inner column="a" limit=(var "count" "int64")}} and {{column}}',
    inner: "{{column}} < {{limit}}",
  };
  expect(read('where {{> outer column="b"}}', partials).sql).toBe("where a < <var count int64> and b");
});

test("a partial has one body per engine, and the common one where there is none", () => {
  const partials = { "p.postgres": "one", "p.bigquery": "two", q: "both" };
  expect(read("{{> p}} {{> q}}", partials).sql).toBe("one both");
  expect(read("{{> p}} {{> q}}", partials, "warehouse").sql).toBe("two both");
});

test("a partial on a line of its own keeps the lines around it", () => {
  expect(read("select\n    {{> p}}\nfrom x", { p: "a,\nb\n" }).sql).toBe("select\n    a,\nb\nfrom x");
  expect(read("select {{> p}} as c\nfrom x", { p: "a\n" }).sql).toBe("select a as c\nfrom x");
});

test("conditions and lists", () => {
  const partials = { p: "{{#if a}}A{{else if b}}B{{else}}C{{/if}}{{#unless a}}!{{/unless}}" };
  expect(read("{{> p a=true}} {{> p b=1}} {{> p}}", partials).sql).toBe("A B! C!");
  expect(read('{{#each (list "x" "y")}}{{this}}{{#unless @last}}, {{/unless}}{{/each}}').sql).toBe("x, y");
  expect(
    read('{{#each (list "x" "y") as |name index|}}{{index}}{{> p column=name}}{{/each}}', { p: "({{column}})" }).sql,
  ).toBe("0(x)1(y)");
  expect(read('{{> p kind="a"}}{{> p kind="b"}}', { p: '{{#if (eq kind "a")}}1{{else}}2{{/if}}' }).sql).toBe("12");
});

test("comments of the template are no SQL", () => {
  expect(read("select {{!-- not {{ref}} --}}1").sql).toBe("select 1");
});

test("every letter of the SQL leads back to the file it came from", () => {
  const body = 'select\n  {{#if true}}\n  a,\n  {{/if}}\n  {{> p column="b"}},\n  c -- é\nfrom {{ref "m"}} as d';
  const partial = "lower(\n  {{column}}\n)";
  const { sql, locate } = read(body, { p: partial });
  const lines = { "m.sql": body.split("\n"), "models/partials/p.sql": partial.split("\n") };
  for (const word of ["select", "a,", "lower", "(", ")", "c --", "from", "as d"]) {
    const place = locate(sql.indexOf(word));
    expect(lines[place.file as keyof typeof lines][place.line - 1]!.slice(place.column - 1)).toMatch(
      word === "(" || word === ")" ? new RegExp(`^\\${word}`) : new RegExp(`^${word}`),
    );
  }
  expect(locate(sql.indexOf("b\n"))).toEqual({ file: "models/partials/p.sql", line: 2, column: 3 });
  expect(locate(sql.indexOf("<ref"))).toEqual({ file: "m.sql", line: 7, column: 6 });
});

test("an unknown helper, block or partial is named with the nearest one", () => {
  expect(read('{{reff "a"}}\n{{#iff x}}{{/iff}}\n{{> lowr}}{{oops}}', { low: "x" }).mistakes).toEqual([
    'm.sql:1:1: unknown helper "reff"; nearest is "ref"',
    'm.sql:2:1: unknown block "#iff"; nearest is "if"',
    'm.sql:3:1: unknown partial "lowr"; nearest is "low"',
    'm.sql:3:11: unknown helper "oops"; nearest is "this"',
  ]);
});

test("a partial that is not given what it needs, or is given what it does not know", () => {
  expect(read('select 1,\n  {{> p colum="a"}}', { p: "lower(\n  {{column}})" }).mistakes).toEqual([
    'm.sql:2:3: partial "p" has no argument "colum"; nearest is "column"',
    'm.sql:2:3: partial "p" needs the argument "column" (models/partials/p.sql:2:3); nearest is "colum"',
  ]);
  expect(read("{{> p}}", { p: "{{column}}" }).mistakes).toEqual([
    'm.sql:1:1: partial "p" needs the argument "column" (models/partials/p.sql:1:1); expected {{> p column="..."}}',
  ]);
});

test("a helper with too few, too many, empty or wrong arguments", () => {
  expect(
    read('{{ref}}\n{{ref "a" "b"}}\n{{source "a"}}\n{{ref ""}}\n{{ref 1}}\n{{ref name="a"}}\n{{var "x" "dat"}}')
      .mistakes,
  ).toEqual([
    'm.sql:1:1: {{ref}} has 0 arguments; expected {{ref "model_or_seed"}}',
    'm.sql:2:1: {{ref}} has 2 arguments; expected {{ref "model_or_seed"}}',
    'm.sql:3:1: {{source}} has 1 argument; expected {{source "source" "table"}}',
    'm.sql:4:1: {{ref}} has an empty argument; expected {{ref "model_or_seed"}}',
    'm.sql:5:1: {{ref}} has an argument that is no text; expected {{ref "model_or_seed"}}',
    'm.sql:6:1: {{ref}} takes no named arguments; expected {{ref "model_or_seed"}}',
    'm.sql:7:1: unknown type "dat" of var "x"; nearest is "date"',
  ]);
});

test("a condition on a var: its value is not known when the template is read", () => {
  expect(read('{{#if (var "x")}}a{{/if}}').mistakes).toEqual([
    "m.sql:1:1: {{#if}} asks for a value that is not known yet; expected an argument of the partial; compare a var in SQL",
  ]);
});

test("a list that is printed, and a text that is listed", () => {
  expect(read('{{#each "a"}}{{/each}}{{> p x=(list "a")}}', { p: "{{x}}" }).mistakes).toEqual([
    'm.sql:1:1: {{#each}} is given no list; expected {{#each (list "a" "b")}}',
    "models/partials/p.sql:1:1: a list is no text; expected {{#each list}}{{this}}{{/each}}",
  ]);
});

test("partials that read each other are shown as their path", () => {
  expect(read("{{> a}}", { a: "{{> b}}", b: "\n {{> a}}" }).mistakes).toEqual([
    'models/partials/b.sql:2:2: partial "a" reads itself: a -> b -> a; take one of them out',
  ]);
});

test("what is not Handlebars is a mistake at its place, in a partial too", () => {
  const way = 'expected {{helper "text"}}, {{> partial}} or a block that is closed';
  expect(read("select\n {{#if x}} b").mistakes).toEqual([`m.sql:2:13: the template ends too early; ${way}`]);
  expect(read('a\n {{ref "x}} b').mistakes).toEqual([`m.sql:2:8: the template is not Handlebars near "\\""; ${way}`]);
  expect(read("a\n {{#if x}} b {{/each}}").mistakes).toEqual([
    "m.sql:2:5: if doesn't match each; expected blocks that open and close in pairs",
  ]);
  expect(read("{{> p}}", { p: "x\n{{" }).mistakes).toEqual([
    `models/partials/p.sql:2:3: the template ends too early; ${way}`,
  ]);
});

test("a partial that nothing uses is read too", async () => {
  expect(await mistakesIn({ "models/partials/p.sql": "{{#if x}}" })).toEqual([
    'models/partials/p.sql:1:10: the template ends too early; expected {{helper "text"}}, {{> partial}} or a block that is closed',
  ]);
});

test("a template of a file begins where its comment ends", async () => {
  expect(await mistakesIn({ "models/postgres/m.sql": '/* */ select {{reff "a"}}\n' })).toEqual([
    'models/postgres/m.sql:1:14: unknown helper "reff"; nearest is "ref"',
  ]);
});

test("CRLF in a template is a line break like any other", async () => {
  const { models } = await projectOf({ "models/postgres/m.sql": "/* */\r\nselect\r\n    1 as a\r\n" });
  expect(models.get("m")!.pieces).toEqual([
    { kind: "text", text: "select\n    1 as a", place: { file: "models/postgres/m.sql", line: 2, column: 1 } },
  ]);
});
