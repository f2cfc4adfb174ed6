// How long the server waits for a connection that says nothing, where its own ten seconds are too few.

/** Starts the wait anew: from now, `seconds` (at most 255) may pass in silence. Nothing to do where there is no socket. */
export function allowSilence(server: unknown, request: Request, seconds: number): void {
  const known = server as { timeout?: (request: Request, seconds: number) => void } | null;
  known?.timeout?.(request, seconds);
}
