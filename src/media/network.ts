// What a download asks of the network. Name and connection are two steps, so that an address that was judged is the
// one that is connected to: a name is never resolved a second time.

/** Where to connect. */
export interface Door {
  /** An IP address, never a name. */
  address: string;
  port: number;
  /** The host whose certificate is asked for, a name or an IP address. Null: no TLS. */
  certifiedHost: string | null;
}

export interface NetworkAnswer {
  status: number;
  /** By lower-case names. */
  headers: Readonly<Record<string, string | undefined>>;
  /** As it comes, still packed when the server packed it, each piece its reader's own; fails when the connection ends before the body does. */
  body: AsyncIterable<Uint8Array>;
}

/** An open connection, good for one request. */
export interface Connection {
  /** Sends a GET with these headers and no others; resolves with the head of the answer, whatever its status. */
  get(path: string, headers: Readonly<Record<string, string>>): Promise<NetworkAnswer>;
  /** Ends it and whatever waits for it. May be called twice. */
  close(): void;
}

export interface Network {
  /** All addresses of a host name, in the order they are to be tried. Rejects when there are none. */
  lookup(host: string): Promise<string[]>;
  /** Resolves when the connection stands, with TLS when that was shaken on. An abort ends the attempt. */
  connect(door: Door, signal: AbortSignal): Promise<Connection>;
}
