/** The names, each after everything it reads; otherwise in the order given. A loop comes back as its path: `[a, b, a]`. */
export function inOrder(
  names: Iterable<string>,
  reads: (name: string) => readonly string[],
): string[] | { cycle: string[] } {
  const known = new Set(names);
  const done = new Set<string>();
  const entered = new Set<string>();
  for (const first of known) {
    const path: { name: string; next: number }[] = [];
    if (!done.has(first)) enter(first);
    while (path.length > 0) {
      const top = path.at(-1)!;
      const upstream = reads(top.name)[top.next];
      top.next += 1;
      if (upstream === undefined) {
        path.pop();
        entered.delete(top.name);
        done.add(top.name);
      } else if (entered.has(upstream)) {
        const loop = path.map(({ name }) => name);
        return { cycle: [...loop.slice(loop.indexOf(upstream)), upstream] };
      } else if (known.has(upstream) && !done.has(upstream)) enter(upstream);
    }

    function enter(name: string): void {
      path.push({ name, next: 0 });
      entered.add(name);
    }
  }
  return [...done];
}
