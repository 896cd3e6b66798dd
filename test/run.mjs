// Runs every check and suite of the project, or those that are named and what they need:
//
//   node test/run.mjs
//   node test/run.mjs unit interop --grep pickle
//
// Works in a fresh clone: it installs what is missing, and uses only Node.js built-ins itself.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ensureInstalled, projectRoot } from './harness/install.mjs';

const { values, positionals } = parseArgs({ options: { grep: { type: 'string' } }, allowPositionals: true });
const grep = values.grep === undefined ? [] : ['--grep', values.grep];

/** Minutes without a line of output after which a command is ended. A suite as a whole may take as long as it needs. */
const SILENT_MINUTES = Number(process.env.PICKLEPOST_SILENT_MINUTES ?? 6);

const onePassed = { passed: 1, failed: 0, skipped: [], retried: [] };
const oneFailed = { passed: 0, failed: 1, skipped: [], retried: [] };

/** Milliseconds that starting Node.js takes on the quiet machine that the timeouts of tests are made for. */
const USUAL_START = 60;

const harness = ['propertySeed', 'unhandled'].map((name) => `--require=out/test/harness/${name}.js`);

/**
 * In the order in which they run. All commands of a step must succeed, each with Node.js; a suite (the last
 * command of its step) counts its tests, any other step counts as one.
 */
const steps = [
  {
    name: 'lint',
    commands: [
      ['node_modules/eslint/bin/eslint.js', '.'],
      ['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level=warn', '.'],
    ],
  },
  {
    name: 'types',
    commands: [['node_modules/typescript/bin/tsc'], ['node_modules/typescript/bin/tsc', '-p', 'src/webview']],
  },
  { name: 'build', commands: [['esbuild.mjs', '--tests']] },
  { name: 'unit', needs: ['build'], isSuite: true, commands: [mocha('unit', '--timeout=20000', ...harness)] },
  {
    name: 'interop',
    needs: ['build'],
    isSuite: true,
    commands: [mocha('interop', '--timeout=30000', ...harness)],
  },
  { name: 'vscode', needs: ['build'], isSuite: true, commands: [['out/test/vscode/launch.js', ...grep]] },
  {
    name: 'package',
    commands: [
      [
        'node_modules/@vscode/vsce/vsce',
        'package',
        '--no-dependencies',
        '--allow-missing-repository',
        '--no-rewrite-relative-links',
      ],
    ],
  },
  {
    name: 'ui',
    needs: ['build', 'package'],
    isSuite: true,
    commands: [mocha('ui', '--timeout=120000', '--retries=1', '--require=out/test/ui/hooks.js')],
  },
];

function mocha(suite, ...args) {
  const files = `out/test/${suite}/**/*.test.js`;
  return ['node_modules/mocha/bin/mocha.js', '--reporter=test/harness/reporter.cjs', ...args, ...grep, files];
}

const temporary = mkdtempSync(path.join(os.tmpdir(), 'picklepost-test-'));
process.on('exit', () => rmSync(temporary, { recursive: true, force: true }));
process.chdir(projectRoot);
ensureInstalled();
const timeFactor = measureMachine();
const results = await runSteps(selectSteps(positionals));
report(results);
process.exitCode = results.some((result) => result.failed > 0) ? 1 : 0;

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

function selectSteps(names) {
  const unknown = names.find((name) => !steps.some((step) => step.name === name));
  if (unknown)
    throw new Error(`There is no step ${unknown}; there are: ${steps.map(({ name }) => name).join(', ')}`);
  const isWanted = (step) =>
    names.length === 0 ||
    names.some((name) => name === step.name || findStep(name).needs?.includes(step.name));
  return steps.filter(isWanted);
}

function findStep(name) {
  return steps.find((step) => step.name === name);
}

async function runSteps(selected) {
  const results = [];
  for (const step of selected) {
    console.log(`\n━━ ${step.name} ${'━'.repeat(60 - step.name.length)}`);
    const started = Date.now();
    const broken = step.needs?.find((name) =>
      results.some((result) => result.name === name && result.failed > 0),
    );
    if (broken) console.log(`not run, as ${broken} failed`);
    const counts = broken ? oneFailed : await runStep(step);
    results.push({ name: step.name, ...counts, seconds: (Date.now() - started) / 1000 });
  }
  return results;
}

async function runStep({ name, commands, isSuite }) {
  const countsFile = path.join(temporary, `${name}.json`);
  let isOk = true;
  for (const command of commands) isOk = (await runNode(command, { MOCHA_COUNTS: countsFile })) && isOk;
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
 * killed, with the name of the test that was running.
 */
function runNode(args, env) {
  const runningFile = path.join(temporary, 'running-test');
  rmSync(runningFile, { force: true });
  const child = spawn(process.execPath, ['--enable-source-maps', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env, MOCHA_RUNNING: runningFile, TIME_FACTOR: String(timeFactor) },
  });
  const timer = setTimeout(() => {
    console.log(`\nKilled after ${SILENT_MINUTES} minutes without output. ${runningTest(runningFile)}`);
    child.kill('SIGKILL');
  }, SILENT_MINUTES * 60_000);
  for (const [from, to] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ]) {
    from.on('data', (data) => {
      timer.refresh();
      to.write(data);
    });
  }
  const end = () => child.kill();
  process.once('SIGTERM', end);
  return new Promise((resolve) => {
    child.once('exit', (code) => {
      clearTimeout(timer);
      process.off('SIGTERM', end);
      resolve(code === 0);
    });
  });
}

function runningTest(file) {
  return existsSync(file) ? `The running test was: ${readFileSync(file, 'utf8')}` : 'No test was running.';
}

function report(results) {
  console.log(`\n━━ summary ${'━'.repeat(53)}`);
  for (const { name, passed, failed, skipped, seconds } of results) {
    const state = failed > 0 ? 'FAILED' : 'ok';
    const counts = `${passed} passed, ${failed} failed, ${skipped.length} skipped`;
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
