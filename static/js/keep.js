/* Text that the server does not have yet, kept in this tab only (sessionStorage): gone when saved, at logout, and when
   the tab closes. Never on the device itself: these are words about people. */

const PREFIX = "dossierwacht:";

export const keyOf = (user, url) => `${PREFIX}${user ?? ""}:${url}`;

export function keep(key, value) {
  try {
    sessionStorage.setItem(key, JSON.stringify(value));
    return true;
  } catch {
    return false; // full or refused: the text is still in the page
  }
}

export function kept(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key));
  } catch {
    return null;
  }
}

export function drop(key) {
  try {
    sessionStorage.removeItem(key);
  } catch { /* nothing was kept */ }
}

function ours() {
  try {
    return Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX));
  } catch {
    return [];
  }
}

export const forget = () => ours().forEach(drop);

// Somebody else logged in in this tab: what the former one typed is not theirs to see.
export function forgetOthers(user) {
  if (user) ours().filter((key) => !key.startsWith(`${PREFIX}${user}:`)).forEach(drop);
}
