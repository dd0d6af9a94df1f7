/**
 * What a regular expression is made of. `groups`: capturing groups; `optional`: one of them may stay out of a match; `empty`: it may
 * match nothing at all. Both engines read RE2, and differ in what they make of the last two.
 */
export type Pattern = { groups: number; optional: boolean; empty: boolean };

/** Undefined where the pattern is not plain enough to be read here. */
export function readPattern(pattern: string): Pattern | undefined {
  let at = 0;
  let groups = 0;
  let optional = false;
  const empty = alternatives();
  return empty === undefined || at < pattern.length ? undefined : { groups, optional, empty };

  /** Can one of the alternatives match nothing? */
  function alternatives(): boolean | undefined {
    const before = groups;
    let empty = false;
    let branches = 0;
    do {
      if (branches > 0) at += 1;
      const branch = sequence();
      if (branch === undefined) return undefined;
      empty ||= branch;
      branches += 1;
    } while (pattern[at] === "|");
    if (branches > 1 && groups > before) optional = true;
    return empty;
  }

  function sequence(): boolean | undefined {
    let empty = true;
    while (at < pattern.length && pattern[at] !== "|" && pattern[at] !== ")") {
      const before = groups;
      const one = atom();
      if (one === undefined) return undefined;
      const skipped = repetition();
      if (skipped && groups > before) optional = true;
      empty &&= one || skipped;
    }
    return empty;
  }

  /** May what stands before it be left out? */
  function repetition(): boolean {
    let skipped = false;
    for (;;) {
      const found = /^(?:[*?+]|\{\d*,?\d*\})/.exec(pattern.slice(at));
      if (!found) return skipped;
      if (/^(?:[*?]|\{0?,|\{0\})/.test(found[0])) skipped = true;
      at += found[0].length;
      if (pattern[at] === "?") at += 1; // lazy
    }
  }

  /** One character, class or group; true where it matches nothing. */
  function atom(): boolean | undefined {
    const character = pattern[at]!;
    if (character === "\\") {
      const escaped =
        /^\\(?:[dDsSwWtnrfvbBAz]|[pP](?:[A-Z]|\{\^?\w+\})|x(?:[0-9a-fA-F]{2}|\{[0-9a-fA-F]+\})|[^a-zA-Z0-9])/u.exec(
          pattern.slice(at),
        );
      if (!escaped) return undefined;
      at += escaped[0].length;
      return /^\\[bBAz]/.test(escaped[0]);
    }
    if (character === "[") {
      const end = endOfClass(pattern, at);
      if (end === undefined) return undefined;
      at = end + 1;
      return false;
    }
    if (character === "(") return group();
    if (character === "*" || character === "+" || character === "?") return undefined;
    at += 1;
    return character === "^" || character === "$";
  }

  function group(): boolean | undefined {
    const opening = /^\((?:\?P?<\w+>|\?[imsU-]*[:)]|(?!\?))/.exec(pattern.slice(at));
    if (!opening) return undefined;
    at += opening[0].length;
    if (opening[0].endsWith(")")) return true; // (?i)
    if (!/^\(\?[imsU-]*:/.test(opening[0])) groups += 1;
    const empty = alternatives();
    if (empty === undefined || pattern[at] !== ")") return undefined;
    at += 1;
    return empty;
  }
}

/** The offset of the `]` that ends the class; the first character in it may be one itself. */
function endOfClass(pattern: string, start: number): number | undefined {
  let at = start + (pattern[start + 1] === "^" ? 2 : 1);
  if (pattern[at] === "]") at += 1;
  for (; at < pattern.length; at++) {
    if (pattern[at] === "\\") at += 1;
    else if (pattern[at] === "[" && pattern[at + 1] === ":") {
      at = pattern.indexOf(":]", at) + 1;
      if (at === 0) return undefined;
    } else if (pattern[at] === "]") return at;
  }
  return undefined;
}
