/* The drop area for archives and folders on the import page. Sends them in pieces to /upload/…; resumes by itself when
   the connection comes back, and where it stopped when the same archive is dropped again. The rest of the page is
   Streamlit's, which may redraw this area at any time, so uploads in progress are kept on the window. */
(() => {
  const ours = (window.milevaultUpload ||= { waiting: [], now: null, note: "", failed: false, root: null });
  const root = document.currentScript?.parentElement?.querySelector("[data-drop]");
  if (!root || root.childElementCount) return;
  ours.root = root;

  const TRIES = 40;
  const HEADERS = { "X-MileVault": "1" };
  const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

  const size = (bytes) => {
    const units = ["B", "kB", "MB", "GB"];
    let n = bytes, u = 0;
    while (n >= 1000 && u < 3) { n /= 1000; u += 1; }
    return `${n < 10 && u ? n.toFixed(1) : Math.round(n)} ${units[u]}`;
  };
  const span = (s) => (s < 90 ? `${Math.max(1, Math.round(s))} s` : `${Math.round(s / 60)} min`);

  /* ── a folder as a zip, created while it is sent ──────────────────────────────────────────────────────── */

  const TABLE = new Uint32Array(256).map((_, n) => {
    for (let k = 0; k < 8; k += 1) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1;
    return n;
  });
  const crc32 = (bytes) => {
    let c = 0xffffffff;
    for (let i = 0; i < bytes.length; i += 1) c = TABLE[(c ^ bytes[i]) & 255] ^ (c >>> 8);
    return (c ^ 0xffffffff) >>> 0;
  };
  const header = (length, fields) => {
    const view = new DataView(new ArrayBuffer(length));
    for (const [at, width, value] of fields) view[width === 2 ? "setUint16" : "setUint32"](at, value, true);
    return new Uint8Array(view.buffer);
  };
  const encode = (text) => new TextEncoder().encode(text);

  const packedSize = (files) =>
    files.reduce((sum, f) => sum + 76 + 2 * encode(f.path).length + f.file.size, 22);

  async function* packed(files) {
    const list = [];
    let at = 0;
    for (const { path, file } of files) {
      const name = encode(path);
      const data = new Uint8Array(await file.arrayBuffer());
      if (data.length !== file.size) throw new Error(`${path} changed while it was being sent.`);
      const crc = crc32(data);
      const same = [[0, 2, 20], [2, 2, 0x800], [4, 2, 0], [6, 2, 0], [8, 2, 0x21], [10, 4, crc],
                    [14, 4, data.length], [18, 4, data.length], [22, 2, name.length]];
      yield header(30, [[0, 4, 0x04034b50], ...same.map(([a, w, v]) => [a + 4, w, v])]);
      yield name;
      yield data;
      list.push(header(46, [[0, 4, 0x02014b50], [4, 2, 20], ...same.map(([a, w, v]) => [a + 6, w, v]), [42, 4, at]]), name);
      at += 30 + name.length + data.length;
    }
    const length = list.reduce((sum, part) => sum + part.length, 0);
    yield* list;
    yield header(22, [[0, 4, 0x06054b50], [8, 2, files.length], [10, 2, files.length], [12, 4, length], [16, 4, at]]);
  }

  /* Pieces of equal length from chunks of any length, without those before `from`, which were already sent. */
  async function* pieces(chunks, length, from) {
    let parts = [], have = 0, at = 0;
    for await (let chunk of chunks) {
      while (chunk.length) {
        const taken = chunk.subarray(0, length - have);
        parts.push(taken);
        have += taken.length;
        chunk = chunk.subarray(taken.length);
        if (have === length) {
          if (at >= from) yield [at, new Blob(parts)];
          at += have;
          parts = [];
          have = 0;
        }
      }
    }
    if (have && at >= from) yield [at, new Blob(parts)];
  }

  async function* slices(file, length, from) {
    for (let at = from; at < file.size; at += length) yield [at, file.slice(at, at + length)];
  }

  /* ── sending ──────────────────────────────────────────────────────────────────────────────────────────── */

  class Refused extends Error {}

  const call = async (job, method, address, body) => {
    for (let n = 0; ; n += 1) {
      if (job.stopped) throw new Refused("");
      try {
        job.abort = new AbortController();
        const answer = await fetch((window.milevaultRoot || "") + address, { method, body, headers: HEADERS, signal: job.abort.signal });
        if (answer.ok) { ours.note = ""; return await answer.json(); }
        if (answer.status < 500) {
          const said = await answer.json().catch(() => ({}));
          throw new Refused(answer.status === 401 ? "You are signed out. Sign in and drop it again: it continues where it stopped."
            : said.error || "The server did not accept it.");
        }
        const why = answer.status === 507 ? (await answer.json().catch(() => ({}))).error : "";
        throw Object.assign(new Error(String(answer.status)), { why });
      } catch (error) {
        if (error instanceof Refused || job.stopped || n >= TRIES) {
          throw error instanceof Refused ? error
            : new Refused("The connection was lost. Drop it again later: it continues where it stopped.");
        }
        ours.note = error.why || "The connection is interrupted; trying again …";
        draw();
        await sleep(Math.min(15000, 500 * 2 ** Math.min(n, 5)));
      }
    }
  };

  const send = async (job) => {
    const body = JSON.stringify({ name: job.name, size: job.size, key: job.key });
    const { id, received, piece } = await call(job, "POST", "/upload/begin", body);
    job.id = id;
    job.sent = job.first = received;
    job.since = performance.now();
    draw();
    const source = job.files ? pieces(packed(job.files), piece, received) : slices(job.file, piece, received);
    for await (const [at, blob] of source) {
      const answer = await call(job, "PUT", `/upload/${id}/${at}`, blob);
      job.sent = answer.received;
      draw();
    }
    return id;
  };

  const run = async () => {
    if (ours.now) return;
    ours.failed = false;
    let last = null;
    while (ours.waiting.length) {
      ours.now = ours.waiting.shift();
      try {
        last = await send(ours.now);
      } catch (error) {
        if (!ours.now.stopped) {
          ours.note = `${ours.now.name}: ${error.message || "It could not be sent."}`;
          ours.failed = true;
        }
      }
      ours.now = null;
    }
    draw();
    if (last !== null && !ours.failed && location.pathname.endsWith("/imports")) location.assign(`${location.pathname}?upload=${last}`);
  };

  const add = (files) => {
    const zips = files.filter((f) => /\.zip$/i.test(f.file.name) && !f.path.includes("/"));
    const others = files.filter((f) => !zips.includes(f));
    for (const { file } of zips) {
      ours.waiting.push({ name: file.name, size: file.size, file, key: `${file.name}|${file.size}|${file.lastModified}` });
    }
    if (others.length === 1 && !others[0].path.includes("/")) {
      const { file } = others[0];
      ours.waiting.push({ name: file.name, size: file.size, file, key: `${file.name}|${file.size}|${file.lastModified}` });
    } else if (others.length) {
      const files = others.sort((a, b) => (a.path < b.path ? -1 : 1));
      const total = packedSize(files);
      if (total > 4e9 || files.length > 65000) {
        ours.note = "This folder is too large to send as it is. Make a zip of it and drop that.";
        ours.failed = true;
      } else {
        const top = files[0].path.includes("/") ? files[0].path.split("/")[0] : `${files.length} files`;
        ours.waiting.push({ name: top, size: total, files, key: `${top}|${files.length}|${total}` });
      }
    }
    draw();
    run();
  };

  const entries = async (entry, path, found) => {
    if (entry.isFile) {
      const file = await new Promise((ok, no) => entry.file(ok, no));
      if (!file.name.startsWith(".")) found.push({ path: path + file.name, file });
    } else if (entry.isDirectory) {
      const reader = entry.createReader();
      for (;;) {
        const some = await new Promise((ok, no) => reader.readEntries(ok, no));
        if (!some.length) break;
        for (const one of some) await entries(one, `${path}${entry.name}/`, found);
      }
    }
    return found;
  };

  /* ── what is shown ────────────────────────────────────────────────────────────────────────────────────── */

  const node = (tag, style, text, more = {}) => {
    const made = Object.assign(document.createElement(tag), more);
    made.style.cssText = style;
    if (text) made.textContent = text;
    return made;
  };
  const faint = "opacity:.68;font-size:.86rem;";
  const button = (text, click) => {
    const made = node("button", "font:inherit;font-size:.93rem;color:inherit;background:transparent;cursor:pointer;padding:.36rem .85rem;"
      + "border:1px solid color-mix(in srgb,currentColor 28%,transparent);border-radius:10px;min-height:2.4rem;", text, { type: "button" });
    made.addEventListener("click", click);
    return made;
  };
  const box = node("div", "border:1.5px dashed color-mix(in srgb,currentColor 30%,transparent);border-radius:12px;padding:1.15rem 1.2rem;"
    + "transition:background .15s,border-color .15s;");
  const top = node("div", "display:flex;flex-wrap:wrap;gap:.8rem 1.2rem;align-items:center;justify-content:space-between;");
  const words = node("div", "min-width:min(100%,17rem);flex:1;");
  words.append(node("div", "font-weight:600;", "Drop an archive or a folder here"),
    node("div", faint, "An export from Strava or Garmin, any zip, or any folder of files. It is checked first; nothing is imported until you confirm."));
  const pick = (folder) => {
    const input = node("input", "display:none;", "", { type: "file", multiple: true });
    if (folder) input.webkitdirectory = true; else input.accept = ".zip";
    input.dataset.pick = folder ? "folder" : "archive";
    input.addEventListener("change", () => {
      add([...input.files].map((file) => ({ path: file.webkitRelativePath || file.name, file })).filter((f) => !f.file.name.startsWith(".")));
      input.value = "";
    });
    box.append(input);
    return button(folder ? "Choose a folder" : "Choose an archive", () => input.click());
  };
  const buttons = node("div", "display:flex;gap:.5rem;flex-wrap:wrap;");
  const progress = node("div", "margin-top:.95rem;display:none;", "", { role: "status" });
  top.append(words, buttons);
  box.append(top, progress);
  buttons.append(pick(false), pick(true));
  root.append(box);

  const lit = (on) => {
    box.style.background = on ? "color-mix(in srgb,#c94b12 9%,transparent)" : "";
    box.style.borderColor = on ? "#c94b12" : "color-mix(in srgb,currentColor 30%,transparent)";
  };
  box.addEventListener("dragover", (event) => { event.preventDefault(); lit(true); });
  box.addEventListener("dragleave", () => lit(false));
  box.addEventListener("drop", async (event) => {
    event.preventDefault();
    lit(false);
    const tops = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    const found = [];
    for (const entry of tops) await entries(entry, "", found);
    if (!tops.length) found.push(...[...event.dataTransfer.files].map((file) => ({ path: file.name, file })));
    if (found.length) add(found);
  });

  const draw = () => ours.draw?.();
  ours.draw = () => {
    const job = ours.now;
    progress.style.display = job || ours.note ? "block" : "none";
    progress.replaceChildren();
    if (job) {
      const share = job.size ? (job.sent || 0) / job.size : 0;
      const seconds = (performance.now() - (job.since || performance.now())) / 1000;
      const rate = seconds > 1 ? (job.sent - job.first) / seconds : 0;
      const left = rate > 0 ? ` · ${size(rate)}/s · ${span((job.size - job.sent) / rate)} left` : "";
      const line = node("div", "display:flex;gap:.8rem;align-items:baseline;justify-content:space-between;flex-wrap:wrap;margin-bottom:.45rem;");
      line.append(node("span", "font-weight:600;overflow-wrap:anywhere;", `Sending ${job.name}`),
        node("span", faint + "font-variant-numeric:tabular-nums;", `${size(job.sent || 0)} of ${size(job.size)}${left}`));
      const rail = node("div", "height:.5rem;border-radius:1rem;overflow:hidden;background:color-mix(in srgb,currentColor 12%,transparent);", "",
        { role: "progressbar", ariaValueNow: String(Math.round(share * 100)), ariaValueMin: "0", ariaValueMax: "100", ariaLabel: `Sending ${job.name}` });
      rail.append(node("div", `height:100%;border-radius:1rem;background:#c94b12;width:${(share * 100).toFixed(1)}%;`));
      const foot = node("div", "display:flex;gap:.8rem;align-items:center;justify-content:space-between;margin-top:.55rem;flex-wrap:wrap;");
      const more = ours.waiting.length ? ` ${ours.waiting.length} more to send.` : "";
      foot.append(node("span", faint, ours.note || `You can look at other pages in the meantime; closing the browser stops it.${more}`),
        button("Stop", () => { job.stopped = true; job.abort?.abort(); }));
      progress.append(line, rail, foot);
    } else if (ours.note) {
      progress.append(node("div", ours.failed ? "color:#d9483b;" : faint, ours.note));
    }
  };
  if (!ours.guarded) {
    ours.guarded = true;
    window.addEventListener("beforeunload", (event) => { if (ours.now) event.preventDefault(); });
  }
  draw();
})();
