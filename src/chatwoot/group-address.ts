// Whether an address of WhatsApp has more than one reader. Words only.

/** Endings of the addresses of groups, channels and status updates. */
const GROUP_ENDINGS = ["@g.us", "@newsletter", "status@broadcast"];

export function isGroupAddress(address: string | null | undefined): boolean {
  return GROUP_ENDINGS.some((ending) => address?.endsWith(ending));
}
