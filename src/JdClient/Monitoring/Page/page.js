import { Chart } from './chart.js';
import { byId, each, element, setAttribute, setHidden, setParts, setRows, setText } from './dom.js';
import { ago, bitcoin, clock, count, counts, difficulty, duration, hashRate, now, percent, setServerTime, short, until } from './text.js';

const refreshInterval = 10_000;
const listsInterval = 5_000;
const flowInterval = 20_000;
const askTimeout = 10_000;
// The daemon sends something every 15 seconds.
const silence = 40_000;
const longestPause = 5_000;
const tokenName = 'monitoring_token';
const changesShown = 15;

// The last answers; what is drawn is drawn from these alone.
let status = null;
let lostSince = null;
let isLive = false;
let refreshedAt = 0;
let listedAt = 0;
let flowAt = 0;
let blocksKnown = null;
let totals = null;

// --- asking ---------------------------------------------------------------------------------------------------------

class Refused extends Error {
  constructor(code, text) {
    super(text);
    this.code = code;
  }
}

async function ask(path, signal) {
  const token = sessionStorage.getItem(tokenName);
  const answer = await fetch(path, {
    cache: 'no-store',
    // Otherwise the browser would ask for a password of its own.
    credentials: 'omit',
    headers: token ? { Authorization: `Bearer ${token}` } : {},
    signal,
  });
  if (answer.ok) return answer;
  const body = await answer.json().catch(() => ({}));
  throw new Refused(answer.status, body.error ?? `HTTP status ${answer.status}`);
}

async function askJson(path) {
  return (await ask(path, AbortSignal.timeout(askTimeout))).json();
}

async function refresh() {
  refreshedAt = Date.now();
  status = await askJson('api/v1/status');
  setServerTime(status.at);
  lostSince = null;
  draw();
}

// Listens until the daemon hangs up or says nothing for too long.
async function listen() {
  const stop = new AbortController();
  let watch = setTimeout(() => stop.abort(), silence);
  try {
    const answer = await ask('api/v1/events', stop.signal);
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    isLive = true;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      clearTimeout(watch);
      watch = setTimeout(() => stop.abort(), silence);
      text += value;
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        hear(text.slice(0, end));
        text = text.slice(end + 2);
      }
    }
  } finally {
    clearTimeout(watch);
    isLive = false;
  }
}

function hear(event) {
  const field = (name) => event.split('\n').find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
  if (field('event') === 'summary') onSummary(JSON.parse(field('data')));
  else if (field('event') === 'change') refreshSoon();
}

function onSummary(summary) {
  const isOther = summary.ready !== status.ready || summary.work !== status.work.name || summary.work_since !== status.work.since
    || summary.alarms !== status.alarms.length || summary.template_id !== status.template?.id
    || summary.rejected !== status.shares.rejected || summary.rejected_upstream !== status.shares.rejected_upstream;
  Object.assign(status.shares, {
    accepted: summary.accepted,
    forwarded: summary.forwarded,
    accepted_upstream: summary.accepted_upstream,
    blocks_found: summary.blocks_found,
  });
  status.miners.connections = summary.connections;
  status.miners.hash_rate = summary.hash_rate;
  if (isOther) refreshSoon();
  draw();
}

let soon = null;

// What an event says is a part; the whole is asked for, once for events that come together.
function refreshSoon() {
  soon ??= setTimeout(() => {
    soon = null;
    refresh().catch(() => {});
  }, 250);
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// For ever: the status, then events until they end. Where there are no events to be had, the status every few seconds.
async function run() {
  for (let pause = 500; ; ) {
    try {
      await refresh();
      refreshLists();
      refreshFlow();
      pause = 500;
      await listen().catch((error) => {
        if (error.code === 401) throw error;
        pause = 3_000;
      });
    } catch (error) {
      if (error.code === 401) {
        await askForToken();
        continue;
      }

      lostSince ??= now();
      pause = Math.min(longestPause, pause * 2);
    }

    draw();
    await sleep(pause);
  }
}

function askForToken() {
  const form = byId('login');
  setText(byId('login-error'), sessionStorage.getItem(tokenName) ? 'That is not the token.' : '');
  sessionStorage.removeItem(tokenName);
  setHidden(form, false);
  setHeadline('unknown', 'Locked', 'The daemon asks for its token', '', '');
  byId('token').focus();
  return new Promise((resolve) => {
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      sessionStorage.setItem(tokenName, byId('token').value);
      byId('token').value = '';
      setHidden(form, true);
      resolve();
    }, { once: true });
  });
}

// --- the headline ---------------------------------------------------------------------------------------------------

// Whether it is mining, for whom and why: level, word, sentence, reason.
function judge() {
  const { work, alarms, upstreams, miners } = status;
  const stop = alarms.find((alarm) => alarm.kind === 'stalled' || alarm.kind === 'no_template');
  if (!status.ready) return ['stopped', 'Stopped', 'Not mining', status.ready_reason];
  if (stop) return ['stopped', 'Stopped', 'Not mining', stop.cause];

  const isSolo = work.kind === 'solo';
  const isWanted = isSolo ? status.mode === 'solo_mining' || upstreams.length === 0 : upstreams[0]?.name === work.name;
  const whom = isSolo ? 'solo' : `for ${work.name}`;
  if (miners.connections === 0) return ['attention', 'Idle', `No miner is connected; work is ${whom}`, work.reason];
  if (!isWanted) return ['attention', 'Fallback', `Mining ${whom}${isSolo ? ', no pool is usable' : ', not the first pool'}`, work.reason];
  return alarms.length > 0
    ? ['attention', 'Attention', `Mining ${whom}, but not all is well`, alarms[0].cause]
    : ['good', 'Mining', `Mining ${whom}`, work.reason];
}

function drawHeadline() {
  if (lostSince !== null) {
    const last = status ? `Last seen: ${judge()[2]}. ` : '';
    setHeadline('stopped', 'Not reachable', `Not reachable since ${clock(lostSince)}`, last, 'Trying again every few seconds.');
    return;
  }

  const [level, word, verdict, reason] = judge();
  const since = status.work.since;
  setHeadline(level, word, verdict, `Since ${clock(since)} (${duration(now() - Date.parse(since))}):`, reason);
}

function setHeadline(level, word, verdict, since, reason) {
  setAttribute(byId('headline'), 'data-level', level);
  setText(byId('word'), word);
  setText(byId('verdict'), verdict);
  setText(byId('since'), since);
  setText(byId('reason'), reason);
  const title = `${word} – JdClient`;
  if (document.title !== title) document.title = title;
}

// --- everything else ------------------------------------------------------------------------------------------------

function draw() {
  setAttribute(document.body, 'class', lostSince !== null ? 'lost' : null);
  if (status || lostSince !== null) drawHeadline();
  if (!status) return;
  drawNow();
  drawAlarms();
  drawTotals();
  drawPeers();
  drawTemplate();
  drawChanges();
  setText(byId('about'), `JdClient ${status.version}, up ${duration(now() - Date.parse(status.started_at))},`);
  setText(byId('link'), lostSince !== null ? 'not connected.' : isLive ? 'live.' : 'asked every few seconds.');
}

function drawNow() {
  const { miners } = status;
  setText(byId('chart-hash').querySelector('[data-value]'), hashRate(miners.hash_rate));
  setText(byId('miners'), `${count(miners.connections)} connected`);
}

function drawAlarms() {
  setHidden(byId('alarms'), status.alarms.length === 0);
  each(byId('alarms').querySelector('ul'), status.alarms, () => element('li'), (item, alarm) => setParts(item, [
    [alarm.cause, 'cause'], [alarm.fix, 'fix'], [`since ${clock(alarm.since)}`, 'quiet'],
  ]));
}

function drawTotals() {
  const { shares } = status;
  const dropped = Object.values(shares.dropped_by_cause).reduce((sum, n) => sum + n, 0);
  const row = (what, number, all, more) => [[[what], [more, 'quiet']], [[count(number)]], [[totals ? count(all) : '–']]];
  const only = (what, number, more) => [[[what], [more, 'quiet']], [[count(number)]], []];
  const refused = (number, good, byReason) => (number > 0 ? `${percent(number, number + good)}: ${counts(byReason)}` : '');
  // Those of all runs are asked for less often; they are not less than this run's.
  const all = (name, now) => Math.max(totals?.[name] ?? 0, now);
  setRows(byId('totals'), [
    row('Miners, valid', shares.accepted, all('accepted', shares.accepted), latest(shares.last_in_at)),
    row('Miners, refused', shares.rejected, all('rejected', shares.rejected),
      refused(shares.rejected, shares.accepted, shares.rejected_by_reason)),
    only('Sent to pools', shares.forwarded, latest(shares.last_forwarded_at)),
    row('Pools, accepted', shares.accepted_upstream, all('accepted_upstream', shares.accepted_upstream), latest(shares.last_answer_at)),
    row('Pools, refused', shares.rejected_upstream, all('rejected_upstream', shares.rejected_upstream),
      refused(shares.rejected_upstream, shares.accepted_upstream, shares.rejected_upstream_by_reason)),
    only('Valid, not sent', dropped, counts(named(shares.dropped_by_cause))),
    row('Blocks found', shares.blocks_found, all('blocks_found', shares.blocks_found)),
  ]);
  const best = totals?.best_share;
  setText(byId('best'), best ? `Best share of all: difficulty ${difficulty(best.difficulty)}, by ${best.user_identity}, ${clock(best.at)}` : '');
  setText(byId('counted-since'), totals ? `of this run, since ${clock(status.started_at)}, and in all, since ${clock(totals.since)}` : '');
}

// Why a valid share is not sent to the pool that is mined for.
const causes = {
  above_pool_target: 'below the pool’s difficulty (normal)',
  cache_full: 'too many waiting',
  job_refused: 'job refused by the pool',
  too_many_jobs: 'too many jobs',
  tip_changed: 'late for the tip',
  upstream_left: 'pool was left',
};

const named = (byCause) => Object.fromEntries(Object.entries(byCause).map(([cause, n]) => [causes[cause] ?? cause, n]));

const latest = (at) => (at ? `latest ${ago(at)}` : '');

// One that rests although nothing speaks against it is not needed.
function levelOf({ state, health }) {
  if (state === 'active' || state === 'standby') return 'good';
  if (state !== 'waiting') return 'attention';
  return health === 'fit' ? 'unknown' : 'stopped';
}

function drawPeers() {
  const pools = status.upstreams.map((pool, i) => [pool, `pool ${i + 1}`]);
  const providers = status.template_providers.map((provider, i) => [provider, `template provider ${i + 1}`]);
  setRows(byId('peers'), [...pools, ...providers].map(([peer, kind]) => [
    [[peer.name, 'name'], [kind, 'quiet']],
    [
      [peer.state, `state ${levelOf(peer)}`],
      [peer.health && peer.health !== 'fit' ? peer.health : ''],
      [peer.retry_at ? `next try ${until(peer.retry_at)}` : '', 'quiet'],
      [peer.takes_work_at ? `takes the work ${until(peer.takes_work_at)}` : '', 'quiet'],
    ],
    [[clock(peer.since), 'time'], [ago(peer.since), 'quiet']],
    whyParts(peer),
  ]), 'None is configured.');
}

// A peer that fails says why and what to do; one that is well, what went wrong last.
function whyParts(peer) {
  const { reason, tokens, last_error: error } = peer;
  const isWell = levelOf(peer) === 'good';
  const times = error?.times > 1 ? `, ${count(error.times)} times` : '';
  const last = error ? `${clock(error.at)}${times}` : '';
  if (!isWell && error?.text === reason) return [[reason, 'cause'], [error.fix, 'fix'], [`last ${last}`, 'quiet']];
  return [
    [reason],
    [tokens ? `${tokens} tokens in stock` : '', 'quiet'],
    [error && `last error${isWell ? ', over' : ''}: ${error.text} (${last})`, 'quiet'],
    [error && !isWell ? error.fix : '', 'fix'],
  ];
}

function drawTemplate() {
  const { template } = status;
  const height = status.template_providers.find((provider) => provider.state === 'active')?.height;
  const newest = template && Math.max(Date.parse(template.received_at), Date.parse(template.tip_at));
  const items = template
    ? [
        ['Block height', height === undefined ? '–' : `${height}`],
        ['Age', duration(now() - newest)],
        ['Value', bitcoin(template.value_sats)],
        ['Fees in it', fees(template.value_sats, height)],
        ['Tip', short(template.prev_hash), template.prev_hash],
        ['Tip since', `${clock(template.tip_at)}, ${ago(template.tip_at)}`],
      ]
    : [['Template', 'none yet']];
  each(byId('template'), items, () => {
    const group = element('div');
    group.append(element('dt'), element('dd'));
    return group;
  }, (group, [name, text, whole]) => {
    setText(group.firstChild, name);
    setText(group.lastChild, text);
    setAttribute(group.lastChild, 'title', whole);
  });
}

// What is above the subsidy of public networks; where subsidies halve sooner (regtest) it cannot be told apart.
function fees(value, height) {
  if (height === undefined) return '–';
  const subsidy = Math.floor(50e8 / 2 ** Math.floor(height / 210_000));
  return value >= subsidy ? bitcoin(value - subsidy) : '–';
}

function drawChanges() {
  each(byId('changes'), status.history.slice(0, changesShown), () => element('li'), (item, change) => setParts(item, [
    [clock(change.at), 'time'],
    [change.kind === 'block' ? `block ${short(change.subject)}` : change.subject, 'name'],
    [change.text],
    [change.fix, 'fix'],
  ]));
}

// --- lists in pages -------------------------------------------------------------------------------------------------

class List {
  constructor(name, limit, path, row, empty) {
    Object.assign(this, { path, row, empty, limit, offset: 0, sort: null });
    this.table = byId(name);
    this.total = byId(`${name}-total`);
    this.pages = byId(`${name}-pages`);
    this.previous = this.#button('Previous', -1);
    this.where = this.pages.appendChild(element('span', 'quiet'));
    this.next = this.#button('Next', 1);
    setHidden(this.pages, true);
    for (const button of this.table.querySelectorAll('button[data-sort]')) {
      button.addEventListener('click', () => this.#sortBy(button.dataset.sort, button.closest('th')));
    }
  }

  async load() {
    const sort = this.sort ? `&sort=${this.sort}` : '';
    let page;
    try {
      page = await askJson(`${this.path}?offset=${this.offset}&limit=${this.limit}${sort}`);
    } catch (error) {
      // A list that the daemon does not keep; anything else is the headline's to tell.
      if (error.code === 404) setRows(this.table, [], error.message);
      return;
    }

    if (this.offset > 0 && this.offset >= page.total) {
      this.offset = Math.max(0, Math.ceil(page.total / this.limit) - 1) * this.limit;
      return this.load();
    }

    setRows(this.table, page.items.map(this.row), this.empty);
    setText(this.total, page.total > 0 ? count(page.total) : '');
    setHidden(this.pages, page.total <= this.limit);
    setText(this.where, `${count(this.offset + 1)}–${count(this.offset + page.items.length)} of ${count(page.total)}`);
    this.previous.disabled = this.offset === 0;
    this.next.disabled = this.offset + this.limit >= page.total;
  }

  #button(text, direction) {
    const button = this.pages.appendChild(element('button'));
    button.type = 'button';
    button.textContent = text;
    button.addEventListener('click', () => {
      this.offset = Math.max(0, this.offset + direction * this.limit);
      this.load();
    });
    return button;
  }

  // Names upwards at first, figures downwards; a second time the other way round.
  #sortBy(key, head) {
    const isName = key === 'user' || key === 'peer';
    const first = isName ? key : `-${key}`;
    const other = isName ? `-${key}` : key;
    this.sort = this.sort === first ? other : first;
    this.offset = 0;
    for (const th of this.table.querySelectorAll('th')) th.removeAttribute('aria-sort');
    head.setAttribute('aria-sort', this.sort.startsWith('-') ? 'descending' : 'ascending');
    this.load();
  }
}

const deviceProblems = {
  duplicate_worker_name: 'device not told: the name is used twice',
  fetch_failed: 'device does not answer',
};

const isNarrow = matchMedia('(max-width: 56rem)').matches;

const workers = new List('workers', isNarrow ? 10 : 25, 'api/v1/workers', (worker) => [
  [[worker.user_identity || '(no name)', 'name'], [found(worker.blocks_found), 'quiet']],
  [[worker.peer], [`${worker.kind} channel ${worker.channel_id}`, 'quiet'], [deviceText(worker), 'quiet']],
  [[hashRate(worker.hash_rate)]],
  [[count(worker.accepted)]],
  [[count(worker.rejected)]],
  [[counts(worker.rejected_by_reason)]],
  [[worker.last_share_at ? ago(worker.last_share_at) : 'none yet'], [isSilent(worker) ? 'silent' : '', 'state attention']],
], 'No miner has opened a channel.');

// Twenty shares were due: that it is chance is one in hundreds of millions.
function isSilent({ last_share_at: last }) {
  return last && now() - Date.parse(last) > Math.max(180_000, (20 * 60_000) / status.shares_per_minute);
}

const found = (blocks) => (blocks ? `found ${count(blocks)} ${blocks === 1 ? 'block' : 'blocks'}` : '');

// What the device says of itself, where it was found.
function deviceText({ miner_telemetry: device, miner_telemetry_status: state }) {
  if (!device) return deviceProblems[state] ?? '';
  return [
    device.model,
    device.reported_hashrate_hs && `${hashRate(device.reported_hashrate_hs)} by its count`,
    device.average_temperature_c && `${Math.round(device.average_temperature_c)} °C`,
    device.power_consumption_w && `${count(Math.round(device.power_consumption_w))} W`,
    device.efficiency_j_per_th && `${device.efficiency_j_per_th.toFixed(1)} J/TH`,
    device.uptime_secs && `up ${duration(device.uptime_secs * 1000)}`,
  ].filter(Boolean).join(', ');
}

const outcomes = {
  'in-chain': ['in the chain', 'good'],
  'not-seen-as-tip': ['not seen as tip', 'attention'],
  'too-old-to-submit': ['too old to submit', 'stopped'],
};

const blocks = new List('blocks', isNarrow ? 5 : 10, 'api/v1/blocks', (block) => {
  const [outcome, level] = outcomes[block.outcome] ?? [block.outcome ?? 'not known yet', 'attention'];
  return [
    [[block.height === undefined ? '?' : `${block.height}`, 'name']],
    [[outcome, `state ${level}`], [block.answers.map(answerText).join('; '), 'quiet']],
    [[clock(block.found_at), 'time'], [ago(block.found_at), 'quiet']],
    [[block.found_by]],
    [[block.source ?? '–']],
    [[block.hash, 'hash']],
  ];
}, 'None found yet.');

// What was sent gets no answer by the protocol.
function answerText({ target, answer, detail }) {
  return answer === 'sent' ? `sent to ${target}` : `${target}: ${answer}${detail ? `, ${detail}` : ''}`;
}

function refreshLists() {
  listedAt = Date.now();
  workers.load();
  const found = status.shares.blocks_found;
  // The journal tells outcomes later than the block, so the list is looked at for as long as it grows, then rarely.
  if (found !== blocksKnown || Date.now() - (blocks.loadedAt ?? 0) > 15_000) {
    blocksKnown = found;
    blocks.loadedAt = Date.now();
    blocks.load();
  }
}

// --- charts ---------------------------------------------------------------------------------------------------------

const charts = {
  hash: new Chart(byId('chart-hash').querySelector('.plot'), ['rate']),
  miners: new Chart(byId('chart-miners').querySelector('.plot'), ['valid', 'refused']),
  pool: new Chart(byId('chart-pool').querySelector('.plot'), ['valid', 'refused']),
};

const spans = byId('spans');

let flow = null;

for (const button of spans.querySelectorAll('button')) {
  button.addEventListener('click', () => {
    for (const other of spans.querySelectorAll('button')) setAttribute(other, 'aria-pressed', other === button);
    refreshFlow();
  });
}

async function refreshFlow() {
  flowAt = Date.now();
  totals = await askJson('api/v1/totals?limit=0').catch(() => totals);
  const { span } = spans.querySelector('[aria-pressed=true]').dataset;
  const answer = await askJson(`api/v1/flow?span=${span}`).catch(() => null);
  // A later click may have been answered first.
  if (!answer || spans.querySelector('[aria-pressed=true]').dataset.span !== answer.span) return;
  flow = answer;
  drawFlow();
}

function drawFlow() {
  const { samples, interval_secs: interval, capacity } = flow;
  // At first wider than the samples there are, so that a few do not fill the plot.
  const slots = Math.max(samples.length, capacity / 6);
  const from = `${duration(slots * interval * 1000)} ago`;
  charts.hash.line(samples.map((sample) => sample.hash_rate), slots, { format: hashRate, from, summary: 'Hash rate' });
  drawShares('miners', 'accepted', 'rejected', 'valid', slots, from);
  drawShares('pool', 'accepted_upstream', 'rejected_upstream', 'accepted', slots, from);
}

function drawShares(name, good, bad, word, slots, from) {
  const { samples, interval_secs: interval } = flow;
  const pairs = samples.map((sample) => [perMinute(sample[good], sample.secs), perMinute(sample[bad], sample.secs)]);
  // Of the last minute: shares of a single sample are few.
  const recent = samples.slice(-Math.max(1, Math.round(60 / interval)));
  const secs = recent.reduce((sum, sample) => sum + sample.secs, 0);
  const [a, b] = [good, bad].map((key) => (secs === 0 ? '–' : count(perMinute(recent.reduce((sum, sample) => sum + sample[key], 0), secs))));
  const figure = byId(`chart-${name}`);
  setText(figure.querySelector('[data-value=a]'), a);
  setText(figure.querySelector('[data-value=b]'), b);
  charts[name].bars(pairs, slots, {
    format: (value) => `${count(value)}/min`, from, summary: `A minute at present: ${a} ${word}, ${b} refused`,
  });
}

const perMinute = (sum, secs) => (sum * 60) / secs;

// --- the beat -------------------------------------------------------------------------------------------------------

function beat() {
  setTimeout(beat, 1_000);
  if (!status || lostSince !== null || document.hidden) return;
  if (Date.now() - refreshedAt >= refreshInterval) refresh().catch(() => {});
  else draw();
  if (Date.now() - listedAt >= listsInterval) refreshLists();
  if (Date.now() - flowAt >= flowInterval) refreshFlow();
}

beat();
run();
