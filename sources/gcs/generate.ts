import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { Generator } from "../../runner/inputs/parser.ts";
import { formatAddress } from "../ip.ts";
import { type Artifact, artifactsOf, buckets } from "./artifacts.ts";
import { type Client, drawClients } from "./clients.ts";
import { columns } from "./columns.ts";
import { type EdgeCase, edgeCaseOf, unreadableBytes } from "./edge-cases.ts";
import { newDraw, newRandom, type Random } from "./random.ts";

/** The log covers these days, whatever the day it is made on: 2026-07-01 to 2026-07-07, UTC. */
const firstHourMicros = Date.UTC(2026, 6, 1) * 1000;
const hourCount = 7 * 24;
const hourMicros = 3_600_000_000;

/** Requests over the hours of a day, in relation to each other. */
const busyHours = [5, 4, 4, 4, 5, 6, 8, 10, 12, 13, 13, 13, 12, 13, 14, 14, 14, 13, 11, 9, 8, 7, 6, 6];

/**
 * Writes a usage log of `usage_rows` records in the format of GCS, the same for the same `usage_seed` and routes. A few clients make
 * most requests, as in life. One object is in memory at a time, and of it one piece.
 */
const generate: Generator = async ({ folder, inputs, vars }) => {
  const rows = positive(vars.usage_rows, "usage_rows");
  const random = newRandom(positive(vars.usage_seed, "usage_seed"));
  const clientCount = Math.max(100, Math.min(50_000, Math.floor(rows / 8)));
  const clients = await drawClients(inputs.routes ?? [], clientCount, random);
  const writer = newWriter(clients, random);

  const shares = buckets.map(() => 0); // of each bucket since its last object
  const total = totalShare();
  let [written, passed] = [0, 0];
  for (let hour = 0; hour < hourCount; hour++) {
    for (const [index, bucket] of buckets.entries()) {
      shares[index]! += bucket.share * busyHours[hour % 24]!;
      if ((hour + 1) % bucket.hours !== 0) continue;
      for (let part = 1; part <= bucket.objects; part++) {
        passed += shares[index]! / bucket.objects;
        const until = Math.round((rows * passed) / total);
        if (until > written) writer.writeObject(folder, { bucket, hour, part, firstRow: written, lastRow: until - 1 });
        written = until;
      }
      shares[index] = 0;
    }
  }
};

export default generate;

type LogObject = { bucket: (typeof buckets)[number]; hour: number; part: number; firstRow: number; lastRow: number };

function totalShare(): number {
  const ofDay = busyHours.reduce((sum, share) => sum + share, 0);
  return (buckets.reduce((sum, { share }) => sum + share, 0) * ofDay * hourCount) / 24;
}

function positive(value: unknown, name: string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 1)
    throw new Error(`${name} is ${JSON.stringify(value)}; expected a whole number from 1`);
  return number;
}

const headerLine = `${columns.map(({ name }) => `"${name}"`).join(",")}\n`;

/** In bytes; the longest line has some 700. */
const longestLine = 4_096;

function newWriter(clients: Client[], random: Random) {
  const drawClient = newDraw(
    clients.map((_, rank) => Math.floor(10_000_000 / (rank + 8))),
    random,
  );
  const drawArtifact = Object.fromEntries(
    Object.entries(artifactsOf).map(([kind, artifacts]) => [
      kind,
      newDraw(
        artifacts.map((_, rank) => Math.floor(1_000_000 / (rank + 3))),
        random,
      ),
    ]),
  );
  const newerClients = clients.filter(({ family }) => family === "ipv6");
  const olderClients = clients.filter(({ family }) => family === "ipv4");
  const piece = Buffer.allocUnsafe(1 << 20);
  let previous = "";
  return { writeObject };

  function writeObject(folder: string, { bucket, hour, part, firstRow, lastRow }: LogObject): void {
    const startMicros = firstHourMicros + hour * hourMicros;
    const stamp = new Date(startMicros / 1000).toISOString().slice(0, 13).replace(/[-T]/g, "_");
    const id = (hour * 4096 + part * 17).toString(16).padStart(6, "0");
    const file = openSync(join(folder, `${bucket.name}_usage_${stamp}_00_00_${id}_v0`), "w");
    try {
      let filled = piece.write(headerLine, "latin1"); // everything generated is ASCII
      for (let row = firstRow; row <= lastRow; row++) {
        if (piece.length - filled < longestLine) {
          writeSync(file, piece, 0, filled);
          filled = 0;
        }
        filled += piece.write(lineOf(row, bucket, startMicros), filled, "latin1");
      }
      writeSync(file, piece, 0, filled);
    } finally {
      closeSync(file);
    }
  }

  function lineOf(row: number, bucket: LogObject["bucket"], startMicros: number): string {
    const edgeCase = edgeCaseOf(row);
    if (edgeCase === "duplicate" && previous !== "") return previous;
    const client = clients[drawClient()]!;
    const artifact = artifactsOf[bucket.kind][drawArtifact[bucket.kind]!()]!;
    const { method, status, bytes, name } = answerTo(artifact, random);
    const lateMicros = random.below(50) === 0 && startMicros > firstHourMicros ? hourMicros : 0;
    const timeMicros = startMicros - lateMicros + random.below(3_600_000) * 1000 + random.below(1000);
    const line = writeLine(edgeCase, {
      timeMicros,
      address: client.text,
      addressType: client.family === "ipv4" ? 1 : 2,
      method,
      uri: `/${bucket.name}/${name}`,
      status,
      bytes,
      taken: 5_000 + Math.floor(bytes / 60),
      referer: random.below(20) === 0 ? "https://docs.example.org/setup/production-environment/" : "",
      agent: agents[random.below(agents.length)]!,
      id: `ADPyc${row.toString(36).padStart(8, "0")}${random.below(0x1_0000_0000).toString(36)}`,
      operation: `${method}_Object`,
      bucket: bucket.name,
      name,
    });
    previous = line;
    return line;
  }

  function writeLine(edgeCase: EdgeCase | undefined, request: Request): string {
    switch (edgeCase) {
      case undefined:
      case "duplicate": // of nothing: the first row of all
        return format(request);
      case "noAddress": {
        const deletion = { method: "DELETE", uri: "", status: 204, bytes: 0, operation: "DELETE_Object" };
        return format({ ...request, ...deletion, address: "", addressType: "", agent: "GCS Lifecycle Management" });
      }
      case "quotesInReferer":
        return format({ ...request, referer: 'https://docs.example.org/a ""quoted"" page, part 2' });
      case "privateAddress":
        return format({
          ...request,
          address: `10.${random.below(256)}.${random.below(256)}.${random.below(256)}`,
          addressType: 1,
        });
      case "mappedAddress": {
        const client = olderClients[random.below(olderClients.length)];
        return format(client ? { ...request, address: `::ffff:${client.text}`, addressType: 2 } : request);
      }
      case "otherSpelling": {
        const client = newerClients[random.below(newerClients.length)];
        return format(client ? { ...request, address: spellOut(client.value), addressType: 2 } : request);
      }
      case "lineBreakInAgent":
        return format({ ...request, agent: "tool/1.0\n(second line)" });
      case "invalidAddress":
        return format({
          ...request,
          address: invalidAddresses[random.below(invalidAddresses.length)]!,
          addressType: 1,
        });
      case "missingField":
        return `${format({ ...request, bytes: unreadableBytes }).replace(/,"[^"]*"\n$/, "")}\n`;
      case "extraField":
        return format({ ...request, bytes: unreadableBytes }).replace(/\n$/, ',"more"\n');
      case "bytesNotANumber":
        return format({ ...request, bytes: "12 kB" });
      case "statusNotANumber":
        return format({ ...request, bytes: unreadableBytes, status: "OK" });
      case "strayQuote":
        return format({ ...request, bytes: unreadableBytes, agent: 'tool "beta" 1.0' });
      case "unclosedQuote":
        return format({ ...request, bytes: unreadableBytes }).replace(/"\n$/, "\n");
      default:
        return edgeCase satisfies never;
    }
  }
}

/** The fields that vary, as they stand between the quotes. */
type Request = {
  timeMicros: number;
  address: string;
  addressType: number | "";
  method: string;
  uri: string;
  status: number | string;
  bytes: number | string;
  taken: number;
  referer: string;
  agent: string;
  id: string;
  operation: string;
  bucket: string;
  name: string;
};

function format(row: Request): string {
  return (
    `"${row.timeMicros}","${row.address}","${row.addressType}","","${row.method}","${row.uri}","${row.status}","0","${row.bytes}",` +
    `"${row.taken}","storage.googleapis.com","${row.referer}","${row.agent}","${row.id}","${row.operation}","${row.bucket}","${row.name}"\n`
  );
}

/** Of 100 requests 84 get the object, 6 a part of it, 4 hear that it is unchanged, 4 only ask, and 2 ask for what is not there. */
function answerTo(
  { name, bytes }: Artifact,
  random: Random,
): { method: string; status: number; bytes: number; name: string } {
  const chance = random.below(100);
  if (chance < 84) return { method: "GET", status: 200, bytes, name };
  if (chance < 90) return { method: "GET", status: 206, bytes: 1 + random.below(bytes), name };
  if (chance < 94) return { method: "GET", status: 304, bytes: 0, name };
  if (chance < 98) return { method: "HEAD", status: 200, bytes: 0, name };
  return { method: "GET", status: 404, bytes: 127, name: `missing/${name}` };
}

function spellOut(value: bigint): string {
  const digits = value.toString(16).padStart(32, "0").toUpperCase();
  const text = digits.match(/.{4}/g)!.join(":");
  return text === formatAddress("ipv6", value) ? text.toLowerCase() : text;
}

const invalidAddresses = ["999.1.2.3", "192.0.2.", "192.0.2.7:443", "2001:db8:::1"];

const agents = [
  "containerd/1.7.13",
  "containerd/1.6.28",
  "docker/24.0.7 go/go1.20.10 git-commit/311b9ff kernel/5.15.0 os/linux arch/amd64 UpstreamClient(Docker-Client/24.0.7 \\(linux\\))",
  "cri-o/1.29.1 go/go1.21.6 os/linux arch/amd64",
  "Go-http-client/2.0,gzip(gfe)",
  "curl/8.5.0",
  "Wget/1.21.4",
  "kubeadm/v1.30.0 (linux/amd64) example.com/cluster",
];
