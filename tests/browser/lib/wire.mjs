// The live connection of one browser profile, which can be cut and mended: as Wi-Fi that lets nothing through any more.

/** Must be called before the first page of `context` is opened. */
export async function cuttable(context) {
  const open = new Set();
  let cut = false;
  await context.routeWebSocket(/\/s\/[a-z0-9]+\/ws$/, (socket) => {
    if (cut) {
      void socket.close({ code: 1012 });
      return;
    }
    const server = socket.connectToServer();
    open.add({ socket, server });
  });
  return {
    async cut() {
      cut = true;
      for (const { socket, server } of open) {
        await server.close({ code: 1012 });
        await socket.close({ code: 1012 });
      }
      open.clear();
    },
    mend() {
      cut = false;
    },
  };
}
