// The peer: a Hocuspocus server as its README sets it up, no persistence. Prints its port; ends when stdin ends.
import { Server } from '@hocuspocus/server';

const server = new Server({ port: 0, address: '127.0.0.1', quiet: true, stopOnSignals: true });
await server.listen();
console.log(`listening on http://127.0.0.1:${server.address.port}`);
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
