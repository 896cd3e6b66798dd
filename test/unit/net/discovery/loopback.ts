import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { Subnet } from '../../../../src/net/discovery/subnets';

/** The loopback interface carries what is sent to all, and is there on every machine. */
export const LOOPBACK = new Subnet({
  ...{ interfaceName: 'lo', zone: 'lo' },
  ...{ addresses: ['127.0.0.1'], ranges: ['127.0.0.1/8'] },
});

/** A port for multicast DNS that no other test uses. */
export async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return port;
}
