// Which IP addresses lie in the public internet: the only ones that a host other than the connection's own may have.
import { BlockList, isIP } from "node:net";

/** IANA's special-purpose registry, multicast, reserved space, and what clouds keep their metadata at. */
const RESERVED_IPV4 = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["168.63.129.16", 32], // Azure's own, in the midst of public space
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
] as const;

/** All that is given out lies in here; loopback, private, link-local, mapped and NAT64 addresses lie outside. */
const GLOBAL_IPV6 = [["2000::", 3]] as const;

/** Inside it: protocol assignments (Teredo, benchmarks), documentation, 6to4, which wraps any IPv4 address. */
const RESERVED_IPV6 = [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
] as const;

const reservedIpv4 = listOf(RESERVED_IPV4, "ipv4");
const globalIpv6 = listOf(GLOBAL_IPV6, "ipv6");
const reservedIpv6 = listOf(RESERVED_IPV6, "ipv6");

/** False for anything that is no IP address in its usual spelling. */
export function isPublicAddress(address: string): boolean {
  const version = isIP(address);
  if (version === 4) return !reservedIpv4.check(address, "ipv4");
  // A zone names a link of this machine.
  if (version !== 6 || address.includes("%")) return false;
  return globalIpv6.check(address, "ipv6") && !reservedIpv6.check(address, "ipv6");
}

function listOf(subnets: readonly (readonly [string, number])[], family: "ipv4" | "ipv6"): BlockList {
  const list = new BlockList();
  for (const [network, bits] of subnets) list.addSubnet(network, bits, family);
  return list;
}
