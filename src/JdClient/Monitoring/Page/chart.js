// Drawings of the samples of a span of time.

const width = 240;
const height = 60;
const svgName = 'http://www.w3.org/2000/svg';

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

  // A line of values.
  line(values, slots, labels) {
    const most = top(Math.max(0, ...values));
    this.#set('rate', values.map((value, i) => `${i === 0 ? 'M' : 'L'}${x(i, values.length, slots)} ${y(value, most)}${values.length === 1 ? 'h-4' : ''}`).join(''));
    this.#label(labels, most);
  }

  // Bars of a, with b on top.
  bars(pairs, slots, labels) {
    const most = top(Math.max(0, ...pairs.map(([a, b]) => a + b)));
    const step = width / slots;
    const bar = (i, from, to) => {
      if (to <= from) return '';
      return `M${(x(i, pairs.length, slots) - step).toFixed(2)} ${y(from, most)}V${y(to, most)}h${(step * 0.8).toFixed(2)}V${y(from, most)}z`;
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

// The newest is at the right edge.
const x = (i, length, slots) => +(width - (length - 1 - i) * (width / slots)).toFixed(2);

const y = (value, most) => +(height - (most > 0 ? (value / most) * (height - 4) : 0) - 1).toFixed(2);

// The next of 1, 2, 5 times a power of ten: an upper end that seldom moves.
function top(value) {
  if (value <= 0) return 0;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((n) => n * power).find((n) => n >= value) ?? value;
}
