// Samples of the figures since the page was opened, and their drawings. Bounded: when there are too many, two become one,
// up to five minutes each; after that the oldest go.

const capacity = 120;
const longest = 300_000;
const width = 240;
const height = 60;
const svgName = 'http://www.w3.org/2000/svg';
const sums = ['accepted', 'rejected', 'accepted_upstream', 'rejected_upstream'];

export class Samples {
  constructor() {
    this.interval = 3_000;
    this.list = [];
    this.last = null;
    this.begun = 0;
  }

  // Takes the figures of now; null where there are none, which leaves a gap.
  add(figures) {
    const sample = { rate: figures ? figures.hash_rate : null, secs: this.interval / 1000 };
    for (const name of sums) {
      const before = this.last?.[name] ?? figures?.[name] ?? 0;
      // Sums that went down are those of a daemon started anew.
      sample[name] = figures ? (figures[name] >= before ? figures[name] - before : figures[name]) : 0;
    }
    if (figures) this.last = figures;
    this.list.push(sample);
    if (this.list.length <= capacity) return;
    if (this.interval >= longest) this.list.shift();
    else this.#halve();
  }

  #halve() {
    const halved = [];
    for (let i = 0; i < this.list.length; i += 2) {
      const [a, b] = [this.list[i], this.list[i + 1]];
      if (!b) {
        halved.push(a);
        continue;
      }
      const rates = [a.rate, b.rate].filter((rate) => rate !== null);
      const merged = { rate: rates.length ? rates.reduce((x, y) => x + y) / rates.length : null, secs: a.secs + b.secs };
      for (const name of sums) merged[name] = a[name] + b[name];
      halved.push(merged);
    }
    this.list = halved;
    this.interval *= 2;
  }

  // How long ago the left edge is.
  get span() {
    return slots(this.list.length) * this.interval;
  }
}

export class Chart {
  #paths = {};
  #labels = {};

  constructor(plot, names) {
    this.svg = document.createElementNS(svgName, 'svg');
    this.svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
    this.svg.setAttribute('preserveAspectRatio', 'none');
    this.svg.setAttribute('role', 'img');
    for (const name of names) {
      this.#paths[name] = document.createElementNS(svgName, 'path');
      this.#paths[name].setAttribute('class', name);
      this.svg.append(this.#paths[name]);
    }
    plot.append(this.svg);
    for (const name of ['top', 'from', 'to']) {
      this.#labels[name] = document.createElement('span');
      this.#labels[name].className = name;
      plot.append(this.#labels[name]);
    }
  }

  // A line of values; null is a gap.
  line(values, labels) {
    const most = top(Math.max(0, ...values.filter((v) => v !== null)));
    let path = '';
    let isDown = false;
    values.forEach((value, i) => {
      if (value !== null) path += `${isDown ? 'L' : 'M'}${x(i, values.length)} ${y(value, most)}${isDown ? '' : 'h.01'}`;
      isDown = value !== null;
    });
    this.#set('rate', path);
    this.#label(labels, most);
  }

  // Bars of a, with b on top.
  bars(pairs, labels) {
    const most = top(Math.max(0, ...pairs.map(([a, b]) => a + b)));
    const step = width / slots(pairs.length);
    const bar = (i, from, to) => {
      if (to <= from) return '';
      return `M${(x(i, pairs.length) - step).toFixed(2)} ${y(from, most)}V${y(to, most)}h${(step * 0.8).toFixed(2)}V${y(from, most)}z`;
    };
    this.#set('valid', pairs.map(([a], i) => bar(i, 0, a)).join(''));
    this.#set('refused', pairs.map(([a, b], i) => bar(i, a, a + b)).join(''));
    this.#label(labels, most);
  }

  #set(name, path) {
    const element = this.#paths[name];
    if (element.getAttribute('d') !== path) element.setAttribute('d', path);
  }

  #label({ format, from, summary }, most) {
    const texts = { top: most > 0 ? format(most) : '', from, to: 'now' };
    for (const [name, text] of Object.entries(texts)) {
      if (this.#labels[name].textContent !== text) this.#labels[name].textContent = text;
    }
    if (this.svg.getAttribute('aria-label') !== summary) this.svg.setAttribute('aria-label', summary);
  }
}

// Places from edge to edge: at first more than there are samples, so that a few do not fill the plot.
const slots = (length) => Math.max(length, capacity / 4);

// The newest is at the right edge.
const x = (i, length) => +(width - (length - 1 - i) * (width / slots(length))).toFixed(2);

const y = (value, most) => +(height - (most > 0 ? (value / most) * (height - 4) : 0) - 1).toFixed(2);

// The next of 1, 2, 5 times a power of ten: an upper end that seldom moves.
function top(value) {
  if (value <= 0) return 0;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((n) => n * power).find((n) => n >= value) ?? value;
}
