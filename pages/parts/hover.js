// The crosshair of the timeline moves a dot on the map, and the pointer on the map moves the crosshair.
// One thing here is not public: deck.gl's view state, read from the canvas's React node. Without it there is no dot,
// but nothing else breaks; tests/browser/test_activity.py fails when an upgrade removes it.
const SIZE = 512; // width of the world in pixels at zoom 0

function chartOf() {
  return document.querySelector('[class*="st-key-timeline-"] svg.marks');
}

function mapOf() {
  return document.querySelector('[class*="st-key-activity-map"] [data-testid="stDeckGlJsonChart"]');
}

function viewOf(map) {
  const canvas = map.querySelector("canvas");
  const holder = canvas && canvas.parentElement;
  const key = holder && Object.keys(holder).find((name) => name.startsWith("__reactFiber$"));
  for (let node = key && holder[key]; node; node = node.return) {
    const view = node.memoizedProps && node.memoizedProps.viewState;
    if (view && Number.isFinite(view.zoom)) return view;
  }
  return null;
}

function mercator(lon, lat) {
  return [(lon + 180) / 360, 0.5 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / (2 * Math.PI)];
}

// A function from (lon, lat) to pixels on the map; null if the map is tilted, rotated or missing.
function projection(map) {
  const view = viewOf(map);
  if (!view || view.pitch || view.bearing) return null;
  const box = map.querySelector("canvas").getBoundingClientRect();
  const scale = SIZE * 2 ** view.zoom;
  const [cx, cy] = mercator(view.longitude, view.latitude);
  return (lon, lat) => {
    const [x, y] = mercator(lon, lat);
    return [box.width / 2 + (x - cx) * scale, box.height / 2 + (y - cy) * scale];
  };
}

function nearestBelow(values, wanted) {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

function plotOf(svg) {
  const ground = svg.querySelector("path.background"); // missing while Vega is still drawing
  return ground && ground.getBoundingClientRect();
}

function show(state, map, row) {
  const project = map && row !== null && state.data.lon[row] !== null && projection(map);
  if (!project) {
    state.dot.style.display = "none";
    return;
  }
  const [x, y] = project(state.data.lon[row], state.data.lat[row]);
  const holder = map.querySelector("canvas").parentElement;
  if (state.dot.parentElement !== holder) holder.appendChild(state.dot);
  Object.assign(state.dot.style, { display: "block", left: `${x}px`, top: `${y}px` });
}

function fromChart(state, event, svg, map) {
  const box = plotOf(svg);
  if (!box) return;
  const share = (event.clientX - box.left) / box.width;
  const { x, lo, hi } = state.data;
  show(state, map, share < 0 || share > 1 ? null : nearestBelow(x, lo + share * (hi - lo)));
}

function fromMap(state, event, svg, map) {
  const project = projection(map);
  if (!project) return;
  const box = map.querySelector("canvas").getBoundingClientRect();
  const { x, lon, lat, lo, hi } = state.data;
  let best = null;
  let near = 24 ** 2;
  for (let i = 0; i < lon.length; i += 1) {
    if (lon[i] === null) continue;
    const [px, py] = project(lon[i], lat[i]);
    const far = (px - event.clientX + box.left) ** 2 + (py - event.clientY + box.top) ** 2;
    if (far < near) {
      near = far;
      best = i;
    }
  }
  show(state, map, best);
  const plot = plotOf(svg);
  if (!plot) return;
  const left = best === null ? -1 : plot.left + ((x[best] - lo) / (hi - lo)) * plot.width;
  const top = plot.top + 40;
  const under = document.elementFromPoint(left, top);
  const target = under && svg.contains(under) ? under : svg;
  const types = best === null ? ["pointerleave", "pointerout"] : ["pointerover", "pointermove", "mousemove"];
  for (const type of types) {
    target.dispatchEvent(
      new PointerEvent(type, {
        bubbles: true, cancelable: true, composed: true, clientX: left, clientY: top, pointerType: "mouse", view: window,
      }),
    );
  }
}

export default function ({ data }) {
  const state = (window.milevaultHover ||= {});
  state.data = data;
  const svg = chartOf();
  if (svg) svg.style.touchAction = "pan-y"; // a horizontal swipe moves the crosshair, a vertical one scrolls
  if (state.dot) {
    state.dot.style.display = "none";
    return;
  }
  state.dot = document.createElement("div");
  state.dot.className = "milevault-dot";
  state.dot.style.cssText =
    "position:absolute;width:14px;height:14px;margin:-9px 0 0 -9px;border-radius:50%;background:#fff;" +
    "border:3px solid #111;box-shadow:0 0 3px #0008;pointer-events:none;display:none;z-index:5";
  // A touch is captured by the element where it began; release it, or the crosshair would not move.
  document.addEventListener(
    "pointerdown",
    (event) => {
      const chart = chartOf();
      if (event.pointerType === "mouse" || !chart || !chart.contains(event.target)) return;
      chart.style.touchAction = "pan-y";
      if (event.target.hasPointerCapture(event.pointerId)) event.target.releasePointerCapture(event.pointerId);
    },
    { passive: true, capture: true },
  );
  document.addEventListener(
    "pointermove",
    (event) => {
      const chart = chartOf();
      const map = mapOf();
      if (!chart || !map || !state.data.lon.length) return;
      if (chart.contains(event.target)) {
        chart.style.touchAction = "pan-y";
        if (event.isTrusted) fromChart(state, event, chart, map);
      } else if (map.contains(event.target)) fromMap(state, event, chart, map);
      else show(state, map, null);
    },
    { passive: true, capture: true },
  );
}
