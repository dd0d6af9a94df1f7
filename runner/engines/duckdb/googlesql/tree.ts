/** A parsed GoogleSQL query. `at` is the offset of a node's first character; names keep their letter case. */
export type Name = { text: string; at: number };

export type Query = {
  at: number;
  with: { recursive: boolean; entries: { name: Name; query: Query }[] } | undefined;
  body: Body;
  orderBy: OrderItem[];
  limit: { count: Expression; skip: Expression | undefined } | undefined;
};

export type Body =
  | Select
  | { kind: "set"; operator: SetOperator; left: Body; right: Body; at: number }
  | { kind: "query"; query: Query; at: number };

export const setOperators = ["union all", "union distinct", "except distinct", "intersect distinct"] as const;
export type SetOperator = (typeof setOperators)[number];

export type Select = {
  kind: "select";
  at: number;
  distinct: boolean;
  asStruct: boolean;
  items: SelectItem[];
  from: From | undefined;
  where: Expression | undefined;
  groupBy: Expression[];
  having: Expression | undefined;
  qualify: Expression | undefined;
  windows: { name: Name; window: Window }[];
};

export type SelectItem =
  | { kind: "expression"; expression: Expression; alias: Name | undefined; at: number }
  | {
      kind: "star";
      of: Expression | undefined;
      except: Name[];
      replace: { expression: Expression; name: Name }[];
      at: number;
    };

export type From =
  | { kind: "table"; path: Name[]; alias: Name | undefined; at: number }
  | { kind: "query"; query: Query; alias: Name | undefined; at: number }
  | { kind: "unnest"; array: Expression; alias: Name | undefined; position: Name | undefined; at: number }
  | { kind: "join"; type: JoinType; left: From; right: From; on: Expression | undefined; using: Name[]; at: number }
  | {
      kind: "unpivot";
      of: From;
      value: Name;
      name: Name;
      columns: { column: Name; label: Name | undefined }[];
      alias: Name | undefined;
      at: number;
    };

export const joinTypes = ["inner", "left", "right", "full", "cross"] as const;
export type JoinType = (typeof joinTypes)[number];

export type OrderItem = {
  expression: Expression;
  descending: boolean;
  nulls: "first" | "last" | undefined;
  at: number;
};

export type Window = {
  base: Name | undefined;
  partitionBy: Expression[];
  orderBy: OrderItem[];
  frame: { unit: "rows" | "range"; from: FrameBound; to: FrameBound; at: number } | undefined;
  at: number;
};

export type FrameBound =
  | { kind: "unbounded preceding" | "current row" | "unbounded following" }
  | { kind: "preceding" | "following"; count: Expression };

export type TypeName =
  | { kind: "simple"; name: string; parameters: string[]; at: number }
  | { kind: "array"; element: TypeName; at: number }
  | { kind: "struct"; fields: { name: string | undefined; type: TypeName }[]; at: number };

export type Call = {
  kind: "call";
  at: number;
  /** In capitals: `LOWER`, `NET.HOST`; without the `SAFE.` in front. */
  name: string;
  safe: boolean;
  args: Expression[];
  distinct: boolean;
  nulls: "ignore" | "respect" | undefined;
  orderBy: OrderItem[];
  limit: Expression | undefined;
  over: Window | undefined;
};

export type Expression =
  | { kind: "null" | "star"; at: number }
  | { kind: "bool"; value: boolean; at: number }
  | { kind: "integer"; value: bigint; at: number }
  | { kind: "float"; text: string; at: number }
  | { kind: "text" | "bytes"; value: string; at: number }
  /** `DATE '2026-01-01'`; the type is in capitals. */
  | { kind: "typed"; type: string; value: string; at: number }
  | { kind: "path"; parts: Name[]; at: number }
  | { kind: "field"; of: Expression; name: Name; at: number }
  | { kind: "element"; of: Expression; index: Expression; by: ElementBy; at: number }
  | { kind: "unary"; operator: "-" | "+" | "~" | "not"; operand: Expression; at: number }
  | { kind: "binary"; operator: string; left: Expression; right: Expression; at: number }
  | {
      kind: "like";
      not: boolean;
      operand: Expression;
      patterns: Expression[];
      quantifier: "any" | "all" | undefined;
      at: number;
    }
  | { kind: "between"; not: boolean; operand: Expression; low: Expression; high: Expression; at: number }
  | { kind: "in"; not: boolean; operand: Expression; of: InSet; at: number }
  | { kind: "is"; not: boolean; operand: Expression; what: "null" | "true" | "false" | "unknown"; at: number }
  | { kind: "distinct"; not: boolean; left: Expression; right: Expression; at: number }
  | {
      kind: "case";
      operand: Expression | undefined;
      whens: { when: Expression; result: Expression }[];
      otherwise: Expression | undefined;
      at: number;
    }
  | { kind: "cast"; safe: boolean; operand: Expression; type: TypeName; format: Expression | undefined; at: number }
  | { kind: "extract"; part: Expression; operand: Expression; zone: Expression | undefined; at: number }
  | { kind: "interval"; amount: Expression; part: Name; at: number }
  | { kind: "array"; element: TypeName | undefined; items: Expression[]; at: number }
  | {
      kind: "struct";
      type: TypeName | undefined;
      items: { expression: Expression; name: Name | undefined }[];
      at: number;
    }
  | { kind: "subquery"; as: "value" | "array" | "exists"; query: Query; at: number }
  | Call;

export type ElementBy = "index" | "offset" | "safe_offset" | "ordinal" | "safe_ordinal";

export type InSet =
  | { kind: "list"; items: Expression[] }
  | { kind: "query"; query: Query }
  | { kind: "unnest"; array: Expression };
