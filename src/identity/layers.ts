// The words of identification: where a number may be known, what each place says, what follows from it. Words only.

/** Where a user may be known, in the order they are asked: the first that names exactly one user wins. */
export const LAYERS = [
  "whatsapp_user_mapping",
  "user_whatsapp_config",
  "profiles",
  "meeting_notes",
  "customer_conversations",
] as const;
export type Layer = (typeof LAYERS)[number];

/** A user that a layer names. Not verified: known by, but it spends no key of theirs and reaches nothing of theirs. */
export interface Named {
  userId: string;
  isVerified: boolean;
}

/** What every layer says of one address; each lists a few users at most, verified ones first. */
export type Findings = Record<Layer, Named[]>;

/** What Chatwoot tells of who wrote. */
export interface Sender {
  contactId: number | null;
  /** The contact's number, as a person or WhatsApp wrote it. */
  phone: string | null;
  /** The contact inbox's source id: WhatsApp's own id of the sender. */
  sourceId: string | null;
  /** The contact's identifier: a bridge may keep a JID there. */
  identifier: string | null;
}

/** Who wrote, as far as lull knows. */
export interface Identification {
  userId: string | null;
  isVerified: boolean;
  /** The layer that named the user; `contact` when nobody is known, `none` when not even the contact is. */
  matchedBy: Layer | "contact" | "none";
  /** More than one user answers to this address: audited, and treated as nobody. */
  isAmbiguous: boolean;
  /** Layers behind the winning one that name somebody else. */
  disagreeing: Layer[];
  /** `contact_<id>_account_<id>`, when there is a contact. */
  contactRef: string | null;
}
