/** Every limit of the client. Milliseconds and bytes unless the name says otherwise. */
export const reconnectFirstMs = 250;
export const reconnectMaxMs = 10_000;
/** After this much silence the server is asked whether it is still there. */
export const pingAfterMs = 5_000;
/** Nothing at all came for this long after the question: the connection is given up and made anew. */
export const pongMaxMs = 8_000;
export const openMaxMs = 15_000;
/** Local edits of one text are gathered this long and sent as one update. */
export const editBatchMs = 80;
export const presenceEveryMs = 120;
export const presenceBytesMax = 1024;
/** A command that the server could not take now (storage, rate) is tried again after this. */
export const retryRefusedMs = 2_000;
/** Without Web Locks: entries of another page load older than this count as left behind. */
export const abandonedAfterMs = 10_000;
/** Client ids up to here are the server's own. */
export const reservedClientIdMax = 65_535;
/** How often what is seen is kept for a reload without the server. */
export const seenEveryMs = 3_000;
/** Letters of one text that are refused for one reason within this time are one draft. */
export const joinDraftsMs = 10_000;
