// The search box: searches from three letters on, lists the results, and opens them within the app.
const waiting = new WeakMap();

function row(found, root) {
  const link = document.createElement("a");
  link.href = root + found.href;
  const icon = document.createElement("span");
  icon.className = "icon";
  icon.ariaHidden = "true";
  icon.textContent = found.icon;
  const name = document.createElement("b");
  name.textContent = found.name;
  const under = document.createElement("small");
  under.textContent = found.under;
  link.append(icon, name, under);
  return link;
}

export default function ({ data, parentElement }) {
  const root = data.root;
  const input = parentElement.querySelector("input");
  const list = parentElement.querySelector(".found");
  if (!input || !list) return;
  const close = () => list.replaceChildren();
  const leave = (address) => {
    close();
    input.value = "";
    input.blur();
    window.milevaultLeave(address); // frame.js
  };
  const ask = async () => {
    const words = input.value.trim();
    if (words.length < 3) return close();
    const now = {};
    waiting.set(input, now);
    const answer = await fetch(root + "/search.json?q=" + encodeURIComponent(words));
    if (waiting.get(input) !== now || !answer.ok) return;
    const found = await answer.json();
    if (waiting.get(input) !== now) return;
    const rows = found.map((one) => row(one, root));
    if (!rows.length) {
      const none = document.createElement("p");
      none.textContent = "Nothing found.";
      rows.push(none);
    } else {
      const all = document.createElement("a");
      all.href = root + "/search?q=" + encodeURIComponent(words);
      all.className = "all";
      all.textContent = "All results";
      rows.push(all);
    }
    list.replaceChildren(...rows);
    list.scrollIntoView({ block: "nearest" }); // the box is near the foot of the sidebar
  };
  input.oninput = () => {
    clearTimeout(input.timer);
    input.timer = setTimeout(ask, 150);
  };
  input.onkeydown = (event) => {
    if (event.key === "Escape") close();
    if (event.key === "Enter" && input.value.trim()) leave(root + "/search?q=" + encodeURIComponent(input.value.trim()));
    if (event.key === "ArrowDown") {
      event.preventDefault();
      list.querySelector("a")?.focus();
    }
  };
  list.onkeydown = (event) => {
    const now = event.target;
    const next = { ArrowDown: now.nextElementSibling, ArrowUp: now.previousElementSibling || input }[event.key];
    if (event.key === "Escape") {
      close();
      input.focus();
    } else if (next) {
      event.preventDefault();
      next.focus();
    }
  };
  list.onclick = (event) => {
    const link = event.target.closest("a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    leave(link.getAttribute("href"));
  };
}
