// Shows HTML made by milevault_core/view/parts, and keeps a plain click on one of its links within the app, because a
// full page load costs seconds. The address is pushed to the browser's history and Streamlit is told with a popstate
// event, as for Back and Forward, so that one click is one step back. Ctrl, Shift and the middle button open a new tab
// as usual.
const styles = new WeakMap();

function isDark(root) {
  const ground = getComputedStyle(root).getPropertyValue("--st-background-color").trim();
  const hex = /^#([0-9a-f]{6})$/i.exec(ground);
  const rgb = hex
    ? [0, 2, 4].map((i) => parseInt(hex[1].slice(i, i + 2), 16))
    : (ground.match(/\d+(\.\d+)?/g) || [255, 255, 255]).slice(0, 3).map(Number);
  return 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2] < 128;
}

// Without the frame (frame.js), as on the sign-in pages, load the whole page.
const go = (address) => (window.milevaultLeave ? window.milevaultLeave(address) : location.assign(address));

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".root");
  if (!root) return;
  const palette = styles.get(root) || document.createElement("style");
  if (!styles.has(root)) {
    styles.set(root, palette);
    root.before(palette);
  }
  if (palette.textContent !== data.palette) palette.textContent = data.palette;
  root.classList.toggle("dark", isDark(root));
  if (root.dataset.made !== data.html) {
    root.innerHTML = data.html;
    root.dataset.made = data.html;
  }
  root.onclick = (event) => {
    const button = event.target.closest("button[data-say]");
    if (button) {
      setTriggerValue("said", button.dataset.say);
      return;
    }
    const link = event.target.closest("a[href]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const address = link.getAttribute("href");
    if (link.target || link.download || !address.startsWith(data.root + "/")) return;
    if (/^\/(\/|files\/|api\/)/.test(address.slice(data.root.length))) return;
    event.preventDefault();
    go(address);
  };
}
