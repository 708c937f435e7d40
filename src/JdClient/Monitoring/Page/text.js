// How figures and times read.

const sizes = ['', 'k', 'M', 'G', 'T', 'P', 'E', 'Z'];

// The daemon's clock less this machine's, ms: durations are reckoned by the daemon's.
let skew = 0;

export function setServerTime(at) {
  skew = Date.parse(at) - Date.now();
}

export const now = () => Date.now() + skew;

export function count(value) {
  return Math.round(value).toLocaleString('en');
}

export const hashRate = (value) => `${sized(value)}H/s`;

export const difficulty = (value) => sized(value).trimEnd();

function sized(value) {
  let size = 0;
  while (value >= 999.5 && size < sizes.length - 1) {
    value /= 1000;
    size++;
  }
  return `${value >= 100 || value === 0 ? value.toFixed(0) : value.toPrecision(3)} ${sizes[size]}`;
}

// Enough of a hash to tell it from others.
export const short = (hash) => `${hash.slice(0, 8)}…${hash.slice(-8)}`;

export function bitcoin(sats) {
  return `${(sats / 1e8).toFixed(8)} BTC`;
}

export function duration(ms) {
  const secs = Math.max(0, Math.floor(ms / 1000));
  if (secs < 60) return `${secs} s`;
  const mins = Math.floor(secs / 60);
  if (mins < 60) return `${mins} min`;
  const hours = Math.floor(mins / 60);
  if (hours >= 48) return `${Math.floor(hours / 24)} days`;
  return mins % 60 === 0 ? `${hours} h` : `${hours} h ${mins % 60} min`;
}

// The time of day, with the date where it is not today's.
export function clock(at) {
  const date = new Date(at);
  const time = date.toLocaleTimeString('en-GB');
  const pad = (n) => String(n).padStart(2, '0');
  return date.toDateString() === new Date().toDateString()
    ? time
    : `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())} ${time}`;
}

// Coarse, so that it changes seldom.
export function ago(at) {
  const ms = now() - Date.parse(at);
  return ms < 60_000 ? 'just now' : `${duration(ms)} ago`;
}

export function until(at) {
  const ms = Date.parse(at) - now();
  return ms <= 0 ? 'now' : `at ${clock(at)}`;
}

// A part of a whole, in percent with two significant digits.
export function percent(part, whole) {
  const value = (part / whole) * 100;
  return `${value >= 10 ? value.toFixed(0) : value.toPrecision(2)} %`;
}

export function counts(byName) {
  return Object.entries(byName ?? {}).filter(([, n]) => n > 0).sort((a, b) => b[1] - a[1])
    .map(([name, n]) => `${count(n)} × ${name}`).join(', ');
}
