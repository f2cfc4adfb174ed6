import { expect, test } from "bun:test";
import fc from "fast-check";
import { isPublicAddress } from "../../src/media/public-address.ts";

const SEED = 20_261_121;

test.each([
  "8.8.8.8",
  "1.1.1.1",
  "52.95.110.1",
  "9.255.255.255",
  "11.0.0.0",
  "100.63.255.255",
  "100.128.0.0",
  "172.15.255.255",
  "172.32.0.0",
  "198.17.255.255",
  "198.20.0.0",
  "223.255.255.255",
  "2600:1f18::1",
  "2a00:1450:4001:80b::2010",
])("%s is public", (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

test.each([
  "0.0.0.0",
  "0.1.2.3",
  "10.0.0.1",
  "100.64.0.1",
  "100.100.100.200",
  "127.0.0.1",
  "127.255.255.254",
  "168.63.129.16",
  "169.254.169.254",
  "172.16.0.1",
  "172.31.255.255",
  "192.0.0.192",
  "192.0.2.1",
  "192.88.99.1",
  "192.168.1.1",
  "198.18.0.1",
  "198.19.255.255",
  "198.51.100.7",
  "203.0.113.7",
  "224.0.0.1",
  "239.255.255.250",
  "240.0.0.1",
  "255.255.255.255",
  "::",
  "::1",
  "::ffff:127.0.0.1",
  "::ffff:8.8.8.8",
  "::ffff:0808:0808",
  "::8.8.8.8",
  "64:ff9b::808:808",
  "64:ff9b:1::1",
  "100::1",
  "2001::1",
  "2001:db8::1",
  "2002:7f00:1::",
  "3fff::1",
  "5f00::1",
  "fc00::1",
  "fd00:ec2::254",
  "fe80::1",
  "fe80::1%eth0",
  "2600::1%eth0",
  "fec0::1",
  "ff02::1",
  "127.1",
  "2130706433",
  "0x7f.0.0.1",
  "08.8.8.8",
  "8.8.8.8 ",
  "8.8.8.8:80",
  "[2600::1]",
  "localhost",
  "",
])("%p is not", (address) => {
  expect(isPublicAddress(address)).toBe(false);
});

test(`no IPv4 address becomes public by being written as an IPv6 one (seed ${SEED})`, () => {
  const byte = fc.integer({ min: 0, max: 255 });
  fc.assert(
    fc.property(byte, byte, byte, byte, (a, b, c, d) => {
      const [high, low] = [(a * 256 + b).toString(16), (c * 256 + d).toString(16)];
      const wrapped = [
        `::ffff:${a}.${b}.${c}.${d}`,
        `::ffff:${high}:${low}`,
        `::${a}.${b}.${c}.${d}`,
        `64:ff9b::${high}:${low}`,
        `2002:${high}:${low}::1`,
        `2001:0:${high}:${low}::`,
      ];
      expect(wrapped.filter(isPublicAddress)).toEqual([]);
    }),
    { numRuns: 5_000, seed: SEED },
  );
});

test(`an IPv4 address is public unless it lies in a reserved block, told by arithmetic (seed ${SEED})`, () => {
  const blocks = [
    [0x00000000, 8],
    [0x0a000000, 8],
    [0x64400000, 10],
    [0x7f000000, 8],
    [0xa83f8110, 32],
    [0xa9fe0000, 16],
    [0xac100000, 12],
    [0xc0000000, 24],
    [0xc0000200, 24],
    [0xc0586300, 24],
    [0xc0a80000, 16],
    [0xc6120000, 15],
    [0xc6336400, 24],
    [0xcb007100, 24],
    [0xe0000000, 4],
    [0xf0000000, 4],
  ] as const;
  const anywhere = fc.integer({ min: 0, max: 0xffff_ffff });
  const atAnEdge = fc
    .tuple(fc.constantFrom(...blocks), fc.integer({ min: -2, max: 2 }), fc.boolean())
    .map(
      ([[start, bits], shift, isAtEnd]) =>
        (start + (isAtEnd ? 2 ** (32 - bits) : 0) + shift + 2 ** 32) % 2 ** 32,
    );
  fc.assert(
    fc.property(fc.oneof(anywhere, atAnEdge), (number) => {
      const isReserved = blocks.some(([start, bits]) => number >= start && number < start + 2 ** (32 - bits));
      const text = [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join(".");
      expect(`${text} ${isPublicAddress(text)}`).toBe(`${text} ${!isReserved}`);
    }),
    { numRuns: 10_000, seed: SEED },
  );
});
