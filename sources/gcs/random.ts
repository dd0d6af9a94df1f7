/** Numbers of a fixed sequence, the same on every machine: integers only, so no platform's rounding is in them. */
export type Random = {
  /** 0 to `bound` - 1; `bound` at most 2^32. */
  below(bound: number): number;
  /** 0 to `bound` - 1 for bounds beyond 2^32. */
  belowBig(bound: bigint): bigint;
};

/** The generator sfc32, started from one number. */
export function newRandom(seed: number): Random {
  let [a, b, c, counter] = [0x9e3779b9, 0x243f6a88, seed | 0, 1];
  for (let round = 0; round < 15; round++) next();
  return { below, belowBig };

  function next(): number {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  function below(bound: number): number {
    return Math.floor((next() * bound) / 0x1_0000_0000);
  }

  function belowBig(bound: bigint): bigint {
    let value = 0n;
    for (let words = 0; words < 4; words++) value = (value << 32n) | BigInt(next());
    return value % bound;
  }
}

/** Draws an index with a chance in proportion to its weight, by bisection; weights are non-negative integers. */
export function newDraw(weights: readonly number[], random: Random): () => number {
  const bounds = new Float64Array(weights.length);
  let total = 0;
  for (const [index, weight] of weights.entries()) bounds[index] = total += weight;
  return () => {
    const at = random.below(Math.min(total, 0x1_0000_0000)) * (total > 0x1_0000_0000 ? total / 0x1_0000_0000 : 1);
    let [low, high] = [0, bounds.length - 1];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (bounds[middle]! > at) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}
