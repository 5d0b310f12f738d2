// What the pages of a signed-in person need of the browser, once per tab.
export default function ({ data }) {
  if (!window.milevaultFrame) {
    window.milevaultFrame = true;
    // Back after signing out would show the page as it was, out of the browser's memory.
    addEventListener("pageshow", (event) => event.persisted && location.reload());
    // A chart is read out by its own text; Vega gives each of its marks a role, and most of them no name.
    const hush = () => {
      for (const marks of document.querySelectorAll("svg.marks > g:not([aria-hidden])"))
        marks.setAttribute("aria-hidden", "true");
    };
    new MutationObserver(hush).observe(document.body, { childList: true, subtree: true });
    hush();
    // Where a page is left before a button's script has come to the button, Streamlit ends the script, and what was
    // clicked would not be done: a link leads on when the script has run.
    let pressed = null; // the last press of a button: when, when looked at last, whether another script was running,
    // whether its own has been seen to run, for how long there has been silence (ms)
    const isRunning = () => {
      const app = document.querySelector("[data-testid=stApp]");
      return Boolean(app) && app.dataset.testScriptState !== "notRunning";
    };
    // How long (ms) it has been listened since then: a busy browser hears nothing meanwhile, which is no silence.
    const heard = (since) => Math.min(Date.now() - since, 100);
    let next = ""; // the address that waits for it
    const goOn = (address) => {
      const main = document.querySelector("[data-testid=stMain]");
      history.replaceState({ ...(history.state || {}), scroll: main ? main.scrollTop : 0 }, "");
      history.pushState({}, "", address);
      dispatchEvent(new PopStateEvent("popstate", { state: {} }));
    };
    window.milevaultLeave = (address) => void (pressed ? (next = address) : goOn(address));
    // What was pressed is done; whether the person goes on to somewhere else now.
    window.milevaultDone = () => {
      const address = next;
      [pressed, next] = [null, ""];
      if (address) goOn(address);
      return Boolean(address);
    };
    const look = () => {
      if (!pressed) return;
      const now = Date.now();
      const passed = heard(pressed.seen);
      pressed.seen = now;
      if (isRunning()) [pressed.ran, pressed.quiet] = [!pressed.afterAnother, 0];
      else [pressed.afterAnother, pressed.quiet] = [false, pressed.quiet + passed];
      const isOver = pressed.quiet > (pressed.ran ? 600 : 5000);
      if (isOver || now - pressed.at > 30000) window.milevaultDone();
    };
    const watch = () => (look(), pressed && setTimeout(watch, 50));
    const states = { attributes: true, attributeFilter: ["data-test-script-state"], subtree: true };
    new MutationObserver(look).observe(document.body, states);
    const onPress = () => {
      const isWatched = Boolean(pressed);
      pressed = { at: Date.now(), seen: Date.now(), afterAnother: isRunning(), ran: false, quiet: 0 };
      if (!isWatched) watch();
    };
    const button = "[data-testid=stButton] button, [data-testid=stFormSubmitButton] button, button[data-say]";
    addEventListener("click", (event) => event.composedPath()[0].closest?.(button) && onPress(), true);
    const isSent = (event) => event.key === "Enter" && event.target.closest?.("[data-testid=stForm]");
    addEventListener("keydown", (event) => isSent(event) && onPress(), true);
    // A click in the menu leads on as a link of ours does (block.js): one step of the history, and the page that is
    // left keeps its address. Streamlit itself first puts that address without its choices into the history.
    const menu = "[data-testid=stSidebarNavLink], [data-testid=stPageLink-NavLink], [data-testid=stLogoLink]";
    const onMenu = (event) => {
      here = location.href;
      if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      const link = event.target.closest(menu);
      if (!link || link.target || (link.href && link.origin !== location.origin)) return;
      event.preventDefault();
      event.stopPropagation();
      window.milevaultLeave(link.href ? link.pathname + link.search : "/");
      const close = document.querySelector("[data-testid=stSidebarCollapseButton] button");
      if (innerWidth < 768 && close && link.closest("[data-testid=stSidebar]")) close.click();
    };
    // Where one was on each address: a page that is left by Back or Forward is left without a click that notes it.
    const places = new Map();
    let here = location.href;
    let isPlaced = true; // not on the way back to a place
    addEventListener("scroll", () => (here = location.href), true); // choices change it without a step
    addEventListener("click", onMenu, true);
    // Back and Forward lead to where one was on the page, and keep it there while the page is drawn: what is on the
    // screen first is the page one comes from. Whoever scrolls meanwhile has their way.
    const place = () => document.querySelector("[data-testid=stMain]");
    let latest = 0;
    addEventListener("popstate", (event) => {
      if (isPlaced && place()) places.set(here, place().scrollTop);
      here = location.href;
      const wanted = event.isTrusted && (places.get(here) ?? (event.state && event.state.scroll)); // not for a link
      const mine = ++latest;
      isPlaced = !wanted;
      if (!wanted) return void setTimeout(() => mine === latest && place() && place().scrollTo(0, 0), 30);
      const over = new AbortController();
      over.signal.addEventListener("abort", () => mine === latest && (isPlaced = true));
      let [isDrawn, quiet, all, seen] = [false, 0, 0, Date.now()]; // for how long it has been silent, and in all (ms)
      const step = () => {
        const main = place();
        if (!main || mine !== latest) over.abort();
        if (over.signal.aborted) return;
        const passed = heard(seen);
        [seen, all] = [Date.now(), all + passed];
        if (main.scrollHeight - main.clientHeight >= wanted) main.scrollTop = wanted;
        if (isRunning()) [isDrawn, quiet] = [true, 0];
        else quiet += passed;
        // A busy server is silent for a while; charts make a page longer after it has said everything.
        const enough = !isDrawn ? 10000 : main.scrollTop < wanted - 2 ? 4000 : 1000;
        if (quiet > enough || all > 30000) {
          main.scrollTop = wanted; // of a page that has become shorter, its end
          over.abort();
        } else setTimeout(step, 60);
      };
      setTimeout(() => {
        const moved = { capture: true, passive: true, signal: over.signal };
        for (const sign of ["wheel", "touchmove", "keydown", "pointerdown"])
          addEventListener(sign, () => over.abort(), moved);
        step();
      }, 30);
    });
  }
  const app = document.querySelector("[data-testid=stApp]") || document.body;
  const [r, g, b] = (getComputedStyle(app).backgroundColor.match(/\d+/g) || [255, 255, 255]).map(Number);
  document.documentElement.dataset.milevault = 0.3 * r + 0.6 * g + 0.1 * b < 128 ? "dark" : "light";
  const style = document.getElementById("milevault-style") || document.createElement("style");
  style.id = "milevault-style";
  if (style.textContent !== data.css) style.textContent = data.css;
  document.head.append(style);
}
