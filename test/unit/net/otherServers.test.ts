import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, describe, it } from 'mocha';
import { FernetKey } from '../../../src/core/crypto/keys';
import { DEFAULT_LIMITS } from '../../../src/core/limits';
import { bytesItem } from '../../../src/core/wire/outgoing';
import { OtherDialectError, SilentServerError } from '../../../src/core/wire/dialectErrors';
import { sendItems } from '../../../src/net/sendClient';

describe('A server that is not Picklepost', () => {
  let server: Server;
  afterEach(() => server.close());

  async function send(
    serve: (socket: Socket) => void,
    answerTime = DEFAULT_LIMITS.answerTime,
    key?: FernetKey,
  ): Promise<void> {
    server = createServer((socket) => {
      socket.on('error', () => undefined);
      serve(socket);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    await sendItems([bytesItem({ kind: 'text', name: 'a', bytes: Buffer.from('a') })], {
      host: '127.0.0.1',
      port: (server.address() as AddressInfo).port,
      dialect: 'native',
      localPort: 0,
      bufferSize: 65536,
      limits: { ...DEFAULT_LIMITS, answerTime },
      ...(key && { key }),
    });
  }

  const others: [what: string, serve: (socket: Socket) => void, answerTime?: number][] = [
    ['answers like the Python original', (socket) => socket.end("ERROR: InvalidHeader('Invalid operation')")],
    ['answers like a web server', (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['echoes its input', (socket) => socket.pipe(socket)],
    ['says nothing', (socket) => socket.resume(), 100],
  ];
  for (const [what, serve, answerTime] of others) {
    it(`is reported as such if it ${what}`, async () => {
      await assert.rejects(send(serve, answerTime), (error) => {
        assert(error instanceof OtherDialectError, String(error));
        return /^This server does not speak Picklepost\. .* choose the protocol of that program\.$/.test(
          error.message,
        );
      });
    });
  }

  for (const [what, serve] of [
    ['answers like another program', (socket: Socket) => socket.end('SSH-2.0-x')],
    ['ends', (socket: Socket) => socket.end()],
  ] as const)
    it(`is not offered another dialect if it ${what} and the item was to be encrypted`, async () => {
      await assert.rejects(send(serve, undefined, FernetKey.generate()), (error) => {
        assert(error instanceof OtherDialectError || error instanceof SilentServerError, String(error));
        return !/choose the protocol/.test(error.message);
      });
    });

  const silent: [what: string, serve: (socket: Socket) => void][] = [
    ['reads and closes', (socket) => socket.once('data', () => socket.end())],
    ['resets the connection', (socket) => socket.once('data', () => socket.resetAndDestroy())],
  ];
  for (const [what, serve] of silent) {
    it(`is reported as possibly Picklepost if it ${what} without replying`, async () => {
      await assert.rejects(send(serve), (error) => {
        assert(error instanceof SilentServerError, String(error));
        return /may be stopping.*not Picklepost, choose the protocol/.test(error.message);
      });
    });
  }
});
