// Runs every check and suite of the project, or those that are named and what they need:
//
//   node test/run.mjs
//   node test/run.mjs unit interop --grep pickle
//
// Works in a fresh clone: it installs what is missing, and uses only Node.js built-ins itself.
import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { ensureInstalled, projectRoot } from './harness/install.mjs';
import { PassStamp } from './harness/passStamp.mjs';
import { Durations, shareOut, testFiles } from './harness/shares.mjs';

const { values, positionals } = parseArgs({ options: { grep: { type: 'string' } }, allowPositionals: true });
const grep = values.grep === undefined ? [] : ['--grep', values.grep];

/**
 * Minutes without a line of output after which a command is ended, if it runs alone on a quiet machine: more than the longest timeout of a test, which
 * is two minutes. Both are longer beside others and on a busy machine, by at most the MOST_TIME. A suite as a whole may take as long as it needs.
 */
const SILENT_MINUTES = Number(process.env.PICKLEPOST_SILENT_MINUTES ?? 2.5);
const MOST_TIME = 8;

const onePassed = { passed: 1, failed: 0, skipped: [], retried: [] };
const unchanged = { ...onePassed, note: 'unchanged since it passed' };
const oneFailed = { passed: 0, failed: 1, skipped: [], retried: [] };

/** Milliseconds that starting Node.js takes on the quiet machine that the timeouts of tests are made for. */
const USUAL_START = 60;

/** Processes that run side by side: more than there are processors, as tests wait for much. */
const AT_ONCE = Math.min(6, os.availableParallelism() + 2);

/** Bytes of memory that must be free for what is temporary to be kept there: several times what a run keeps at once. */
const ROOMY = 8 * 1024 ** 3;

const prettierCache = [
  '--cache',
  '--cache-strategy=content',
  '--cache-location=node_modules/.cache/picklepost/prettier',
];
const windows = ['--timeout=120000', '--retries=1', '--require=out/test/ui/hooks.js'];
const harness = ['propertySeed', 'unhandled'].map((name) => `--require=out/test/harness/${name}.js`);

/**
 * All commands of a step must succeed, each with Node.js; a suite (the last command of its step) counts its tests, any
 * other step counts as one. A step that reads nothing but files of the project is passed over where it has passed with
 * the same ones, and what it makes is still there. What is prepared comes first, one after the other. The others then run side by side,
 * begun in this order; the files of those with shares are divided among so many processes, and one more that begins first, for the folder whose tests
 * wait for servers while the others compute. What is made on demand runs only where it is named.
 */
const steps = [
  {
    name: 'package',
    isPreparation: true,
    readsOnlyFiles: true,
    makes: `picklepost-${JSON.parse(readFileSync(path.join(projectRoot, 'package.json'), 'utf8')).version}.vsix`,
    commands: [
      [
        'node_modules/@vscode/vsce/vsce',
        'package',
        '--allow-missing-repository',
        '--no-rewrite-relative-links',
      ],
    ],
  },
  // Behind the package, which leaves a build for production in the same folder.
  {
    name: 'build',
    isPreparation: true,
    commands: [['esbuild.mjs', '--tests']],
  },
  {
    name: 'harness',
    isPreparation: true,
    needs: ['build'],
    commands: [['--eval', "require('./out/test/harness/setup.js').ensureHarness()"]],
  },
  {
    name: 'ui',
    needs: ['package', 'build', 'harness'],
    isSuite: true,
    tests: 'out/test/ui',
    shares: 2,
    commands: [mocha(...windows)],
  },
  {
    name: 'pictures',
    needs: ['package', 'build', 'harness'],
    isSuite: true,
    isOnDemand: true,
    commands: [mocha(...windows, 'out/test/ui/readmePictures.js')],
  },
  {
    name: 'lint',
    readsOnlyFiles: true,
    commands: [
      ['node_modules/eslint/bin/eslint.js', '.'],
      ['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level=warn', ...prettierCache, '.'],
    ],
  },
  {
    name: 'interop',
    needs: ['build'],
    isSuite: true,
    tests: 'out/test/interop',
    commands: [mocha('--timeout=30000', ...harness)],
  },
  {
    name: 'libraries',
    needs: ['build'],
    isSuite: true,
    tests: 'out/test/libraries',
    commands: [mocha('--timeout=30000', ...harness)],
  },
  {
    name: 'vscode',
    needs: ['build', 'harness'],
    isSuite: true,
    commands: [['out/test/vscode/launch.js', ...grep]],
  },
  {
    name: 'types',
    readsOnlyFiles: true,
    commands: [['node_modules/typescript/bin/tsc'], ['node_modules/typescript/bin/tsc', '-p', 'src/webview']],
  },
  // Many shares, none of which is long: they fill what the others leave.
  {
    name: 'unit',
    needs: ['build'],
    isSuite: true,
    tests: 'out/test/unit',
    waiting: 'out/test/unit/nats',
    shares: 6,
    commands: [mocha('--timeout=20000', ...harness)],
  },
];

function mocha(...args) {
  // Ends with its last test: what a failed one left open can keep Node.js busy for ever.
  return [
    'node_modules/mocha/bin/mocha.js',
    '--exit',
    '--reporter=test/harness/reporter.cjs',
    ...args,
    ...grep,
  ];
}

/** Everything temporary of this run, also what killed processes leave. Its path is short, as paths of sockets are limited to about 100 bytes. */
const temporary = mkdtempSync(path.join(inMemory() ?? os.tmpdir(), `pp-${process.pid}-`));
process.on('exit', () => rmSync(temporary, { recursive: true, force: true, maxRetries: 5 }));
process.chdir(projectRoot);
ensureInstalled();
/** What Node.js 22 and newer has compiled, such as VS Code. */
const compiled = path.join(projectRoot, 'node_modules/.cache/picklepost/compiled');
const timeFactor = measureMachine();
const searchPath = withPythonItself();
const durations = new Durations(projectRoot);
/** Whether this process was told to end: nothing is begun any more. */
let isStopped = false;
const results = await runSteps(selectSteps(positionals));
report(results);
process.exitCode = isStopped || results.some((result) => result.failed > 0) ? 1 : 0;

/**
 * A folder in memory, where there is plenty of it and programs may be run from there: tests sync thousands of files, and wait for a disk
 * longer than for anything else. Where the environment names a folder, that is taken.
 */
function inMemory() {
  const folder = '/dev/shm';
  if (process.env.TMPDIR !== undefined || !existsSync(folder)) return undefined;
  removeAbandoned(folder);
  const { bavail, bsize } = statfsSync(folder);
  if (Math.min(bavail * bsize, os.freemem()) < ROOMY) return undefined;
  const probe = mkdtempSync(path.join(folder, 'pp-'));
  try {
    writeFileSync(path.join(probe, 'run'), '#!/bin/sh\n', { mode: 0o700 });
    return spawnSync(path.join(probe, 'run')).status === 0 ? folder : undefined;
  } finally {
    rmSync(probe, { recursive: true });
  }
}

/** Removes what runs have left that were killed, as it takes memory. */
function removeAbandoned(folder) {
  for (const name of readdirSync(folder)) {
    const [, pid] = /^pp-(\d+)-/.exec(name) ?? [];
    if (pid !== undefined && !isRunning(Number(pid)))
      rmSync(path.join(folder, name), { recursive: true, force: true });
  }
}

function isRunning(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** How many times as slow as the usual one this machine is now: 1 to 10. Measured once, by what nearly every test does. */
function measureMachine() {
  const times = Array.from({ length: 3 }, () => {
    const start = Date.now();
    spawnSync(process.execPath, ['--eval', '']);
    return Date.now() - start;
  });
  const factor = Math.min(10, Math.max(1, times.sort((a, b) => a - b)[1] / USUAL_START));
  if (factor > 1.5)
    console.log(`This machine is slow or busy: tests have ${factor.toFixed(1)} times as long.`);
  return factor;
}

/** The search path, with the folder of Python in front: managers of versions have a script in its place, which takes ten times as long to start. */
function withPythonItself() {
  const { status, stdout } = spawnSync('python3', ['-c', 'import sys; print(sys.executable)']);
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  const folder = path.dirname(stdout?.toString().trim() ?? '');
  return (status === 0 && !folders.includes(folder) ? [folder, ...folders] : folders).join(path.delimiter);
}

function selectSteps(names) {
  const unknown = names.find((name) => !steps.some((step) => step.name === name));
  if (unknown)
    throw new Error(`There is no step ${unknown}; there are: ${steps.map(({ name }) => name).join(', ')}`);
  const isWanted = (step) =>
    (names.length === 0 && !step.isOnDemand) ||
    names.some((name) => name === step.name || findStep(name).needs?.includes(step.name));
  return steps.filter(isWanted);
}

function findStep(name) {
  return steps.find((step) => step.name === name);
}

/** Results in the order of {@link steps}, whichever ended first. */
async function runSteps(selected) {
  const results = new Map();
  const ran = [];
  const runAll = async (waiting, isAlone) => {
    for (let job = waiting.shift(); job !== undefined && !isStopped; job = waiting.shift()) {
      const result = await runJob(job, results, isAlone);
      ran.push(result);
      results.set(result.name, together(ran.filter(({ name }) => name === result.name)));
    }
  };
  const jobs = (isPreparation) => selected.filter((step) => Boolean(step.isPreparation) === isPreparation);
  await runAll(jobs(true), true);
  const divided = jobs(false).flatMap(divide);
  const others = [true, false].flatMap((isFirst) =>
    divided.filter((job) => Boolean(job.isFirst) === isFirst),
  );
  const isAlone = others.length === 1;
  await Promise.all(Array.from({ length: AT_ONCE }, () => runAll(others, isAlone)));
  durations.keep(Object.assign({}, ...ran.map(({ files }) => files)));
  return selected.flatMap(({ name }) => results.get(name) ?? []);
}

/** The shares of a long suite, each to be run as a step of its own. One in which only some tests are looked for has a single one. */
function divide(step) {
  if (step.tests === undefined) return [step];
  const files = testFiles(step.tests);
  if (step.shares === undefined || grep.length > 0) return [{ ...step, files }];
  const waiting = files.filter((file) => step.waiting && file.startsWith(step.waiting));
  const computing = files.filter((file) => !waiting.includes(file));
  const shares = [waiting, ...shareOut(computing, step.shares, durations)].filter(({ length }) => length > 0);
  return shares.map((share, index) => ({
    ...step,
    label: `${step.name} ${index + 1}`,
    files: share,
    isFirst: share === waiting,
  }));
}

function together(results) {
  const sum = (count) => results.reduce((total, result) => total + count(result), 0);
  return {
    ...results[0],
    passed: sum(({ passed }) => passed),
    failed: sum(({ failed }) => failed),
    skipped: results.flatMap(({ skipped }) => skipped),
    retried: results.flatMap(({ retried }) => retried),
    seconds: Math.max(...results.map(({ seconds }) => seconds)),
  };
}

async function runJob(step, results, isAlone) {
  const { name, label = name, needs } = step;
  console.log(`\n━━ ${label} ${'━'.repeat(60 - label.length)}`);
  const started = Date.now();
  const broken = needs?.find((needed) => results.get(needed)?.failed > 0);
  if (broken) console.log(`not run, as ${broken} failed`);
  const counts = broken ? oneFailed : await runStep({ ...step, label }, isAlone);
  return { name, ...counts, seconds: (Date.now() - started) / 1000 };
}

async function runStep(step, isAlone) {
  if (!step.readsOnlyFiles) return runCommands(step, isAlone);
  const stamp = new PassStamp(projectRoot, step.name, step.commands, step.makes);
  if (stamp.isFresh) {
    console.log(unchanged.note);
    return unchanged;
  }
  const counts = await runCommands(step, isAlone);
  if (counts.failed === 0) stamp.keep();
  return counts;
}

async function runCommands({ label, commands, isSuite, files = [] }, isAlone) {
  const countsFile = path.join(temporary, `${label}.json`);
  let isOk = true;
  for (const command of commands)
    isOk = (await runNode([...command, ...files], label, isAlone, countsFile)) && isOk;
  if (!isSuite) return isOk ? onePassed : oneFailed;
  return suiteCounts(countsFile, isOk);
}

/** A suite that crashed, or in which nothing ran, has failed, whatever it counted until then. */
function suiteCounts(countsFile, isOk) {
  if (!existsSync(countsFile)) return oneFailed;
  const counts = JSON.parse(readFileSync(countsFile, 'utf8'));
  const hasRun = counts.passed + counts.failed + counts.skipped.length > 0;
  return counts.failed === 0 && !(isOk && hasRun) ? { ...counts, failed: 1 } : counts;
}

/**
 * Runs a script and tells whether it succeeded. It ends with this process. A script that prints nothing for a long time is
 * killed, with the name of the test that was running. Beside others, each of its lines says which step it is of, and its tests
 * have more time.
 */
function runNode(args, name, isAlone, countsFile) {
  const runningFile = path.join(temporary, `${name}.running`);
  const factor = Math.min(MOST_TIME, isAlone ? timeFactor : AT_ONCE * timeFactor);
  const silentMinutes = Math.ceil(SILENT_MINUTES * factor);
  const env = {
    // Room in which pages collect garbage less often, which saves a fifth of their time. Benchmarks measure them without it.
    BROWSER_ARGUMENT: '--js-flags=--min-semi-space-size=64',
    MOCHA_COUNTS: countsFile,
    MOCHA_RUNNING: runningFile,
    NODE_COMPILE_CACHE: compiled,
    PATH: searchPath,
    TIME_FACTOR: String(factor),
    TMPDIR: temporary,
    TEMP: temporary,
    TMP: temporary,
  };
  const child = spawn(process.execPath, ['--enable-source-maps', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  const timer = setTimeout(() => {
    console.log(
      `\n${name} killed after ${silentMinutes} minutes without output. ${runningTest(runningFile)}`,
    );
    child.kill('SIGKILL');
  }, silentMinutes * 60_000);
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', () => timer.refresh());
    printOutput(stream, isAlone ? '' : `${name.padEnd(9)}│ `);
  }
  const end = () => {
    isStopped = true;
    child.kill();
  };
  process.once('SIGTERM', end);
  return new Promise((resolve) => {
    child.once('exit', (code) => {
      clearTimeout(timer);
      process.off('SIGTERM', end);
      // Its last lines are still to come; a process that it has left behind may keep its output open.
      const wait = setTimeout(() => resolve(code === 0), 1000);
      child.once('close', () => {
        clearTimeout(wait);
        resolve(code === 0);
      });
    });
  });
}

function printOutput(stream, prefix) {
  createInterface({ input: stream }).on('line', (line) => console.log(prefix + line));
}

function runningTest(file) {
  return existsSync(file) ? `The running test was: ${readFileSync(file, 'utf8')}` : 'No test was running.';
}

function report(results) {
  console.log(`\n━━ summary ${'━'.repeat(53)}`);
  for (const { name, passed, failed, skipped, seconds, note } of results) {
    const state = failed > 0 ? 'FAILED' : 'ok';
    const counts = note ?? `${passed} passed, ${failed} failed, ${skipped.length} skipped`;
    console.log(
      `${name.padEnd(10)}${state.padEnd(8)}${counts.padEnd(40)}${seconds.toFixed(1).padStart(6)} s`,
    );
  }
  for (const { name, skipped } of results) {
    for (const title of skipped) console.log(`SKIPPED in ${name}: ${title}`);
  }
  for (const { name, retried } of results) {
    for (const title of retried) console.log(`PASSED OR FAILED ONLY ON ITS SECOND TRY in ${name}: ${title}`);
  }
  const sum = (count) => results.reduce((total, result) => total + count(result), 0);
  const [passed, failed] = [sum((result) => result.passed), sum((result) => result.failed)];
  console.log(`\n${passed} passed, ${failed} failed, ${sum((result) => result.skipped.length)} skipped`);
}
