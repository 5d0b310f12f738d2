// What the pages of a signed-in user need from the browser; set up once per tab.
export default function ({ data }) {
  if (!window.milevaultFrame) {
    window.milevaultFrame = true;
    // Otherwise Back after signing out would show the old page from the browser's back/forward cache.
    addEventListener("pageshow", (event) => event.persisted && location.reload());
    // Screen readers read a chart by its alt text; Vega gives each mark a role, but most marks no name.
    const hush = () => {
      for (const marks of document.querySelectorAll("svg.marks > g:not([aria-hidden])"))
        marks.setAttribute("aria-hidden", "true");
    };
    new MutationObserver(hush).observe(document.body, { childList: true, subtree: true });
    hush();
    // If the user leaves a page before a button's script has reached the button, Streamlit stops the script and the
    // click would be lost. So a link waits until the script has run.
    let pressed = null; // the last button press: its time, the time of the last look, whether another script was
    // running, whether its own script has been seen running, and how long (ms) no script has run
    const isRunning = () => {
      const app = document.querySelector("[data-testid=stApp]");
      return Boolean(app) && app.dataset.testScriptState !== "notRunning";
    };
    // Milliseconds since `since`, at most 100 per look: while the browser is busy no events arrive, and that must not
    // count as silence.
    const heard = (since) => Math.min(Date.now() - since, 100);
    let next = ""; // the address to go to after that
    const goOn = (address) => {
      const main = document.querySelector("[data-testid=stMain]");
      history.replaceState({ ...(history.state || {}), scroll: main ? main.scrollTop : 0 }, "");
      history.pushState({}, "", address);
      dispatchEvent(new PopStateEvent("popstate", { state: {} }));
    };
    window.milevaultLeave = (address) => void (pressed ? (next = address) : goOn(address));
    // The press is done. Returns whether the user now goes on to a waiting address.
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
    // A click in the menu works like one of our links (block.js): one step in the history, and the old page keeps its
    // address. Streamlit itself would first push the old page's address without its parameters.
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
    // The scroll position by address, because no click records it when the user leaves a page by Back or Forward.
    const places = new Map();
    let here = location.href;
    let isPlaced = true; // false while a scroll position is being restored
    addEventListener("scroll", () => (here = location.href), true); // choices change the address without a history step
    addEventListener("click", onMenu, true);
    // Back and Forward restore the scroll position, and keep restoring it while the page is drawn, because the screen
    // first still shows the previous page. If the user scrolls in the meantime, stop.
    const place = () => document.querySelector("[data-testid=stMain]");
    let latest = 0;
    addEventListener("popstate", (event) => {
      if (isPlaced && place()) places.set(here, place().scrollTop);
      here = location.href;
      const wanted = event.isTrusted && (places.get(here) ?? (event.state && event.state.scroll)); // not for links
      const mine = ++latest;
      isPlaced = !wanted;
      if (!wanted) return void setTimeout(() => mine === latest && place() && place().scrollTo(0, 0), 30);
      const over = new AbortController();
      over.signal.addEventListener("abort", () => mine === latest && (isPlaced = true));
      let [isDrawn, quiet, all, seen] = [false, 0, 0, Date.now()]; // ms of silence, and ms in total
      const step = () => {
        const main = place();
        if (!main || mine !== latest) over.abort();
        if (over.signal.aborted) return;
        const passed = heard(seen);
        [seen, all] = [Date.now(), all + passed];
        if (main.scrollHeight - main.clientHeight >= wanted) main.scrollTop = wanted;
        if (isRunning()) [isDrawn, quiet] = [true, 0];
        else quiet += passed;
        // A busy server can be silent for a while, and charts make the page longer after the script has ended.
        const enough = !isDrawn ? 10000 : main.scrollTop < wanted - 2 ? 4000 : 1000;
        if (quiet > enough || all > 30000) {
          main.scrollTop = wanted; // the end of the page, if it has become shorter
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
