import { styleText } from "node:util";

export type Paint = (text: string) => string;
export type Colours = { good: Paint; bad: Paint; warn: Paint; dim: Paint; bold: Paint };

/**
 * Colour on a terminal that can show it. FORCE_COLOR goes before all else and takes 0 or false for no; NO_COLOR counts when it is
 * not empty.
 */
export function coloursFor(stream: { isTTY?: boolean }, environment: NodeJS.ProcessEnv): Colours {
  const { FORCE_COLOR: forced, NO_COLOR: unwanted, TERM: terminal } = environment;
  const wanted =
    forced === undefined ? stream.isTTY === true && !unwanted && terminal !== "dumb" : !/^(0|false)$/.test(forced);
  return wanted ? painted : plain;
}

const paint =
  (style: Parameters<typeof styleText>[0]): Paint =>
  (text) =>
    styleText(style, text, { validateStream: false });

const painted: Colours = {
  good: paint("green"),
  bad: paint("red"),
  warn: paint("yellow"),
  dim: paint("dim"),
  bold: paint("bold"),
};

const same: Paint = (text) => text;

export const plain: Colours = { good: same, bad: same, warn: same, dim: same, bold: same };
