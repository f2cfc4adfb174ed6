// A certificate that signs itself, made anew for each test: no key lies in the repository, none expires there.
import { generateKeyPairSync, sign } from "node:crypto";

export interface Certificate {
  /** Both in PEM. */
  cert: string;
  key: string;
}

const SEQUENCE = 0x30;
const SET = 0x31;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const OBJECT_ID = 0x06;
const UTF8_STRING = 0x0c;
const UTC_TIME = 0x17;
const BOOLEAN_TRUE = Buffer.from([0x01, 0x01, 0xff]);
/** Of a subject's other names: a DNS name, an IP address. */
const DNS_NAME = 0x82;
const IP_ADDRESS = 0x87;

const ECDSA_WITH_SHA256 = der(SEQUENCE, der(OBJECT_ID, Buffer.from("2a8648ce3d040302", "hex")));
const COMMON_NAME = der(OBJECT_ID, Buffer.from("550403", "hex"));
const BASIC_CONSTRAINTS = der(OBJECT_ID, Buffer.from("551d13", "hex"));
const OTHER_NAMES = der(OBJECT_ID, Buffer.from("551d11", "hex"));

/** For these names and IPv4 addresses, valid from 2000 to 2049. */
export function makeCertificate(names: readonly string[], ipv4: readonly string[] = []): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const body = describe(names, ipv4, publicKey.export({ type: "spki", format: "der" }));
  const signature = der(BIT_STRING, Buffer.from([0]), sign("sha256", body, privateKey));
  return {
    cert: pem(der(SEQUENCE, body, ECDSA_WITH_SHA256, signature)),
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

function describe(names: readonly string[], ipv4: readonly string[], publicKey: Buffer): Buffer {
  const who = der(SEQUENCE, der(SET, der(SEQUENCE, COMMON_NAME, der(UTF8_STRING, Buffer.from("a test")))));
  const times = ["000101000000Z", "491231235959Z"].map((time) => der(UTC_TIME, Buffer.from(time)));
  const others = [
    ...names.map((name) => der(DNS_NAME, Buffer.from(name))),
    ...ipv4.map((address) => der(IP_ADDRESS, Buffer.from(address.split(".").map(Number)))),
  ];
  const extensions = der(
    SEQUENCE,
    der(SEQUENCE, BASIC_CONSTRAINTS, BOOLEAN_TRUE, der(OCTET_STRING, der(SEQUENCE, BOOLEAN_TRUE))),
    der(SEQUENCE, OTHER_NAMES, der(OCTET_STRING, der(SEQUENCE, ...others))),
  );
  return der(
    SEQUENCE,
    der(0xa0, der(INTEGER, Buffer.from([2]))),
    der(INTEGER, Buffer.from([1])),
    ECDSA_WITH_SHA256,
    who,
    der(SEQUENCE, ...times),
    who,
    publicKey,
    der(0xa3, extensions),
  );
}

function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag, ...sizeOf(content.length)]), content]);
}

/** The shortest form is the only one that is taken. */
function sizeOf(length: number): number[] {
  if (length < 0x80) return [length];
  return length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
}

function pem(certificate: Buffer): string {
  const lines = certificate.toString("base64").match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}
