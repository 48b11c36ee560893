// One atelierd with a folder of its own, and the meetings in it. Ends with the process that started it.
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../../..');
const atelierd = process.env.ATELIERD ?? join(root, 'build/bin/atelierd');
const atelier = process.env.ATELIER ?? join(root, 'build/bin/atelier');
const startMaxMs = 20_000;

export class Server {
  /** Starts on a new folder and a free port. */
  static async start() {
    const server = new Server();
    server.data = await mkdtemp(join(tmpdir(), 'atelier-browser-'));
    await server.listen(0);
    return server;
  }

  /** Starts on the same folder and port again. */
  async restart() {
    await this.listen(Number(new URL(this.url).port));
  }

  async listen(port) {
    const child = spawn(atelierd, ['--listen', `127.0.0.1:${port}`, '--data', this.data], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.child = child;
    this.ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
    let said = '';
    child.stderr.on('data', (bytes) => (said += bytes));
    this.url = await new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`atelierd does not listen: ${said}`)), startMaxMs);
      child.stdout.on('data', (bytes) => {
        said += bytes;
        const found = /listening on (http\S+)/.exec(said);
        if (!found) return;
        clearTimeout(late);
        resolve(found[1]);
      });
      void this.ended.then(({ code, signal }) => reject(new Error(`atelierd ended (${code ?? signal}): ${said}`)));
    });
  }

  /** As a power cut: no farewell. */
  async kill() {
    this.child.kill('SIGKILL');
    await this.ended;
  }

  async stop() {
    this.child.kill('SIGTERM');
    const ended = await this.ended;
    await rm(this.data, { recursive: true, force: true });
    return ended;
  }

  /** A live meeting of the half-day content, opened with its first item, its check-in vote and four texts. */
  async openMeeting() {
    const { stdout } = await run(atelier, [
      'create', '--server', this.url, '--organiser-token-file', join(this.data, 'organiser-token'), '--from', join(root, 'tests/data/halfday'), '--live',
    ]);
    const access = JSON.parse(stdout);
    const file = join(this.data, `${access.meeting}.access.json`);
    await writeFile(file, stdout, { mode: 0o600 });
    await this.play(file, 'max', [join(root, 'tests/data/opening.jsonl')]);
    return { ...access, file };
  }

  /** A rehearsal with the whole half-day in it. */
  async playHalfDay() {
    const { stdout } = await run(atelier, [
      'create', '--server', this.url, '--organiser-token-file', join(this.data, 'organiser-token'), '--from', join(root, 'tests/data/halfday'), '--rehearsal',
    ]);
    const access = JSON.parse(stdout);
    const file = join(this.data, `${access.meeting}.access.json`);
    await writeFile(file, stdout, { mode: 0o600 });
    const scripts = ['1_strategy', '2_action_plan', '3_network_model'].map((name) => join(root, `tests/data/halfday/script_halfday_${name}.jsonl`));
    await this.play(file, 'max', scripts);
    return { ...access, file };
  }

  async play(accessFile, speed, scripts) {
    await run(atelier, ['rehearse', '--server', this.url, '--access', accessFile, '--speed', speed, ...scripts], { maxBuffer: 64 << 20 });
  }

  /** The personal link of somebody in the roster. */
  async linkOf(access, person) {
    const response = await fetch(`${this.url}/api/meeting/${access.meeting}/seats`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${access.tokens.organiser}` },
      body: JSON.stringify({ person }),
    });
    if (!response.ok) throw new Error(`seats: ${response.status} ${await response.text()}`);
    return (await response.json()).link;
  }

  /** key -> entity as the facilitator sees it. */
  async entities(access) {
    const response = await fetch(`${this.url}/api/meeting/${access.meeting}/entities`, { headers: { authorization: `Bearer ${access.tokens.facilitator}` } });
    if (!response.ok) throw new Error(`entities: ${response.status}`);
    return (await response.json()).entities;
  }

  async organiserToken() {
    return (await readFile(join(this.data, 'organiser-token'), 'utf8')).trim();
  }
}
